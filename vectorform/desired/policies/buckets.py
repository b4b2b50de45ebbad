"""The resource policy of a vector bucket: what may not be deleted, who may lift that, and the YAML's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from vectorform.desired.arns import bucket_arn, granted_index_arns, index_arn
from vectorform.desired.model import Environment, PolicyStatement, Region, VectorBucket
from vectorform.desired.policies.networks import access_from
from vectorform.desired.trust import POLICY_VERSION, merged, whom

# Names of the throw-away indexes of `vectorform verify --smoke`: a policy that denies DeleteIndex on all
# indexes of a bucket has to except them, or the smoke test is refused.
SMOKE_INDEX_PREFIX = "vectorform-smoke-"

DELETION_PROTECTION_SID = "DeletionProtection"
PROTECTION_LIFTED_SID = "ProtectionLiftedBy"
# What lifts a bucket's protection: with either of them one may allow oneself anything.
LIFTING = ("s3vectors:DeleteVectorBucketPolicy", "s3vectors:PutVectorBucketPolicy")
# What loses vectors, and DeleteVectorBucketPolicy, which would lift the denial itself: Terraform deletes a
# policy before the bucket that it belongs to.
_DELETIONS = (
    "s3vectors:DeleteIndex",
    "s3vectors:DeleteVectorBucket",
    "s3vectors:DeleteVectorBucketPolicy",
)


def bucket_policy(environment: Environment, region: Region, bucket: VectorBucket) -> dict[str, Any]:
    """The resource policy of a vector bucket: the YAML's statements, and what may not be deleted.

    A statement about indexes of which none is left is not part of it.
    """
    statements = [
        document
        for statement in bucket.policy_statements
        for document in bucket_statements(environment, region, bucket, statement)
    ]
    return {
        "Version": POLICY_VERSION,
        "Statement": [
            _deletion_protection(environment, region, bucket),
            *_protection_lifted(environment, region, bucket),
            *access_from(environment, region, bucket),
            *(statement for statement in statements if statement["Resource"]),
        ],
    }


def bucket_statements(
    environment: Environment, region: Region, bucket: VectorBucket, statement: PolicyStatement
) -> Iterator[dict[str, Any]]:
    """A statement of the YAML as IAM reads it, about the bucket or some of its indexes.

    Roles of this file get a statement of their own, next to the principals: a condition names them.
    """
    if statement.principals or not statement.roles:
        principals = statement.principals
        named = (
            principals
            if isinstance(principals, str)
            else {kind: list(ids) for kind, ids in principals.items()}
        )
        yield _document(environment, region, bucket, statement, named, {})
    if statement.roles:
        accounts, condition = whom(statement.roles)
        of_roles = replace(statement, sid=f"{statement.sid}Roles") if _both(statement) else statement
        yield _document(environment, region, bucket, of_roles, {"AWS": accounts}, condition)


def statement_resources(
    environment: Environment, region: Region, bucket: VectorBucket, statement: PolicyStatement
) -> list[str]:
    """The ARNs that a statement of the YAML is about; none where none of its indexes is left."""
    own = [bucket_arn(environment, region, bucket)] if statement.indexes is None else []
    return [*own, *granted_index_arns(environment, region, bucket, statement.indexes)]


def _both(statement: PolicyStatement) -> bool:
    return bool(statement.principals and statement.sid)


def _document(
    environment: Environment,
    region: Region,
    bucket: VectorBucket,
    statement: PolicyStatement,
    principals: Any,
    condition: Mapping[str, Any],
) -> dict[str, Any]:
    document: dict[str, Any] = {}
    if statement.sid:
        document["Sid"] = statement.sid
    document["Effect"] = statement.effect
    document["Principal"] = principals
    document["Action"] = list(statement.actions)
    document["Resource"] = statement_resources(environment, region, bucket, statement)
    conditions = merged(statement.conditions, condition)
    if conditions:
        document["Condition"] = conditions
    return document


def _deletion_protection(environment: Environment, region: Region, bucket: VectorBucket) -> dict[str, Any]:
    """Deny everybody to delete anything in the bucket but what is excepted: everything, once unprotected.

    Every bucket has it, because lifting the denial is to be an update of the policy: Terraform makes it
    after all else in the stack, so that nothing can be deleted in the apply that lifts it, whereas it
    would delete a policy first. NotResource: IAM User Guide, "IAM JSON policy elements: NotResource".
    """
    own = bucket_arn(environment, region, bucket)
    if bucket.deletion_protection:
        excepted = [f"{own}/index/{SMOKE_INDEX_PREFIX}*"]
        excepted += [
            index_arn(environment, region, bucket, index)
            for index in bucket.written_indexes
            if index.retirement and not index.retirement.keep
        ]
    else:
        excepted = [own, f"{own}/index/*"]
    return {
        "Sid": DELETION_PROTECTION_SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": list(_DELETIONS),
        "NotResource": excepted,
    }


def _protection_lifted(
    environment: Environment, region: Region, bucket: VectorBucket
) -> Iterator[dict[str, Any]]:
    """Deny everybody but the environment's `protection_lifted_by` to change the policy, or to delete it.

    aws:PrincipalArn of a session is its role's ARN (IAM User Guide, "AWS global condition context keys").
    """
    if environment.protection_lifted_by:
        yield {
            "Sid": PROTECTION_LIFTED_SID,
            "Effect": "Deny",
            "Principal": "*",
            "Action": list(LIFTING),
            "Resource": bucket_arn(environment, region, bucket),
            "Condition": excepting(environment.protection_lifted_by),
        }


def excepting(roles: Iterable[str]) -> dict[str, Any]:
    """The condition of a Deny that does not bind these roles; their ARNs may have wildcards."""
    return {"ArnNotLike": {"aws:PrincipalArn": list(roles)}}
