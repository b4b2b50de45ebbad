"""Desired state against AWS: the one place, the rehearsal aside, that calls boto3."""
