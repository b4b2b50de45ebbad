"""Terraform's state: does the place where an environment keeps it work? Knows nothing of CDKTF."""
