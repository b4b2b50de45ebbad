"""The policy within a role: what knowledge bases need, its own statements, its half of other policies.

A policy of a resource that names the root of the account, as ours name a role, lets the account's IAM
decide: the role may nothing before a policy of its own allows it too (IAM User Guide, "Cross account resource
access in IAM" and "Policy evaluation logic").
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from vectorform.desired.actions import ON_VECTORS, any_matches
from vectorform.desired.arns import role_arn
from vectorform.desired.knowledge_base_roles import needed
from vectorform.desired.model import Access, Environment, Grant, Statement
from vectorform.desired.policies.buckets import statement_resources
from vectorform.desired.policies.key_use import KeyUse, key_statements, kms_actions
from vectorform.desired.trust import POLICY_VERSION, assume_actions, merged


def role_policy(environment: Environment, access: Access) -> dict[str, Any]:
    """The document of the policy within an entry's role. Without a statement there is no such policy."""
    statements = []
    if access.role is not None:
        statements = [
            _own(statement) for statement in (*needed(environment, access), *access.role.statements)
        ]
        arn = role_arn(environment, access.role)
        statements += delegated(environment, arn)
    return {"Version": POLICY_VERSION, "Statement": statements}


def has_role_policy(environment: Environment, access: Access) -> bool:
    """Whether an entry has a role with a policy in it."""
    return bool(role_policy(environment, access)["Statement"])


def delegated(environment: Environment, arn: str) -> list[dict[str, Any]]:
    """A role's half of what bucket policies and other roles of the file allow it, and no more than that."""
    return [
        *_grouped("BucketPolicies", _by_bucket_policies(environment, arn)),
        *key_statements(environment, _used_keys(environment, arn), "OfBucketPolicies"),
        *_grouped("AssumeRoles", _by_trusts(environment, arn)),
    ]


def allowed_elsewhere(environment: Environment, arn: str) -> list[str]:
    """The same in words, by vector bucket and role: `s3vectors:QueryVectors on documents, by its policy`."""
    found: dict[str, None] = {}
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            for statement in bucket.policy_statements:
                if statement.effect == "Allow" and arn in statement.roles:
                    found[f"{', '.join(statement.actions)} on {bucket.key}, by its policy"] = None
    for access in environment.access:
        if access.role and arn in access.role.trusted_roles:
            found[f"assume {access.role.name}, which trusts it"] = None
    return list(found)


def _by_bucket_policies(environment: Environment, arn: str) -> Iterator[dict[str, Any]]:
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            for statement in bucket.policy_statements:
                resources = statement_resources(environment, region, bucket, statement)
                if statement.effect == "Allow" and arn in statement.roles and resources:
                    yield _allowed(statement.actions, resources, merged(statement.conditions))


def _used_keys(environment: Environment, arn: str) -> Iterator[KeyUse]:
    """The KMS keys under which the vectors are that bucket policies let the role use."""
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            for statement in bucket.policy_statements:
                touches = any(any_matches(action, ON_VECTORS) for action in statement.actions)
                if statement.effect == "Allow" and arn in statement.roles and touches:
                    grant = Grant(bucket.key, statement.indexes)
                    yield KeyUse(region, bucket, grant, kms_actions(statement.actions))


def _by_trusts(environment: Environment, arn: str) -> Iterator[dict[str, Any]]:
    for access in environment.access:
        if access.role and arn in access.role.trusted_roles:
            yield _allowed(assume_actions(access.role), [role_arn(environment, access.role)], {})


def _allowed(actions: Iterable[str], resources: list[str], condition: dict[str, Any]) -> dict[str, Any]:
    allowed = {"Effect": "Allow", "Action": list(actions), "Resource": resources}
    return {**allowed, "Condition": condition} if condition else allowed


def _grouped(sid: str, statements: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Statements that differ in their resources alone are one. Their names are `sid` and a number."""
    found: dict[str, dict[str, Any]] = {}
    for statement in statements:
        alike = json.dumps({**statement, "Resource": None}, sort_keys=True)
        together = found.setdefault(alike, {**statement, "Resource": []})
        together["Resource"] = sorted({*together["Resource"], *statement["Resource"]})
    for number, statement in enumerate(found.values(), start=1):
        yield {"Sid": f"{sid}{number if number > 1 else ''}", **statement}


def _own(statement: Statement) -> dict[str, Any]:
    """Element order and names: IAM User Guide, "IAM JSON policy element reference"."""
    document: dict[str, Any] = {"Sid": statement.sid} if statement.sid else {}
    document["Effect"] = statement.effect
    for element, texts in (
        ("Action", statement.actions),
        ("NotAction", statement.not_actions),
        ("Resource", statement.resources),
        ("NotResource", statement.not_resources),
    ):
        if texts:
            document[element] = list(texts)
    if statement.conditions:
        document["Condition"] = merged(statement.conditions)
    return document
