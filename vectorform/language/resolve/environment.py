"""An environment and its regions: checked nodes to the desired state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from vectorform.desired.arns import partition
from vectorform.desired.attributes import ENVIRONMENT
from vectorform.desired.backends import VERIFIED_WITHIN_APPLY
from vectorform.desired.model import Environment, Region, VectorBucket, Verification
from vectorform.language.nodes import Node
from vectorform.language.problems import Problem
from vectorform.language.references import DEPLOYER
from vectorform.language.region_trees import RegionTree
from vectorform.language.resolve.access import access_entry, role_arns
from vectorform.language.resolve.backend import backend, settings_of_stack
from vectorform.language.resolve.keys import keys_in_use
from vectorform.language.resolve.knowledge_bases import knowledge_bases, role_entries
from vectorform.language.resolve.outputs import outputs
from vectorform.language.resolve.provider import provider
from vectorform.language.resolve.scope import Scope
from vectorform.language.resolve.vector_buckets import Retired, vector_bucket
from vectorform.language.retirements import retirement
from vectorform.language.rules.form import RESERVED_VARIABLE
from vectorform.language.templates import ANY, UNKNOWN, fill_variables
from vectorform.language.typed_values import (
    as_written,
    entries,
    flag,
    sound,
    source,
    text,
    texts,
    texts_by_key,
)

ENVIRONMENT_NAME_FORM = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
# Variables that exist further down; `values` of an environment's scope has the rest.
_FURTHER_DOWN = (
    *("each", "region", "bucket", "index", "access", "key", "stack"),
    *("knowledge_base", "data_source"),
)


def resolve(name: str, root: Node, regions: list[RegionTree], problems: list[Problem]) -> Environment:
    """The desired state of the environment `name`. Problems with templates go to `problems`."""
    top = root.mapping
    scope = Scope(_variables(name, root, regions, problems), problems)
    reached = provider(top.get("provider"), scope)
    roles = role_arns(top.get("access"), scope)
    if reached.assume_role:
        roles[DEPLOYER] = reached.assume_role
    scope = scope.knowing(**roles)
    partitions = {region.name: partition(region.name) for region in regions}
    retired = {address: retirement(node) for address, node in entries(top.get("retired")) if not node.broken}
    region_names = tuple(region.name for region in regions)
    where = backend(top.get("backend"), scope)
    verified = flag(top.get("verification"), "after_apply")
    environment = Environment(
        name=name,
        project=text(root, "project"),
        account_id=text(root, "account_id"),
        regions=tuple(_region(region, scope, retired, top) for region in regions),
        access=(
            *(
                access_entry(key, node, scope, partitions)
                for key, node in entries(top.get("access"))
                if not node.broken
            ),
            *role_entries(top.get("knowledge_bases"), scope, partitions),
        ),
        tags=scope.tags(root),
        provider=reached,
        verification=Verification(
            after_apply=VERIFIED_WITHIN_APPLY[where.type] if verified is None else verified
        ),
        backend=where,
        waves=_waves(top.get("rollout"), region_names),
        moved=texts_by_key(top.get("moved")),
        protection_lifted_by=tuple(arn for arn in scope.policy_texts(root, "protection_lifted_by") if arn),
        source=source(root),
        **as_written(ENVIRONMENT, root),
    )
    return replace(
        environment,
        regions=tuple(
            replace(region, backend_settings=settings_of_stack(environment, region))
            for region in environment.regions
        ),
    )


def _variables(name: str, root: Node, regions: list[RegionTree], problems: list[Problem]) -> dict[str, str]:
    """What every template of the environment may use: what always exists, and the environment's own."""
    given = {
        "environment": name if ENVIRONMENT_NAME_FORM.match(name) else UNKNOWN,
        "project": text(root, "project") or UNKNOWN,
        "account_id": text(root, "account_id") or UNKNOWN,
        "partition": partition(regions[0].name) if regions else UNKNOWN,
    }
    node = root.mapping.get("variables")
    written = texts_by_key(node)
    nodes = node.mapping if node is not None else {}
    refused = dict.fromkeys(nodes.keys() - written.keys(), UNKNOWN)
    if node is not None and (node.broken or node.incomplete):
        refused[ANY] = UNKNOWN
    own, errors = fill_variables(written, {**refused, **given})
    for variable, error in errors.items():
        problems.append(error.rule.at(nodes[variable], ("variables", variable), str(error), error.hint))
    for variable in written.keys() & {*given, *_FURTHER_DOWN}:
        message = f"`{{{variable}}}` always exists and cannot be set"
        path = ("variables", variable)
        problems.append(RESERVED_VARIABLE.at(nodes[variable], path, message, "choose another name", key=True))
    return {**given, **dict.fromkeys(errors, UNKNOWN), **own, **refused, **given}


def _region(region: RegionTree, environment: Scope, retired: Retired, top: Mapping[str, Node]) -> Region:
    scope = environment.knowing(region=region.name, partition=partition(region.name))
    buckets = [
        vector_bucket(key, node, scope, retired)
        for key, node in entries(region.vector_buckets)
        if not node.broken
    ]
    resolved = Region(
        name=region.name,
        vector_buckets=tuple(bucket for bucket in buckets if not _let_go(bucket)),
        leaving=tuple(bucket for bucket in buckets if _let_go(bucket)),
        keys=keys_in_use(top.get("keys"), buckets, scope),
        outputs=outputs(top.get("outputs"), scope),
        source=source(region.node),
    )
    return replace(resolved, knowledge_bases=knowledge_bases(top.get("knowledge_bases"), resolved, scope))


def _waves(rollout: Node | None, regions: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    if rollout is None or "waves" not in rollout.mapping:
        return tuple(wave for wave in (regions[:1], regions[1:]) if wave)
    return tuple(texts(wave) for wave in sound(rollout.mapping["waves"]))


def _let_go(bucket: VectorBucket) -> bool:
    """Whether Terraform is to forget it."""
    return bool(bucket.retirement and bucket.retirement.keep)
