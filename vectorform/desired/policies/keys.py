"""The policies of KMS keys: that of a created one, and what a brought one has to say."""

from __future__ import annotations

from typing import Any

from vectorform.desired.arns import partition
from vectorform.desired.model import Environment, Region
from vectorform.desired.trust import POLICY_VERSION

INDEXING_PRINCIPAL = "indexing.s3vectors.amazonaws.com"


def key_policy(environment: Environment, region: Region) -> dict[str, Any]:
    """The policy of a created key: IAM of the account decides, and S3 Vectors may index.

    Without the first statement nobody could administer the key any more (KMS Developer Guide, "Default key
    policy").
    """
    root = f"arn:{partition(region.name)}:iam::{environment.account_id}:root"
    account = {
        "Sid": "AccountAdministration",
        "Effect": "Allow",
        "Principal": {"AWS": root},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {"Version": POLICY_VERSION, "Statement": [account, indexing_statement(environment, region)]}


def indexing_statement(environment: Environment, region: Region) -> dict[str, Any]:
    """The statement without which S3 Vectors cannot index under a KMS key: its key policy must have it.

    S3 User Guide, "Data protection and encryption in S3 Vectors", which asks for kms:Decrypt alone. AWS's
    agent toolkit for S3 Vectors asks for kms:GenerateDataKey besides; whether the service ever uses that is
    not known, so both are granted: too little would stop the indexing, and this much gives it no more than
    to encrypt. The bucket is a wildcard, so that the key's policy does not depend on the bucket which depends
    on the key; it fits the index's ARN and the bucket's, whichever the service names.
    """
    service = f"arn:{partition(region.name)}:s3vectors:{region.name}"
    return {
        "Sid": "S3VectorsIndexing",
        "Effect": "Allow",
        "Principal": {"Service": INDEXING_PRINCIPAL},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"{service}:{environment.account_id}:bucket/*"},
            "StringEquals": {"aws:SourceAccount": environment.account_id},
            "ForAnyValue:StringEquals": {
                "kms:EncryptionContextKeys": ["aws:s3vectors:arn", "aws:s3vectors:resource-id"]
            },
        },
    }
