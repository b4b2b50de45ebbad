"""The policies of KMS keys: that of a created one, and what a brought one has to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.desired.arns import partition
from vectorform.desired.model import Environment, Key, KeyStatement, Region
from vectorform.desired.trust import POLICY_VERSION, merged, whom

INDEXING_PRINCIPAL = "indexing.s3vectors.amazonaws.com"


def key_policy(environment: Environment, region: Region, key: Key) -> dict[str, Any]:
    """The policy of a created key: IAM of the account decides, S3 Vectors may index, and what the YAML adds.

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
    further = [document for statement in key.statements for document in _further(statement)]
    own = [account, indexing_statement(environment, region)]
    return {"Version": POLICY_VERSION, "Statement": [*own, *further]}


def _further(statement: KeyStatement) -> Iterator[dict[str, Any]]:
    """A statement of the YAML. A second statement names roles of this file, by a condition."""
    principals = statement.principals
    if principals or not statement.roles:
        named = principals if isinstance(principals, str) else {k: list(ids) for k, ids in principals.items()}
        yield _document(statement, statement.sid, named, {})
    if statement.roles:
        sid = f"{statement.sid}Roles" if principals and statement.sid else statement.sid
        accounts, condition = whom(statement.roles)
        yield _document(statement, sid, {"AWS": accounts}, condition)


def _document(
    statement: KeyStatement, sid: str | None, principals: Any, condition: Mapping[str, Any]
) -> dict[str, Any]:
    document: dict[str, Any] = {"Sid": sid} if sid else {}
    document |= {"Effect": statement.effect, "Principal": principals, "Action": list(statement.actions)}
    document["Resource"] = "*"  # in a key's policy: this key
    if conditions := merged(statement.conditions, condition):
        document["Condition"] = conditions
    return document


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
