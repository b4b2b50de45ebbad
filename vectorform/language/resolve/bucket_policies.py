"""The statements of a vector bucket's policy: checked nodes to the desired state."""

from __future__ import annotations

from typing import Any

from vectorform.desired.attributes import POLICY_STATEMENT
from vectorform.desired.model import PolicyStatement
from vectorform.language.nodes import Node
from vectorform.language.resolve.scope import Scope
from vectorform.language.rules.form import CONDITION_KEY_TWICE
from vectorform.language.typed_values import as_written, entries
from vectorform.wording import show

# What stands for the required keys where the schema missed them: only rules see it.
_MISSED: dict[str, Any] = {"effect": "Deny", "actions": ()}


def statements(bucket: Node, scope: Scope) -> tuple[PolicyStatement, ...]:
    """The statements that a bucket's entry has."""
    policy = bucket.mapping.get("policy")
    written = policy.mapping.get("statements") if policy is not None else None
    return tuple(
        _statement(child, scope.at("policy", "statements", position))
        for position, child in enumerate(written.items if written else ())
        if not child.broken
    )


def _statement(node: Node, scope: Scope) -> PolicyStatement:
    principals = node.mapping.get("principals")
    named = principals if principals is not None and isinstance(principals.value, dict) else None
    return PolicyStatement(
        principals="*"
        if named is None
        else {kind: scope.at("principals").policy_texts(named, kind) for kind in named.mapping},
        conditions={
            operator: _conditions(keys, scope.at("conditions", operator))
            for operator, keys in entries(node.mapping.get("conditions"))
        },
        **{**_MISSED, **as_written(POLICY_STATEMENT, node)},
    )


def _conditions(keys: Node, scope: Scope) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for written, node in keys.mapping.items():
        path = (*scope.path, written)
        key = scope.policy_text(written, node, path, of_key=True) or written
        if key in found:
            message, hint = f"{show(key)} is there twice", "write its values as one list"
            scope.problems.append(CONDITION_KEY_TWICE.at(node, path, message, hint, key=True))
            key = written
        found[key] = scope.policy_texts(keys, written)
    return found
