"""A report as text for people and programs: one module per format, each a pure `render` function."""
