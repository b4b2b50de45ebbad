"""A project of one's own: its files, written by `init`, brought up to date by `upgrade`."""
