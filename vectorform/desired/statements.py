"""Statements of IAM policies as documents, and documents as short as IAM takes them.

Source of the limit: IAM User Guide, "IAM and AWS STS quotas": white space does not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vectorform.desired.service_limits import MAX_MANAGED_POLICY
from vectorform.desired.trust import POLICY_VERSION


class TooLong(ValueError):
    """One statement alone is longer than a policy may be, and nothing in it can be told apart."""


def allow(sid: str, actions: Iterable[str], resources: Iterable[str]) -> dict[str, Any]:
    """A statement that allows these actions on these resources."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": sorted(set(resources)),
    }


def document(statements: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The document of these statements, but of those that are about nothing."""
    return {
        "Version": POLICY_VERSION,
        "Statement": [statement for statement in statements if statement["Resource"]],
    }


def characters(policy: Mapping[str, Any]) -> int:
    """How long a document is to IAM."""
    return len(json.dumps(policy, separators=(",", ":"), ensure_ascii=False))


def parts(policy: Mapping[str, Any], limit: int = MAX_MANAGED_POLICY) -> list[dict[str, Any]]:
    """The documents that together allow what one does, none longer than `limit`.

    A statement that is too long by itself becomes several, each with a share of its resources, or of the
    values of its condition: what several statements allow is allowed by each. Raises TooLong.
    """
    found: list[dict[str, Any]] = []
    taken: list[Any] = []
    for statement in policy["Statement"]:
        for piece in _pieces(statement, limit):
            if taken and characters(_of([*taken, piece])) > limit:
                found.append(_of(taken))
                taken = []
            taken.append(piece)
    return [*found, _of(taken)] if taken else found


def _pieces(statement: dict[str, Any], limit: int) -> Iterator[dict[str, Any]]:
    if characters(_of([statement])) <= limit:
        yield statement
        return
    for number, shorter in enumerate(_shares(statement, limit), start=1):
        yield {**shorter, "Sid": f"{statement['Sid']}{number}"}


def _shares(statement: dict[str, Any], limit: int) -> list[dict[str, Any]]:
    """The statement in halves until each is short enough. Raises TooLong."""
    if characters(_of([{**statement, "Sid": f"{statement['Sid']}000"}])) <= limit:
        return [statement]
    resources: list[str] = statement["Resource"]
    if len(resources) > 1:
        halves = [{**statement, "Resource": half} for half in _halves(resources)]
    else:
        halves = [{**statement, "Condition": half} for half in _halves_of_condition(statement)]
    return [share for half in halves for share in _shares(half, limit)]


def _halves_of_condition(statement: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Of the longest list of values. Each by itself is enough in a statement that allows, unless negated."""
    found = [
        (len(values), operator, key)
        for operator, tests in statement.get("Condition", {}).items()
        for key, values in tests.items()
        if isinstance(values, list) and len(values) > 1 and "Not" not in operator
    ]
    if not found or statement["Effect"] != "Allow":
        raise TooLong(statement["Sid"])
    _, operator, key = max(found)
    tests = statement["Condition"][operator]
    for half in _halves(tests[key]):
        yield {**statement["Condition"], operator: {**tests, key: half}}


def _halves(items: Sequence[str]) -> tuple[list[str], list[str]]:
    middle = len(items) // 2
    return list(items[:middle]), list(items[middle:])


def _of(statements: Sequence[Any]) -> dict[str, Any]:
    return {"Version": POLICY_VERSION, "Statement": list(statements)}
