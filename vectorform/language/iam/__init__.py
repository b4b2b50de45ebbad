"""What IAM reads in bucket policies and in the trust of roles: one rule, one small module."""
