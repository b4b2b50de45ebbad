"""An S3 backend, looked at before a deploy relies on it."""
