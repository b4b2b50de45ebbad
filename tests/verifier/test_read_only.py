"""Read-only by construction: nothing but Get, List and Describe can leave this machine without --smoke."""

from __future__ import annotations

import boto3
import pytest

from s3vectors_local.process import LocalAws
from tests.verifier import samples
from tests.verifier.deployed import deploy, unique
from vectorform.verifier.aws import READS, Aws, ForbiddenOperation
from vectorform.verifier.smoke import OPERATIONS
from vectorform.verifier.verify import verify


def test_what_may_be_called_only_reads() -> None:
    assert all(name.startswith(("Get", "List", "Describe")) for name in READS)


@pytest.mark.parametrize("service", ["s3vectors", "iam", "kms", "sts"])
def test_every_other_operation_is_stopped_before_it_is_sent(service: str, aws: LocalAws) -> None:
    guarded = Aws()
    client = getattr(guarded, service)("us-east-1")
    operations = client.meta.method_to_api_mapping.values()
    assert READS & set(operations)
    aws.forget_requests()
    for operation in set(operations) - READS:
        with pytest.raises(ForbiddenOperation, match=operation):
            client.meta.events.emit(
                f"before-call.{service}.{operation}",
                model=client.meta.service_model.operation_model(operation),
            )
    with pytest.raises(ForbiddenOperation):
        guarded.s3vectors("us-east-1").delete_index(
            indexArn=f"{'arn:aws:s3vectors:us-east-1:123456789012'}:bucket/b/index/i"
        )
    assert guarded.calls == {} and aws.requests() == {}


def test_a_whole_verification_calls_nothing_else(aws: LocalAws) -> None:
    environment = deploy(unique(samples.environment()))
    aws.forget_requests()
    report = verify(environment)
    seen = {name.partition(":")[2] for name in aws.requests()}
    assert seen == set(report.calls) <= READS


def test_the_smoke_test_adds_only_its_own_index_and_vectors() -> None:
    assert {
        "CreateIndex",
        "DeleteIndex",
        "DeleteVectors",
        "GetVectors",
        "PutVectors",
        "QueryVectors",
        "Retrieve",  # of a knowledge base: it reads
    } == OPERATIONS - READS


def test_a_session_of_one_s_own_is_guarded_too(aws: LocalAws) -> None:
    with pytest.raises(ForbiddenOperation):
        Aws(boto3.Session()).s3vectors("us-east-1").list_vector_buckets()
