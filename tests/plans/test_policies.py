"""What a reviewer sees of a change of policies and trusts: prepared changes and their summaries.

In the cases a policy is written as JSON; in a plan it is a text.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.paths import CASES
from vectorform.plans.changes import Plan, parse_plan
from vectorform.plans.summary import summary
from vectorform.plans.unplanned import Unplanned, failure

CHANGES = sorted((CASES / "plans" / "policies").iterdir())
COMMAND = "VECTORFORM_REGENERATE=1 .venv/bin/python -m pytest tests/plans/test_policies.py"
ACCOUNT = "111122223333"
# What the first line and the warning have to name, whatever else they look like.
TOLD = {
    "foreign-account-may-read": (1, ["account 999999999999 may", "s3vectors:GetVectors"]),
    "not-action-instead-of-action": (1, ["account 999999999999 may everything but", "s3vectors:DeleteIndex"]),
    "not-principal": (1, ["everybody but", "s3vectors:PutVectors", "/index/pages"]),
    "condition-loosened": (1, ["everybody may `s3vectors:QueryVectors`", "o-22222"]),
    "denial-removed": (1, ["everybody is no longer denied", "s3vectors:*", "aws:SecureTransport false"]),
    "policy-new": (1, ["everybody may", "s3vectors:GetVectors"]),
    "policy-removed": (1, ["everybody is no longer denied", "s3vectors:DeleteVectorBucket"]),
    "trust-of-a-foreign-account": (
        2,
        ["account 999999999999 may `sts:AssumeRole`", "oidc-provider/token.actions"],
    ),
    "service-for-another-account": (
        2,
        [
            "`bedrock.amazonaws.com`, for account 999999999999, may",
            "`bedrock.amazonaws.com`, for any account, may",
        ],
    ),
    "read-write-to-admin": (0, ["+   action        s3vectors:*", "-   action        s3vectors:PutVectors"]),
    "key-policy": (1, ["account 999999999999 may", "kms:CreateGrant"]),
    "known-after-apply": (1, ["known only after the apply"]),
    "wording-alone": (0, []),
    "tighter": (
        0,
        ["+   condition     Bool aws:SecureTransport true", "+   action        s3vectors:DeleteVectors"],
    ),
}


def plan(entries: list[dict[str, Any]], account: str | None = ACCOUNT, **more: Any) -> Plan:
    for entry in entries:
        for side in ("before", "after"):
            for name, value in (entry["change"].get(side) or {}).items():
                if isinstance(value, dict):
                    entry["change"][side][name] = json.dumps(value)
    expressions = {
        "region": {"constant_value": "eu-west-1"},
        "allowed_account_ids": {"constant_value": [account]},
    }
    document = {
        "format_version": "1.2",
        "planned_values": {},
        "resource_changes": entries,
        "configuration": {"provider_config": {"aws": {"expressions": expressions}}},
        **more,
    }
    return parse_plan(json.dumps(document), "plan.json", "prod")


def changes(case: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(
        (CASES / "plans" / "policies" / case / "changes.json").read_text()
    )
    return entries


@pytest.mark.parametrize("folder", CHANGES, ids=lambda folder: folder.name)
def test_prepared_changes(folder: Path) -> None:
    text = summary([plan(changes(folder.name))])
    expected = folder / "expected.md"
    if os.environ.get("VECTORFORM_REGENERATE"):
        expected.write_text(text)
    assert text == expected.read_text(), f"if the new summary is right: {COMMAND}"
    places, told = TOLD[folder.name]
    first = text.partition("\n")[0]
    assert first.startswith(f"## Plan: opens access in {places} place") == bool(places)
    assert "1 changed" in first or places
    assert text.count("[!WARNING]") == (1 if places else 0)
    for part in told:
        assert part in text, part
    assert "..." not in text


def test_every_case_says_what_it_is_about() -> None:
    assert {folder.name for folder in CHANGES} == set(TOLD)


def test_where_the_account_is_not_known_every_account_is_another() -> None:
    text = summary([plan(changes("read-write-to-admin"), None)])
    assert "opens access" not in text.partition("\n")[0]
    entries = changes("foreign-account-may-read")
    entries[0]["change"]["before"] = None
    entries[0]["change"]["actions"] = ["create"]
    text = summary([plan(entries, None)])
    assert f"account {ACCOUNT} and account 999999999999 may" in text


def test_the_policy_of_a_deleted_bucket_opens_nothing() -> None:
    """`policy-removed` deletes the policy alone."""
    (policy,) = changes("policy-removed")
    bucket = {"type": "aws_s3vectors_vector_bucket", "address": "aws_s3vectors_vector_bucket.b"}
    gone = {
        **bucket,
        "index": policy["index"],
        "change": {"actions": ["delete"], "before": {}, "after": None},
    }
    assert "opens access" in summary([plan([policy])])
    assert "opens access" in summary([plan([policy, {**gone, "index": "another"}])])
    text = summary([plan([policy, gone])])
    assert "opens access" not in text and "-   action        s3vectors:DeleteVectorBucket" in text


def test_what_a_denial_releases_is_said_exactly() -> None:
    def deny(actions: list[str], **more: Any) -> dict[str, Any]:
        return {"Statement": [{"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": actions, **more}]}

    (policy,) = changes("policy-removed")
    delete = ["s3vectors:DeleteIndex", "s3vectors:DeleteVectorBucket"]
    for before, after, said in (
        (
            deny(delete, NotResource=["smoke"]),
            deny(delete, NotResource=["faq", "smoke"]),
            "Bucket` on `faq`\n",
        ),
        (deny(delete, NotResource=["smoke"]), deny(delete, NotResource=["all"]), "VectorBucket` on `all`\n"),
        (deny(delete, Resource=["a", "b"]), deny(delete, Resource=["b"]), "VectorBucket` on `a`\n"),
        (
            deny(delete, Resource="a"),
            deny(delete[:1], Resource="a"),
            "denied: `s3vectors:DeleteVectorBucket` on",
        ),
    ):
        change = {"actions": ["update"], "before": {"policy": before}, "after": {"policy": after}}
        text = summary([plan([{**policy, "change": change}])])
        assert "everybody is no longer denied: " in text and said in text
    change = {
        "actions": ["update"],
        "before": {"policy": deny(delete)},
        "after": {"policy": deny(delete, Condition={"Bool": {"a": "b"}})},
    }
    assert "no longer denied, or not always: " in summary([plan([{**policy, "change": change}])])


def test_a_policy_that_allows_more_says_so() -> None:
    text = summary([plan(changes("read-write-to-admin"))])
    assert text.startswith("## Plan: allows more in 1 policy; ") and ", allowing more:" in text
    assert "allow" not in summary([plan(changes("wording-alone"))])


def test_nothing_of_a_policy_is_cut() -> None:
    """Not of the largest one, and not for ten thousand other changes."""
    statement = {"Effect": "Allow", "Principal": "*", "Resource": "*", "Action": []}
    actions = [f"s3vectors:Action{number:04}{'x' * 100}" for number in range(150)]
    entries = changes("policy-new")[:1]
    entries[0]["change"]["after"]["policy"] = {"Statement": [{**statement, "Action": actions}]}
    others = [
        {
            "address": f"aws_s3vectors_index.indexes[{number}]",
            "type": "aws_s3vectors_index",
            "index": f"{'b' * 60}/{number}",
            "change": {"actions": ["create"], "before": None, "after": {}},
        }
        for number in range(10_000)
    ]
    text = summary([plan([*entries, *others])])
    assert all(text.count(action) == 2 for action in actions[:25])  # in the warning and in the diff
    assert all(text.count(action) == 1 for action in actions[25:])
    assert "and 125 more on" in text


@pytest.mark.parametrize(
    "policy", ["{", "[]", '{"Statement": 3}', "[" * 100_000, '{"Statement": ' + "[" * 100_000, "\x1b[31m"]
)
def test_what_is_no_policy_is_shown_as_it_is(policy: str) -> None:
    entries = changes("foreign-account-may-read")
    entries[0]["change"]["after"]["policy"] = policy
    text = summary([plan(entries)])
    assert "could not be parsed" in text
    assert "\x1b" not in text


def test_a_failed_plan_is_in_the_first_line() -> None:
    text = summary([plan([], errored=True)])
    assert text.startswith("## Plan: failed for 1 of 1 stacks\n")
    assert "no changes" not in text.lower()


def test_a_stack_without_a_plan_is_never_without_changes() -> None:
    text = summary(
        [plan([])], unplanned=[Unplanned("prod-us-east-1", "no `credentials`\n\x1b[31mExpiredToken")]
    )
    assert text.startswith("## Plan: failed for 1 of 2 stacks; nothing in the others\n")
    assert "`prod-us-east-1` could not be planned: what would change is unknown." in text
    assert "no `credentials`\n\\u001b[31mExpiredToken" in text
    assert summary([], unplanned=[Unplanned("prod", "```")]).startswith("## Plan: failed for 1 of 1 stacks\n")


def test_where_it_did_not_come_to_a_plan_that_is_all_it_says() -> None:
    why = "config/prod.yaml:1:1: is empty"
    heading = "## Plan: failed; what would change is unknown in `prod`"
    assert failure("prod", why) == f"{heading}\n\n```\n{why}\n```\n"
