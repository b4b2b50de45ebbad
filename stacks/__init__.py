"""The stacks of this project, composed of the building blocks of `vectorform.blocks`: yours to edit."""
