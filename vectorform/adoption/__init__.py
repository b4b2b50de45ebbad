"""What exists in AWS and is not in Terraform's state: found, and taken into the state."""
