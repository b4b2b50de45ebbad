"""Child processes that never outlive the one who started them: Terraform and the synth among them."""
