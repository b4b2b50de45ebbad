"""The command line: one module per command, which calls and prints."""
