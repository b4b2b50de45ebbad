"""Access entries and their roles: checked nodes to the desired state."""

from __future__ import annotations

from vectorform.desired.attributes import ACCESS, GRANT, ROLE
from vectorform.desired.model import Access, Grant, Role
from vectorform.language.nodes import Node
from vectorform.language.resolve.scope import Scope
from vectorform.language.templates import fill
from vectorform.language.typed_values import as_written, sound, source

ACCESS_NAME = "{project}-{access}-{environment}"


def access_entry(key: str, node: Node, environment: Scope) -> Access:
    """An access entry of the environment."""
    scope = environment.at("access", key).knowing(access=key)
    grants = (
        Grant(**{"bucket": "", **as_written(GRANT, grant)}) for grant in sound(node.mapping.get("grants"))
    )
    return Access(
        key=key,
        policy_name=fill(ACCESS_NAME, scope.values),
        grants=tuple(grants),
        role=_role(node, scope.at("role")),
        tags=scope.tags(node),
        source=source(node),
        **{"permissions": "read", **as_written(ACCESS, node)},  # required: only rules see it missed
    )


def _role(access: Node, scope: Scope) -> Role | None:
    node = access.mapping.get("role")
    if node is None:
        return None
    return Role(
        name=fill(ACCESS_NAME, scope.values),
        trusted_principals=scope.policy_texts(node, "trusted_principals"),
        **as_written(ROLE, node),
    )
