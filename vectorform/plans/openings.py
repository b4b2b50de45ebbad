"""What a policy change opens to others: to everybody, to another account, to an identity provider.

In doubt it counts: a condition that is edited may be one that is loosened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from vectorform.plans.markdown import code, several
from vectorform.plans.policy_changes import PolicyChange, StatementChange
from vectorform.plans.policy_documents import (
    ACTION,
    CONDITION,
    NOT_ACTION,
    NOT_PRINCIPAL,
    NOT_RESOURCE,
    PRINCIPAL,
    RESOURCE,
    Part,
    Statement,
)

# So many actions, and resources or values of a condition, are written out; the diff of the policy has all.
_ACTIONS, _NAMED = 25, 8
_ACCOUNT = re.compile(r"\d{12}")
_NOTHING: frozenset[Part] = frozenset()
_NEGATIVE = re.compile(r"^(?:For(?:Any|All)Values?:)?\w*Not\w*", re.IGNORECASE)
# Conditions that leave nobody but principals of the accounts that they name (IAM User Guide, "AWS global
# condition context keys").
_OF_ACCOUNT = re.compile(
    r"^(?:StringEquals|StringLike|ArnEquals|ArnLike) aws:Principal(?:Account|Arn)$", re.IGNORECASE
)
# Under which a service acts for the accounts named alone (IAM User Guide, "The confused deputy problem").
_OF_SOURCE = re.compile(
    r"^(?:StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike) aws:Source(?:Account|Arn)$",
    re.IGNORECASE,
)


def openings(change: PolicyChange, account: str | None) -> list[str]:
    """What is newly open, each as one sentence; `account` is the plan's own, None where it is not known."""
    if change.unknown:
        return ["what it allows is known only after the apply"]
    if change.statements is None:
        return ["the policy could not be parsed, and is shown as it is"]
    return [text for statement in change.statements for text in _opened(statement, account)]


def widens(change: PolicyChange) -> bool:
    """Whether a policy may allow more than before, to whomever it is about."""
    if change.unknown or change.statements is None:
        return True
    return any(
        (after is not None and after.effect != "Deny" and _is_wider(before, after))
        or (before is not None and before.effect == "Deny" and (after is None or _is_wider(after, before)))
        for before, after in ((each.before, each.after) for each in change.statements)
    )


def allows_more(change: PolicyChange) -> bool:
    """Whether a policy that is there already is changed to allow more, to whomever it is about."""
    there = all((side or {}).get(change.attribute) for side in (change.change.before, change.change.after))
    return there and change.statements is not None and widens(change)


def outside(part: Part, account: str | None) -> str | None:
    """Who a principal is that is not of this account, `account 999999999999`; None for its own."""
    if part.value == "*":
        return "everybody"
    if part.key == "AWS":
        owner = part.value if _ACCOUNT.fullmatch(part.value) else _owner(part.value)
        if owner is None:
            return f"{code(part.value)}, whose account is unknown"
        return None if owner == account else f"account {owner}"
    if part.key == "Service":
        return None
    return (
        f"identities of {code(part.value)}" if part.key == "Federated" else f"{part.key} {code(part.value)}"
    )


def _owner(arn: str) -> str | None:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and _ACCOUNT.fullmatch(parts[4]) else None


def _opened(change: StatementChange, account: str | None) -> Iterator[str]:
    before, after = change.before, change.after
    if after is not None and after.effect != "Deny" and _is_wider(before, after):
        who = _outsiders(after, account)
        if before is not None and _same_but_principals(before, after):
            who = [other for other in who if other not in _outsiders(before, account)]
        if before is not None and _sources(before) and not _sources(after):
            who += [f"{service}, for any account," for service in _services(after)]
        if who:
            yield f"{' and '.join(who)} may {_what(after)}{_under(after)}"
    if before is not None and before.effect == "Deny" and (after is None or _is_wider(after, before)):
        who = _denied(before, account)
        if who:
            yield f"{' and '.join(who)} is no longer denied{_released(before, after)}{_under(before)}"


def _released(before: Statement, after: Statement | None) -> str:
    """What a denial does not hold for any more: exactly that, where only actions or only resources differ."""
    if after is None:
        return f": {_what(before)}"
    gone, new = before.parts - after.parts, after.parts - before.parts
    kinds = {part.kind for part in gone | new}
    free = [part for part in (new if kinds == {NOT_RESOURCE} else gone) if part.kind in kinds]
    free.sort(key=lambda part: part.text)
    if kinds in ({RESOURCE}, {NOT_RESOURCE}) and before.of(ACTION):
        return f": {_listed(before.of(ACTION))} on {_listed(free)}"
    if kinds == {ACTION}:
        return f": {_what(replace(before, parts=frozenset({*free, *_without(before, ACTION)})))}"
    return f", or not always: {_what(before)}"


def _without(statement: Statement, kind: str) -> frozenset[Part]:
    return frozenset(part for part in statement.parts if part.kind != kind)


def _is_wider(before: Statement | None, after: Statement) -> bool:
    """Whether the statement holds for more than before, or may."""
    if before is None:
        return True
    added, removed = after.parts - before.parts, before.parts - after.parts
    if any(part.kind in (PRINCIPAL, ACTION, RESOURCE) for part in added):
        return True
    if any(part.kind in (NOT_PRINCIPAL, NOT_ACTION, NOT_RESOURCE) for part in removed):
        return True
    # Instead of a list, all but a list.
    kinds_before, kinds_after = ({part.kind for part in side.parts} for side in (before, after))
    if (kinds_after - kinds_before) & {NOT_PRINCIPAL, NOT_ACTION, NOT_RESOURCE}:
        return True
    return any(_loosened(key, before, after) for key in _condition_keys(before))


def _loosened(key: str, before: Statement, after: Statement) -> bool:
    old, new = (
        {part.value for part in side.parts if part.kind == CONDITION and part.key == key}
        for side in (before, after)
    )
    if not new:
        return True
    return bool(old - new) if _NEGATIVE.match(key.split(" ")[0]) else bool(new - old)


def _condition_keys(statement: Statement) -> set[str]:
    return {part.key for part in statement.parts if part.kind == CONDITION}


def _same_but_principals(before: Statement, after: Statement) -> bool:
    kinds = {part.kind for part in before.parts ^ after.parts}
    return kinds <= {PRINCIPAL} and bool(after.parts - before.parts)


def _outsiders(statement: Statement, account: str | None) -> list[str]:
    """Who of another account, or everybody, a statement is about; none for a policy of an identity."""
    if statement.of(NOT_PRINCIPAL):
        return [f"everybody but {_listed(statement.of(NOT_PRINCIPAL))}"]
    who = [outside(part, account) for part in statement.of(PRINCIPAL)]
    if "everybody" in who and _is_kept_to_account(statement, account):
        who.remove("everybody")
    for source in sorted(_sources(statement) - {account}):
        who += [f"{service}, for account {source}," for service in _services(statement)]
    return list(dict.fromkeys(other for other in who if other is not None))


def _services(statement: Statement) -> list[str]:
    return [code(part.value) for part in statement.of(PRINCIPAL) if part.key == "Service"]


def _sources(statement: Statement) -> set[str]:
    """The accounts for which services may use what is allowed; empty where it does not say."""
    tests = [part for part in statement.of(CONDITION) if _OF_SOURCE.fullmatch(part.key)]
    owners = (part.value if _ACCOUNT.fullmatch(part.value) else _owner(part.value) for part in tests)
    return {owner for owner in owners if owner is not None}


def _denied(statement: Statement, account: str | None) -> list[str]:
    """Who a denial is about; all of its principals, where some are of another account."""
    return _outsiders(replace(statement, parts=_without(statement, CONDITION)), account)


def _is_kept_to_account(statement: Statement, account: str | None) -> bool:
    for key in _condition_keys(statement):
        values = {part.value for part in statement.of(CONDITION) if part.key == key}
        owners = {value if _ACCOUNT.fullmatch(value) else _owner(value) for value in values}
        if _OF_ACCOUNT.fullmatch(key) and account is not None and owners == {account}:
            return True
    return False


def _what(statement: Statement) -> str:
    text = _listed(statement.of(ACTION))
    if statement.of(NOT_ACTION):
        text = f"everything but {_listed(statement.of(NOT_ACTION))}"
    if statement.of(RESOURCE):
        text += f" on {_listed(statement.of(RESOURCE))}"
    if statement.of(NOT_RESOURCE):
        text += f" on everything but {_listed(statement.of(NOT_RESOURCE))}"
    return text


def _under(statement: Statement) -> str:
    conditions = statement.of(CONDITION)
    return f", where {_listed(conditions)}" if conditions else ""


def _listed(parts: Sequence[Part]) -> str:
    most = _ACTIONS if parts and parts[0].kind in (ACTION, NOT_ACTION) else _NAMED
    return several([part.text for part in parts], most)
