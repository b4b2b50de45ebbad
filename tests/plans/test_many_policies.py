"""Policies of many members: those that change alike are one diff, and what is no number of theirs stays."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.plans.test_summary import COMMENT_LIMIT, entry, plan
from vectorform.plans.summary import summary


def document(member: str, *actions: str) -> str:
    arn = f"arn:aws:s3vectors:eu-west-1:123456789012:bucket/shop/index/t{member}"
    return json.dumps({"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": arn}]})


def policy(key: str, member: str, *actions: str) -> dict[str, Any]:
    before, after = ({"policy": document(member, *of)} for of in (["s3vectors:GetVectors"], actions))
    change = {"actions": ["update"], "before": before, "after": after}
    return {
        "address": f'aws_iam_policy.policies["{key}"]',
        "type": "aws_iam_policy",
        "index": key,
        "change": change,
    }


PUT = ("s3vectors:GetVectors", "s3vectors:PutVectors")


@pytest.mark.parametrize("key", ["m{}", "tenant-{}", "{}-reader", "team/{}"])
def test_members_are_one_diff(key: str) -> None:
    """`012` is in the account, too."""
    members = [policy(key.format(f"{number:03}"), f"{number:03}", *PUT) for number in range(60)]
    text = summary([plan(*members)])
    assert text.count("```diff") == 1 and "bucket/shop/index/t{each}" in text and ":123456789012:" in text
    assert all(f"`{key.format(f'{number:03}')}`" in text for number in range(60))
    assert "| changed | IAM policy | all 60" in text and "shown below" in text


def test_a_member_that_changes_otherwise_has_its_own() -> None:
    members = [policy(f"m{number}", f"{number}", *PUT) for number in range(20, 29)]
    other = policy("m29", "29", *PUT, "s3vectors:DeleteVectors")
    elsewhere = policy("m30", "31", *PUT)
    text = summary([plan(*members, other, elsewhere)])
    assert text.count("```diff") == 3
    assert "9 IAM policies, allowing more, identical except for `{each}` in `m{each}`: `m20`, `m21`" in text
    assert (
        "IAM policy `m29`, allowing more:" in text and "IAM policy `m30`, a" in text and "index/t31" in text
    )


def test_two_are_shown_each() -> None:
    assert summary([plan(policy("m41", "41", *PUT), policy("m42", "42", *PUT))]).count("```diff") == 2


def test_policies_do_not_take_all_room_of_the_table() -> None:
    """Those that are shown are whole, those that open access before the others, and the rest is counted."""
    policies = [policy(f"m{number}", f"{number}{'x' * number}", *PUT) for number in range(300)]
    opening = policy("z", "z", *PUT)
    opening["change"]["after"]["policy"] = opening["change"]["after"]["policy"].replace(
        '"Effect"', '"Principal": "*", "Effect"'
    )
    tighter = policy("a", "y")
    text = summary([plan(*policies, tighter, opening, entry("b/new", "create"))])
    assert len(text) < COMMENT_LIMIT and "| added | index | `b/new` |" in text
    assert text.index("\nIAM policy `z`, ") < text.index("\nIAM policy `m0`, ")
    assert "\nIAM policy `a`:" not in text  # which allows less, and has no room
    shown = text.count("```diff")
    assert shown > 20 and f"\n**{302 - shown} more policies change, too long for this summary:** `m" in text
    assert "`cdktf plan prod` shows them." in text


def test_a_hundred_roles_with_other_trusts_fit() -> None:
    stacks = [
        plan(
            *(policy(f"m{number}", f"{number}{'x' * (number * stack)}", *PUT) for number in range(60)),
            stack=f"prod-{stack}",
        )
        for stack in range(1, 10)
    ]
    text = summary(stacks)
    assert len(text) < COMMENT_LIMIT
    assert all(f"`cdktf plan prod-{stack}` shows them." in text for stack in range(1, 10))


def test_parameters_are_one_row() -> None:
    def parameter(name: str) -> dict[str, Any]:
        change = {"actions": ["create"], "before": None, "after": {}}
        return {
            "address": f"aws_ssm_parameter.a[{json.dumps(name)}]",
            "type": "aws_ssm_parameter",
            "index": name,
            "change": change,
        }

    text = summary(
        [plan(*(parameter(f"/shop/t{number}/{what}") for number in range(9) for what in ("arn", "name")))]
    )
    assert text.count("\n| added |") == 1 and "all 18: `/shop/t0/arn`" in text
