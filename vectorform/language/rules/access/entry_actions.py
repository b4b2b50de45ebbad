"""The `actions` of an access entry: that S3 Vectors has them, and that they act on what is granted."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.actions import ON_ACCOUNT, ON_INDEXES, ON_VECTOR_BUCKETS, PREFIX, any_matches
from vectorform.language.iam.reference import actions, as_of
from vectorform.language.nodes import texts_at
from vectorform.language.problems import Problem
from vectorform.language.rules.policies.actions import OF_ACCOUNT, UNKNOWN
from vectorform.language.rules.subjects import AccessIn
from vectorform.wording import closest, show


def check(entry: AccessIn) -> Iterator[Problem]:
    """Every action of the entry."""
    if not entry.access.actions:
        return
    for step, node, text in texts_at(entry.node, "actions"):
        path = (*entry.path, *step)
        if any_matches(text, ON_INDEXES) or any_matches(text, ON_VECTOR_BUCKETS):
            continue
        if any_matches(text, ON_ACCOUNT):
            message = f"{show(text)} acts on the account, not on what is granted"
            hint = 'write it as a statement of the role: {actions: [...], resources: ["*"]}'
            yield OF_ACCOUNT.at(node, path, message, hint)
            continue
        prefix, _, name = text.rpartition(":")
        near = closest(name, actions())
        message = f"{show(text)} is not an action of S3 Vectors, so it never matches"
        if near:
            hint = f"did you mean `{PREFIX}{near}`?"
        elif prefix and f"{prefix.lower()}:" != PREFIX:
            hint = "actions of other services are statements of the role: {actions: [...], resources: [...]}"
        else:
            hint = f"S3 Vectors has these ({as_of()}): {', '.join(sorted(actions()))}"
        yield UNKNOWN.at(node, path, message, hint)
