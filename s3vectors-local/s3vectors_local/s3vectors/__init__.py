"""Amazon S3 Vectors, API version 2025-07-15, as the service model and the user guide describe it."""
