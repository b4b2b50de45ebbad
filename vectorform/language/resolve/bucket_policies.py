"""The statements of a vector bucket's policy: checked nodes to the desired state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectorform.desired.attributes import POLICY_STATEMENT
from vectorform.desired.model import AccessFrom, PolicyStatement
from vectorform.language.nodes import Node
from vectorform.language.references import REFERENCES
from vectorform.language.resolve.policy_texts import conditions
from vectorform.language.resolve.scope import Scope
from vectorform.language.typed_values import as_written

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


def access_from(bucket: Node, scope: Scope) -> AccessFrom | None:
    """From where alone the bucket is reached; None where that is not written."""
    node = bucket.mapping.get("access_from")
    if node is None or node.broken or not node.mapping:
        return None
    within = scope.at("access_from")
    return AccessFrom(
        vpc_endpoints=tuple(filter(None, within.policy_texts(node, "vpc_endpoints"))),
        vpcs=tuple(filter(None, within.policy_texts(node, "vpcs"))),
        excepted=tuple(_excepted(node, within)),
    )


def _excepted(node: Node, scope: Scope) -> Iterator[str]:
    """ARNs, and those of the roles that `{access: NAME}` and `{deployer: true}` stand for."""
    listed = node.mapping.get("except")
    for position, item in enumerate(listed.items if listed is not None else ()):
        within = scope.at("except", position)
        if item.broken:
            continue
        if isinstance(item.value, str):
            arn = scope.policy_text(item.value, item, within.path)
            yield from [arn] if arn else []
        else:
            yield from within.referred(item)


def _statement(node: Node, scope: Scope) -> PolicyStatement:
    principals = node.mapping.get("principals")
    named = principals if principals is not None and isinstance(principals.value, dict) else None
    within = scope.at("principals")
    return PolicyStatement(
        principals="*"
        if named is None
        else {kind: within.policy_texts(named, kind) for kind in named.mapping if kind not in REFERENCES},
        roles=() if named is None else within.referred(named),
        conditions=conditions(node, scope),
        **{**_MISSED, **as_written(POLICY_STATEMENT, node)},
    )
