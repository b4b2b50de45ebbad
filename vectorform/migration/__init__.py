"""Vectors from one index into another of the same dimension: for what S3 Vectors cannot change."""
