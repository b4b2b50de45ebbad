"""What sets a checkout up. Not part of the installed package."""
