"""Sets in AWS what its provider for Terraform cannot: default index modes, index modes, text search."""
