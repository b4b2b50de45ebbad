"""Access entries and their roles: checked nodes to the desired state."""

from __future__ import annotations

from typing import Any, cast

from vectorform.desired.model import Access, Grant, Role
from vectorform.language.nodes import Node
from vectorform.language.resolve.scope import Scope
from vectorform.language.templates import fill
from vectorform.language.typed_values import sound, source, text, texts

ACCESS_NAME = "{project}-{access}-{environment}"


def access_entry(key: str, node: Node, environment: Scope) -> Access:
    """An access entry of the environment."""
    scope = environment.at("access", key).knowing(access=key)
    grants = (
        Grant(
            bucket=text(grant, "bucket"),
            indexes=texts(grant.mapping["indexes"]) if "indexes" in grant.mapping else None,
        )
        for grant in sound(node.mapping.get("grants"))
    )
    return Access(
        key=key,
        policy_name=fill(ACCESS_NAME, scope.values),
        permissions=cast(Any, text(node, "permissions") or "read"),
        grants=tuple(grants),
        description=text(node, "description"),
        role=_role(node, scope.at("role")),
        tags=scope.tags(node),
        source=source(node),
    )


def _role(access: Node, scope: Scope) -> Role | None:
    node = access.mapping.get("role")
    if node is None:
        return None
    return Role(
        name=fill(ACCESS_NAME, scope.values),
        trusted_services=texts(node.mapping.get("trusted_services")),
        trusted_principals=scope.policy_texts(node, "trusted_principals"),
        external_id=text(node, "external_id") or None,
    )
