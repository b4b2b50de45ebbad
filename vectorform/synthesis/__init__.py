"""What `main.py` of a project does: sound environments become stacks, by the project's own `stacks/`."""
