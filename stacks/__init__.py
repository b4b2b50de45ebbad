"""Desired state to Terraform. The only package that imports cdktf and the provider bindings."""
