"""Rules on all environments of a project: what only one of them may have."""
