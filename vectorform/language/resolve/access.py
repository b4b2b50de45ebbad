"""Access entries and their roles: checked nodes to the desired state."""

from __future__ import annotations

from collections.abc import Mapping

from vectorform.desired.attributes import ACCESS, GRANT, ROLE
from vectorform.desired.model import Access, Grant, Oidc, PodIdentity, Role
from vectorform.language.nodes import Node
from vectorform.language.references import ROLE_OF
from vectorform.language.resolve.policy_texts import conditions, statements
from vectorform.language.resolve.scope import Scope
from vectorform.language.templates import UNKNOWN, TemplateError, fill
from vectorform.language.typed_values import as_written, entries, sound, source, text, texts

ACCESS_NAME = "{project}-{access}-{environment}"
_AWS_MANAGED = "arn:{partition}:iam::aws:policy/"


def access_entry(key: str, node: Node, environment: Scope, regions: Mapping[str, str]) -> Access:
    """An access entry of the environment, whose `regions` have a partition each."""
    scope = environment.at("access", key).knowing(access=key)
    grants = tuple(
        _grant(grant, scope, place) for place, grant in enumerate(sound(node.mapping.get("grants")))
    )
    name = scope.fill(node, "name", ACCESS_NAME)
    path = scope.fill(node, "path", "/")
    return Access(
        key=key,
        policy_name=name,
        grants=grants,
        path=path,
        role=_role(node, name, path, scope, regions),
        tags=scope.tags(node),
        source=source(node),
        **as_written(ACCESS, node),
    )


def role_arns(access: Node | None, environment: Scope) -> dict[str, str]:
    """The ARN of each entry's role, by the variable that refers to it."""
    found = {}
    for key, node in entries(access):
        if "role" in node.mapping and not node.broken:
            values = {**environment.values, "access": key}
            try:
                name = fill(text(node, "name") or ACCESS_NAME, values)
                path = fill(text(node, "path") or "/", values)
            except TemplateError:
                name = path = ""
            account = fill("arn:{partition}:iam::{account_id}:role", values)
            # Where an error elsewhere leaves one of them open, so is the ARN.
            found[f"{ROLE_OF}{key}"] = account + path + name if account and path and name else UNKNOWN
    return found


def _grant(node: Node, scope: Scope, position: int) -> Grant:
    within = scope.at("grants", position)
    prefix = within.policy_texts(node, "index_prefix")
    return Grant(**{"bucket": "", **as_written(GRANT, node)}, index_prefix=prefix[0] if prefix else None)


def _role(access: Node, name: str, path: str, entry: Scope, regions: Mapping[str, str]) -> Role | None:
    node = access.mapping.get("role")
    if node is None:
        return None
    scope = entry.at("role")
    boundary = entry.policy_texts(access, "permissions_boundary")
    external_id = scope.policy_texts(node, "external_id")
    return Role(
        name=name,
        path=path,
        permissions_boundary=managed(boundary[0], scope) if boundary and boundary[0] else None,
        trusted_principals=scope.policy_texts(node, "trusted_principals"),
        trusted_roles=tuple(
            arn
            for position, item in enumerate(sound(node.mapping.get("trusted_principals")))
            for arn in scope.at("trusted_principals", position).referred(item)
        ),
        external_id=external_id[0] if external_id and external_id[0] else None,
        oidc=_oidc(node.mapping.get("oidc"), scope.at("oidc")),
        eks_pod_identity=_pod_identity(node.mapping.get("eks_pod_identity"), scope, regions),
        conditions=conditions(node, scope),
        managed_policies=tuple(
            managed(written, scope) for written in scope.policy_texts(node, "managed_policies") if written
        ),
        statements=statements(node, scope, regions),
        **as_written(ROLE, node),
    )


def managed(written: str, scope: Scope) -> str:
    """The ARN of a managed policy: a name without one is AWS's own, with its path."""
    return written if written.startswith("arn:") else fill(_AWS_MANAGED, scope.values) + written


def _oidc(node: Node | None, scope: Scope) -> Oidc | None:
    if node is None or node.broken:
        return None
    return Oidc(
        provider=scope.fill(node, "provider", "").removeprefix("https://"),
        subjects=tuple(text for text in scope.policy_texts(node, "subjects") if text),
        audiences=tuple(text for text in scope.policy_texts(node, "audiences") if text),
    )


def _pod_identity(node: Node | None, role: Scope, regions: Mapping[str, str]) -> PodIdentity | None:
    if node is None or node.broken:
        return None
    scope = role.at("eks_pod_identity")
    return PodIdentity(
        cluster=scope.fill(node, "cluster", ""),
        namespace=scope.fill(node, "namespace", ""),
        service_account=scope.fill(node, "service_account", ""),
        regions=texts(node.mapping.get("regions")) or tuple(regions)[:1],
    )
