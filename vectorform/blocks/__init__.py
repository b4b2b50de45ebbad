"""Desired state to Terraform: what a stack is built of. Only here are cdktf and the bindings imported."""
