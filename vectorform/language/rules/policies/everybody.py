"""An Allow to everybody: anyone with an AWS account, unless a condition says whom."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.iam.reference import operator
from vectorform.language.iam.statement import Statement, Test
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.policies.actions import covered

EVERYBODY = Rule("VF652", "allow-to-everybody", "warning")

# Condition keys that tell callers, networks or organizations apart.
_WHO = (
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicename",
    "aws:principaltag/",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:userid",
    "aws:username",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
)
_ANYTHING = {"*", "0.0.0.0/0", "::/0", "arn:*", "arn:aws:iam::*", "arn:aws:iam::*:*", "arn:*:iam::*:*"}
_RULES_THE_BUCKET = {"PutVectorBucketPolicy", "DeleteVectorBucketPolicy"}


def check(statement: Statement) -> Iterator[Problem]:
    """What is allowed to "*" without such a condition is allowed to all of AWS."""
    part = statement.everybody
    if statement.resolved.effect != "Allow" or part is None or any(map(_narrows, statement.conditions())):
        return
    allowed = {name for action in statement.actions for name in covered(action)}
    message = "it allows this to everybody with an AWS account"
    if allowed & _RULES_THE_BUCKET:
        message = "it lets everybody with an AWS account rewrite this policy, and therefore do anything"
    hint = "name accounts or roles, or add a condition such as StringEquals: {aws:PrincipalOrgID: o-...}"
    yield EVERYBODY.at(part.node, part.path, message, hint)


def _narrows(test: Test) -> bool:
    """Whether a test holds for some callers alone."""
    found = operator(test.operator.text)
    if found is None:  # said to be none already
        return True
    key = test.key.text.lower()
    who = key.partition("/")[0] + "/" if "/" in key else key
    positive = "Not" not in found.name and found.name != "Null" and not found.if_exists
    values = {value.text for value in test.values}
    return who in _WHO and positive and found.quantifier != "ForAllValues" and not values & _ANYTHING
