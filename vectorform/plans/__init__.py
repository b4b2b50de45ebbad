"""Terraform's plans as data: what a plan changes, and what that would lose."""
