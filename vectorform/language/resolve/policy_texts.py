"""Conditions and statements of policies: checked nodes to the desired state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vectorform.desired.attributes import STATEMENT
from vectorform.desired.model import Statement
from vectorform.language.nodes import Node
from vectorform.language.resolve.scope import Scope
from vectorform.language.rules.form import CONDITION_KEY_TWICE
from vectorform.language.typed_values import as_written, entries
from vectorform.wording import show


def conditions(node: Node, scope: Scope) -> dict[str, dict[str, tuple[str, ...]]]:
    """The conditions of a statement, or of a role's trust: operator, key, values."""
    return {
        operator: _keys(keys, scope.at("conditions", operator))
        for operator, keys in entries(node.mapping.get("conditions"))
    }


def statements(node: Node, scope: Scope, regions: Mapping[str, str]) -> tuple[Statement, ...]:
    """The IAM statements at `statements`. A resource with `{region}` stands for one in each region.

    `regions` are the environment's, each with its partition.
    """
    written = node.mapping.get("statements")
    within = scope.at("statements")
    places = [scope.knowing(region=region, partition=partition) for region, partition in regions.items()]
    found = []
    for position, child in enumerate(written.items if written is not None else ()):
        if not child.broken:
            of_regions = [replace(place, path=within.at(position).path) for place in places]
            found.append(_statement(child, of_regions))
    return tuple(found)


def _statement(node: Node, regions: list[Scope]) -> Statement:
    everywhere = [conditions(node, region) for region in regions]
    first = everywhere[0] if everywhere else {}
    return Statement(
        **as_written(STATEMENT, node),
        resources=_in_each(node, "resources", regions),
        not_resources=_in_each(node, "not_resources", regions),
        conditions={
            operator: {
                key: tuple(
                    dict.fromkeys(value for found in everywhere for value in found[operator].get(key, ()))
                )
                for key in keys
            }
            for operator, keys in first.items()
        },
    )


def _in_each(node: Node, key: str, regions: list[Scope]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for region in regions for text in region.policy_texts(node, key) if text))


def _keys(keys: Node, scope: Scope) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for written, node in keys.mapping.items():
        path = (*scope.path, written)
        key = scope.policy_text(written, node, path, of_key=True) or written
        if key in found:
            message, hint = f"{show(key)} occurs twice", "write its values as one list"
            scope.problems.append(CONDITION_KEY_TWICE.at(node, path, message, hint, key=True))
            key = written
        found[key] = scope.policy_texts(keys, written)
    return found
