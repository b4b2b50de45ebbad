"""What an apply would do, from the schema alone: planned values and the attributes that force a new object.

Rules: Terraform's "Resource Instance Change Lifecycle" document. Terraform hands over a proposed state
in which unset computed attributes already have their prior value; on creation they have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider.schema import Block, ResourceSchema
from vectorform.rehearsal.provider.tags import TagRules
from vectorform.rehearsal.provider.values import UNKNOWN, Object, is_known

Same = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the schema does not say about planning a resource type.

    `legacy`: written with the older SDK, in which an unset string and an empty one are the same.
    `defaults`: values of attributes that the configuration leaves out.
    `policies`: JSON policy attributes, compared by meaning. `same`: other attributes with a meaning.
    `computed_blocks`: nested blocks that AWS fills where the configuration has none.
    `follows`: attributes that are known only after the apply once one of the others changes.
    `replaces`: changes, from one value to another, that AWS makes on a new object alone.
    """

    legacy: bool = False
    defaults: Mapping[str, Any] = field(default_factory=dict)
    policies: tuple[str, ...] = ()
    same: Mapping[str, Same] = field(default_factory=dict)
    computed_blocks: tuple[str, ...] = ()
    follows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    replaces: Mapping[str, Same] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The planned state, and the top-level attributes that Terraform has to replace the object for."""

    state: Object
    requires_replace: tuple[str, ...] = ()


def plan(
    schema: ResourceSchema,
    behaviour: Behaviour,
    tag_rules: TagRules,
    region: str,
    *,
    prior: Object | None,
    proposed: Object,
    config: Object,
) -> Plan:
    """The plan for creating (`prior` None) or changing an object. All three are conformed to `schema`."""
    planned = dict(proposed)
    for name, attribute in schema.block.attributes.items():
        if config[name] is None:
            if name in behaviour.defaults:
                planned[name] = behaviour.defaults[name]
            elif prior is None and attribute.computed:
                planned[name] = UNKNOWN
    if "region" in planned and config["region"] is None:
        planned["region"] = region
    if "tags_all" in planned and config["tags_all"] is None:
        planned["tags_all"] = tag_rules.planned(planned["tags"])
    for name in behaviour.computed_blocks:
        if config[name] == []:
            planned[name] = UNKNOWN if prior is None else prior[name]
    if behaviour.legacy:
        _settle_legacy(schema, behaviour, prior, planned)
    if prior is None:
        return Plan(planned)
    for name, others in behaviour.follows.items():
        if config[name] is None and any(planned[other] != prior[other] for other in others):
            planned[name] = UNKNOWN
    replacing = _replacing(schema, prior, planned, config)
    replacing |= {name for name, needs in behaviour.replaces.items() if needs(prior[name], planned[name])}
    return Plan(planned, tuple(sorted(replacing)))


def _settle_legacy(
    schema: ResourceSchema, behaviour: Behaviour, prior: Object | None, planned: Object
) -> None:
    """Keep prior values that mean the same as the planned ones, as the older SDK suppresses such changes."""
    for name in behaviour.policies:
        if isinstance(planned[name], str):
            planned[name] = policy.normalize(planned[name])
    if prior is None:
        if planned.get("tags_all") == {}:
            planned["tags_all"] = UNKNOWN  # the older SDK does not know "no tags" beforehand
        for name, nested in schema.block.blocks.items():
            planned[name] = _with_unknown(planned[name], nested.block)
        return
    for name, value in planned.items():
        old = prior[name]
        if value is None and old in ("", [], {}, False):
            planned[name] = old
    for name, same in (*((name, policy.equivalent) for name in behaviour.policies), *behaviour.same.items()):
        if (
            isinstance(planned[name], str)
            and isinstance(prior[name], str)
            and same(prior[name], planned[name])
        ):
            planned[name] = prior[name]


def _with_unknown(blocks: Any, block: Block) -> Any:
    """Nested blocks in which what AWS computes and nobody configured is unknown."""
    if not isinstance(blocks, list):
        return blocks
    found = []
    for item in blocks:
        settled = dict(item) if isinstance(item, dict) else item
        if isinstance(item, dict):
            for name, attribute in block.attributes.items():
                if attribute.computed and item[name] is None:
                    settled[name] = UNKNOWN
            for name, nested in block.blocks.items():
                settled[name] = _with_unknown(item[name], nested.block)
        found.append(settled)
    return found


def _replacing(schema: ResourceSchema, prior: Object, planned: Object, config: Object) -> set[str]:
    changed = {name for name, value in planned.items() if value != prior[name] or not is_known(value)}
    configured = {name for name in schema.replace_on_configured if config[name] is not None}
    return changed & (schema.replace_on | configured)
