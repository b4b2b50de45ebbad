"""The policy language, statement by statement."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from s3vectors_local.callers import Caller, Limit, Session, root_of, service_of
from s3vectors_local.decisions import TRUST, decide, decide_by_resource
from s3vectors_local.policy_language import Question, global_context, identity_says, resource_says
from s3vectors_local.policy_principals import Says
from s3vectors_local.policy_text import matches, policy_document, with_quoted_numbers
from tests.paths import CASES

STATEMENTS = yaml.safe_load((CASES / "rehearsal" / "aws" / "policies.yaml").read_text(encoding="utf-8"))
ACCOUNT, OTHER = "111111111111", "222222222222"
INDEX = f"arn:aws:s3vectors:us-east-1:{ACCOUNT}:bucket/docs/index/one"
ALLOW = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
BOUNDARY, SESSION = "permissions boundary", "session policy"
NARROW = (Limit(BOUNDARY, ()),)
DENY = {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}


def reader(account: str = ACCOUNT, **more: Any) -> Caller:
    return Caller(
        account,
        f"arn:aws:iam::{account}:role/reader",
        "AROAREADER:me",
        session_arn=f"arn:aws:sts::{account}:assumed-role/reader/me",
        session=Session("me", 1_789_995_600.0, source_identity="jane"),
        tags={"tenant": "one"},
        user_agent="Boto3/1.44 Botocore/1.44",
        **more,
    )


def question(caller: Caller) -> Question:
    context = {
        **global_context(caller, "us-east-1", 1_790_000_000.0),
        "aws:tagkeys": ("a", "b"),
        "aws:resourcetag/team": ("search",),
        "aws:resourcetag/star": ("*?$",),
    }
    return Question(caller, "s3vectors:GetIndex", INDEX, context)


def resource_policy(effect: str, principal: Any) -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Principal": principal, "Action": "*", "Resource": "*"}]}


@pytest.mark.parametrize("case", STATEMENTS, ids=lambda case: case["name"])
def test_statement(case: dict[str, Any]) -> None:
    version = case.get("version", "2012-10-17")
    document = policy_document(json.dumps({"Version": version, "Statement": case["statement"]}))
    asked = question(reader())
    said = (
        resource_says(document, asked)
        if {"Principal", "NotPrincipal"} & case["statement"].keys()
        else identity_says([document], asked)
    )
    assert said.name.lower().replace("_", "-") == case["says"]


def test_deny_wins_whatever_the_order() -> None:
    asked = question(reader())
    assert identity_says([ALLOW, DENY], asked) is Says.DENY
    assert identity_says([DENY, ALLOW], asked) is Says.DENY


@pytest.mark.parametrize(
    ("caller", "policy", "allowed"),
    [
        (reader(), None, False),
        (reader(policies=(ALLOW,)), None, True),
        (reader(), resource_policy("Allow", "*"), True),
        (reader(), resource_policy("Allow", {"AWS": ACCOUNT}), False),
        (reader(policies=(ALLOW,)), resource_policy("Deny", "*"), False),
        (reader(policies=(ALLOW, DENY)), resource_policy("Allow", "*"), False),
        (reader(policies=(ALLOW,), limits=NARROW), None, False),
        (reader(policies=(ALLOW,), limits=(Limit(BOUNDARY, (ALLOW,)),)), None, True),
        (reader(limits=NARROW), resource_policy("Allow", {"AWS": reader().arn}), False),
        (reader(limits=NARROW), resource_policy("Allow", {"AWS": reader().session_arn}), True),
        (
            reader(limits=(Limit(BOUNDARY, (DENY,)),)),
            resource_policy("Allow", {"AWS": reader().session_arn}),
            False,
        ),
        (reader(OTHER), resource_policy("Allow", {"AWS": reader(OTHER).session_arn}), False),
        (root_of(ACCOUNT, "aws"), None, True),
        (root_of(ACCOUNT, "aws"), resource_policy("Deny", "*"), False),
        (reader(OTHER, policies=(ALLOW,)), None, False),
        (reader(OTHER), resource_policy("Allow", "*"), False),
        (reader(OTHER, policies=(ALLOW,)), resource_policy("Allow", {"AWS": OTHER}), True),
        (root_of(OTHER, "aws"), resource_policy("Allow", {"AWS": OTHER}), True),
        (root_of(OTHER, "aws"), resource_policy("Allow", {"AWS": ACCOUNT}), False),
    ],
)
def test_decision(caller: Caller, policy: Any, allowed: bool) -> None:
    decision = decide(question(caller), policy, ACCOUNT)
    assert (decision.allowed, bool(decision.reason)) == (allowed, not allowed)


@pytest.mark.parametrize(
    ("caller", "allowed"),
    [
        (reader(policies=(ALLOW,)), True),
        (reader(OTHER, policies=(ALLOW,)), False),
        (root_of(ACCOUNT, "aws"), True),
        (reader(policies=(ALLOW,), limits=(Limit(SESSION, (ALLOW,)),)), True),
        (reader(policies=(ALLOW,), limits=(Limit(BOUNDARY, (ALLOW,)),)), False),
        (service_of("lambda.amazonaws.com", ACCOUNT), False),
    ],
    ids=["named", "another-account", "root", "session-policy", "boundary", "service"],
)
def test_a_deny_for_all_but_a_role_and_its_account(caller: Caller, allowed: bool) -> None:
    excepted = {"AWS": [reader().arn, f"arn:aws:iam::{ACCOUNT}:root"]}
    deny = {"Effect": "Deny", "NotPrincipal": excepted, "Action": "*", "Resource": "*"}
    allow = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    assert decide(question(caller), {"Statement": [deny, allow]}, ACCOUNT).allowed is allowed


@pytest.mark.parametrize(
    ("caller", "policy", "allowed"),
    [
        (reader(policies=(ALLOW,)), {"Statement": []}, False),
        (reader(policies=(ALLOW,)), resource_policy("Allow", {"AWS": ACCOUNT}), True),
        (reader(), resource_policy("Allow", {"AWS": ACCOUNT}), False),
        (reader(), resource_policy("Allow", {"AWS": f"arn:aws:iam::{ACCOUNT}:role/reader"}), True),
        (root_of(ACCOUNT, "aws"), {"Statement": []}, False),
        (root_of(ACCOUNT, "aws"), resource_policy("Allow", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), True),
        (reader(limits=NARROW), resource_policy("Allow", {"AWS": reader().arn}), False),
        (reader(limits=NARROW), resource_policy("Allow", {"AWS": reader().session_arn}), True),
        (reader(OTHER), resource_policy("Allow", "*"), False),
        (reader(OTHER, policies=(ALLOW,)), resource_policy("Allow", "*"), True),
    ],
)
def test_decision_where_the_resource_policy_has_the_last_word(
    caller: Caller, policy: Any, allowed: bool
) -> None:
    assert decide_by_resource(question(caller), policy, ACCOUNT).allowed is allowed


GET = "allows the s3vectors:GetIndex action"
ROLE = resource_policy("Allow", {"AWS": reader().arn})


@pytest.mark.parametrize(
    ("caller", "policy", "reason"),
    [
        (reader(), None, f"because no identity-based policy {GET}"),
        (reader(policies=(DENY,)), None, "with an explicit deny in an identity-based policy"),
        (reader(policies=(ALLOW,), limits=NARROW), None, f"because no permissions boundary {GET}"),
        (reader(limits=(Limit(SESSION, ()),)), ROLE, f"because no session policy {GET}"),
        (
            reader(policies=(ALLOW,), limits=(Limit(SESSION, (DENY,)),)),
            None,
            "with an explicit deny in a session policy",
        ),
        (
            reader(policies=(ALLOW,), limits=(Limit(BOUNDARY, (DENY,)),)),
            ROLE,
            "with an explicit deny in a permissions boundary",
        ),
        (reader(OTHER, policies=(ALLOW,)), None, f"because no resource-based policy {GET}"),
        (reader(OTHER), resource_policy("Allow", "*"), f"because no identity-based policy {GET}"),
    ],
)
def test_a_refusal_names_the_kind_of_policy(caller: Caller, policy: Any, reason: str) -> None:
    assert decide(question(caller), policy, ACCOUNT).reason == reason


def test_a_refusal_names_the_trust_policy() -> None:
    asked = question(reader(policies=(ALLOW,)))
    refused = decide_by_resource(asked, {"Statement": []}, ACCOUNT, TRUST)
    assert refused.reason == f"because no role trust policy {GET}"
    refused = decide_by_resource(asked, resource_policy("Deny", "*"), ACCOUNT, TRUST)
    assert refused.reason == "with an explicit deny in the role trust policy"


def test_numbers_of_conditions_are_quoted_and_nothing_else() -> None:
    statement = {
        "Effect": "Allow",
        "Sid": 1,
        "Condition": {"NumericLessThan": {"aws:X": [1, 1.5, "2", True]}},
    }
    text = json.dumps({"Statement": statement}).replace("1.5", "1.50")
    condition = {"NumericLessThan": {"aws:X": ["1", "1.50", "2", True]}}
    assert json.loads(with_quoted_numbers(text)) == {"Statement": {**statement, "Condition": condition}}
    for other in ("{", "[1]", '{"Statement": [1]}', '{"Statement":  {"Sid": 1}}'):
        assert with_quoted_numbers(other) == other


@given(st.text())
def test_text_without_wildcards_matches_itself_alone(text: str) -> None:
    plain = text.replace("*", "").replace("?", "")
    assert matches(plain, plain)
    assert not matches(plain, plain + "x")
    assert matches("*", text)
    assert matches("?" * len(text), text)
