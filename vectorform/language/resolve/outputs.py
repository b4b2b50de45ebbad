"""The outputs for applications: a checked node to the desired state of one region."""

from __future__ import annotations

from vectorform.desired.model import Outputs
from vectorform.language.nodes import Node
from vectorform.language.resolve.scope import Scope
from vectorform.language.typed_values import entries, source, text


def outputs(node: Node | None, region: Scope) -> Outputs | None:
    """The outputs of a region; None where the environment has none."""
    if node is None or node.broken or not text(node, "ssm"):
        return None
    scope = region.at("outputs")
    path = scope.fill(node, "ssm", "")
    within = scope.at("values")
    values = node.mapping.get("values")
    return Outputs(
        path=path if path.endswith("/") or not path else f"{path}/",
        values={key: within.fill(values, key, "") for key, _ in entries(values)} if values else {},
        source=source(node),
    )
