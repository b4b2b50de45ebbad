"""A local AWS: moto for IAM, STS, KMS and S3, and an S3 Vectors of our own, true to the service model."""

__version__ = "0.1.0"
