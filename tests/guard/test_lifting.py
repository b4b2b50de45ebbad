"""Which changes only a role of `protection_lifted_by` may apply: on plans as data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.guard.test_judgement import change, desired, said
from tests.model import index
from vectorform.desired.policies import bucket_policy
from vectorform.guard.lifting import liftings
from vectorform.plans.changes import Plan, parse_plan

ADMIN = "arn:aws:iam::123456789012:role/admin"
ADDRESS = 'aws_s3vectors_vector_bucket_policy.vector_bucket_policies["documents"]'


def policy(**values: Any) -> dict[str, Any]:
    environment = desired(index("pages"), **values)
    document = bucket_policy(environment, environment.home, environment.home.vector_buckets[0])
    return {"policy": json.dumps(document)}


def plan(*actions: str, before: Any, after: Any = None) -> Plan:
    document = {
        "format_version": "1.2",
        "planned_values": {},
        "resource_changes": [change(ADDRESS, *actions, before=before, after=after)],
    }
    return parse_plan(json.dumps(document), "plan.json", "dev")


PROTECTED = policy(protection_lifted_by=(ADMIN, f"{ADMIN}-*"))


def retired() -> dict[str, Any]:
    document = json.loads(PROTECTED["policy"])
    document["Statement"][0]["NotResource"].append(
        "arn:aws:s3vectors:eu-west-1:123456789012:bucket/x/index/y"
    )
    return {"policy": json.dumps(document)}


def allowed() -> dict[str, Any]:
    document = json.loads(PROTECTED["policy"])
    document["Statement"].append({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"})
    return {"policy": json.dumps(document)}


@pytest.mark.parametrize(
    ("after", "because"),
    [
        (retired(), "changes: a retirement or deletion_protection"),
        (allowed(), "changes: policy statements"),
        (policy(), "changes: protection_lifted_by"),
    ],
)
def test_who_may_apply_it_and_why(after: Any, because: str) -> None:
    (lifting,) = liftings(plan("update", before=PROTECTED, after=after))
    assert (lifting.bucket, lifting.roles, lifting.because) == ("documents", (ADMIN, f"{ADMIN}-*"), because)


def test_a_deletion_and_a_replacement_need_the_role_too() -> None:
    (deleted,) = liftings(plan("delete", before=PROTECTED))
    (replaced,) = liftings(plan("delete", "create", before=PROTECTED, after={}))
    assert (deleted.because, replaced.because) == ("is deleted", "is replaced together with its bucket")


def test_what_aws_lets_everybody_do_is_not_told() -> None:
    assert liftings(plan("create", before=None, after=PROTECTED)) == ()
    assert liftings(plan("no-op", before=PROTECTED, after=PROTECTED)) == ()
    assert liftings(plan("update", before=policy(), after=PROTECTED)) == (), "it was not in force yet"


def test_guard_tells() -> None:
    environment = desired(index("pages"), protection_lifted_by=(ADMIN,))
    text = said(environment, change(ADDRESS, "update", before=PROTECTED, after=retired()))
    assert (
        f"dev: vector bucket documents: only {ADMIN} or {ADMIN}-* may apply this; its policy changes:" in text
    )
