"""What a plan changes in policies and trusts: statement by statement, none of it left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vectorform.desired import kinds
from vectorform.plans.changes import Change
from vectorform.plans.policy_documents import ACTION, PRINCIPAL, RESOURCE, Statement, parse

_TELLING = (PRINCIPAL, ACTION, RESOURCE)  # what makes two statements versions of one


@dataclass(frozen=True, slots=True)
class StatementChange:
    """A statement before and after; None where it is not there. Both are there, and differ, in an edit."""

    before: Statement | None
    after: Statement | None


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """The document in one attribute of a resource, `assume_role_policy` for instance, and what changes in it.

    `statements` is None where the document is no policy that can be read, before or after; `unknown`: what it
    will be is known only after the apply.
    """

    change: Change
    attribute: str
    statements: tuple[StatementChange, ...] | None
    unknown: bool = False


def policy_changes(change: Change) -> list[PolicyChange]:
    """The policy documents among the attributes of a resource that differ in more than wording."""
    before, after = change.before or {}, change.after or {}
    found = []
    for attribute in sorted({*before, *after, *change.unknown}):
        old, new = before.get(attribute), after.get(attribute)
        unknown = attribute in change.unknown and _is_policy(change.type, attribute, old)
        if old == new and not unknown:
            continue
        if unknown:
            found.append(PolicyChange(change, attribute, None, unknown=True))
            continue
        sides = [() if side is None else parse(side) for side in (old, new)]
        if any(sides) and None not in sides:
            changed = tuple(_changed(sides[0] or (), sides[1] or ()))
            if changed:
                found.append(PolicyChange(change, attribute, changed))
        elif _is_policy(change.type, attribute, old):
            found.append(PolicyChange(change, attribute, None))
    return found


def is_document(change: Change, attribute: str) -> bool:
    """Whether the attribute of a resource holds a policy document, which `policy_changes` tells about."""
    sides = [(side or {}).get(attribute) for side in (change.before, change.after)]
    return _is_policy(change.type, attribute, sides[0]) or any(parse(side) is not None for side in sides)


def _is_policy(type_: str, attribute: str, before: object) -> bool:
    named = attribute in ("policy", "assume_role_policy") and kinds.may_have_policy(type_)
    return named or parse(before) is not None


def _changed(before: Sequence[Statement], after: Sequence[Statement]) -> Iterator[StatementChange]:
    """What is gone, new and edited; an edit is what has the same Sid, or else shares the most."""
    old = [statement for statement in before if not _among(statement, after)]
    new = [statement for statement in after if not _among(statement, before)]
    for statement in old:
        match = max(new, key=lambda candidate: _likeness(statement, candidate), default=None)
        if match is not None and _likeness(statement, match) > 0:
            new.remove(match)
            yield StatementChange(statement, match)
        else:
            yield StatementChange(statement, None)
    for statement in new:
        yield StatementChange(None, statement)


def _among(statement: Statement, others: Sequence[Statement]) -> bool:
    return any((other.effect, other.parts) == (statement.effect, statement.parts) for other in others)


def _likeness(before: Statement, after: Statement) -> float:
    """0 for what are two statements: of another effect, or with nothing in common."""
    if before.effect != after.effect:
        return 0
    if before.sid and before.sid == after.sid:
        return 2
    common = before.parts & after.parts
    if not any(part.kind in _TELLING for part in common):
        return 0
    return len(common) / len(before.parts | after.parts)
