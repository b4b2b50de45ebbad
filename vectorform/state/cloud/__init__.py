"""An HCP Terraform (Terraform Cloud) backend: its token, its API, and what can be known of it beforehand."""
