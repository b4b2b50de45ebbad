"""The name of an access entry's policy is one that IAM takes."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.service_limits import POLICY_NAME
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import AccessIn
from vectorform.wording import show

POLICY_NAME_FORM = Rule("VF501", "access-policy-name")


def check(entry: AccessIn) -> Iterator[Problem]:
    """The name that the policy would have."""
    name = entry.access.policy_name
    if name and not POLICY_NAME.match(name):
        hint = "IAM allows 128 letters, digits and any of +=,.@_-: choose a shorter key"
        message = f"its policy would be named {show(name)}"
        yield POLICY_NAME_FORM.at(entry.node, entry.path, message, hint, key=True)
