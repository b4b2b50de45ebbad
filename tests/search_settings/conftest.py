"""The local AWS of the verifier's tests."""

from tests.verifier.conftest import aws, loader, shared_aws

__all__ = ["aws", "loader", "shared_aws"]
