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
    role = assumed_role(node, scope)
    return Provider(
        assume_role=role.get("role_arn"),
        external_id=role.get("external_id"),
        ignored_tag_keys=texts(find(node, ("ignore_tags",)).mapping.get("keys")),
        ignored_tag_prefixes=texts(find(node, ("ignore_tags",)).mapping.get("key_prefixes")),
    )


def assumed_role(node: Node, scope: Scope) -> dict[str, str]:
    """`assume_role` of a node: what is written under Terraform's names. A text is the role's ARN."""
    role = node.mapping.get("assume_role")
    if role is None or not isinstance(role.value, dict):
        found = {"role_arn": scope.fill(node, "assume_role", "")}
    else:
        within = scope.at("assume_role")
        found = {key: within.fill(role, key, "") for key in role.mapping}
    return {key: value for key, value in found.items() if value}
