"""How the account is reached: checked nodes to the desired state."""

from __future__ import annotations

from vectorform.desired.model import Provider
from vectorform.language.nodes import Node, find
from vectorform.language.resolve.scope import Scope
from vectorform.language.typed_values import texts


def provider(node: Node | None, environment: Scope) -> Provider:
    """What the environment says of it; nothing is what the caller's credentials are."""
    if node is None or node.broken:
        return Provider()
    scope = environment.at("provider")
    role = node.mapping.get("assume_role")
    within = scope.at("assume_role")
    if role is not None and isinstance(role.value, dict):
        arn, external_id = within.fill(role, "role_arn", ""), within.fill(role, "external_id", "")
    else:
        arn, external_id = scope.fill(node, "assume_role", ""), ""
    return Provider(
        assume_role=arn or None,
        external_id=external_id or None,
        ignored_tag_keys=texts(find(node, ("ignore_tags",)).mapping.get("keys")),
        ignored_tag_prefixes=texts(find(node, ("ignore_tags",)).mapping.get("key_prefixes")),
    )
