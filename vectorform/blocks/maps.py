"""What every block goes through with `for_each`, and what it has that CDKTF's bindings do not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.blocks import access_rows, knowledge_base_rows, rows
from vectorform.blocks.model_rows import model_rows
from vectorform.blocks.nested import content
from vectorform.blocks.parameter_rows import parameter_rows
from vectorform.blocks.search_rows import default_mode_rows, index_setting_rows
from vectorform.desired import kinds
from vectorform.desired.addresses import (
    ACCESS_POLICIES,
    ACCESS_ROLE_MANAGED_POLICIES,
    ACCESS_ROLE_POLICIES,
    ACCESS_ROLE_STATEMENTS,
    ACCESS_ROLES,
    DEFAULT_INDEX_MODES,
    ENCRYPTION_KEY_ALIASES,
    ENCRYPTION_KEYS,
    KNOWLEDGE_BASES,
    PARAMETERS,
    POD_IDENTITIES,
    REMEMBERED_SPREAD,
    SEARCH_SETTINGS,
    SEARCH_STEPS,
    SPREAD_IS_REMEMBERED,
    UNPROTECTED_ENCRYPTION_KEY_ALIASES,
    UNPROTECTED_ENCRYPTION_KEYS,
    UNPROTECTED_VECTOR_BUCKETS,
    VECTOR_BUCKET_POLICIES,
    VECTOR_BUCKETS,
    block_name,
    is_embedding_models,
)
from vectorform.desired.attributes import INDEX
from vectorform.desired.model import Environment, Region

# Blocks without a map of their own.
_SHARED = {
    ENCRYPTION_KEY_ALIASES: ENCRYPTION_KEYS,
    UNPROTECTED_ENCRYPTION_KEY_ALIASES: UNPROTECTED_ENCRYPTION_KEYS,
}
# The attribute is a list of objects with every member present, or null; an empty list is neither.
_OWN = INDEX["encryption"].argument
_ENCRYPTION = {_OWN: f"${{length(each.value.{_OWN}) == 0 ? null : each.value.{_OWN}}}"}
_KEYS = INDEX["non_filterable_metadata_keys"]
_METADATA = {
    "dynamic": {
        _KEYS.argument: {
            "for_each": f"${{each.value.{_KEYS.argument}}}",
            "content": {_KEYS.inside: f"${{{_KEYS.argument}.value.{_KEYS.inside}}}"},
        }
    }
}
# By resource type: newer than the bindings, which were generated from version 6.25 of the provider, or other
# there.
_NEWER: Mapping[str, Mapping[str, Any]] = {
    kinds.KNOWLEDGE_BASE.type: {
        **content(knowledge_base_rows.KNOWLEDGE_BASE, "each.value"),
        "tags": "${each.value.tags}",
    },
    kinds.DATA_SOURCE.type: {
        **content(knowledge_base_rows.DATA_SOURCE, "each.value"),
        "knowledge_base_id": "${each.value.knowledge_base_id}",
    },
    kinds.VECTOR_BUCKET.type: _ENCRYPTION,
    kinds.INDEX.type: {
        **_ENCRYPTION,
        **_METADATA,
        **{row.argument: f"${{each.value.{row.argument}}}" for row in INDEX.passed_on if row.newer},
    },
}
# The first three are in every stack; the rest only where something is in them.
OF_ACCESS = {
    ACCESS_POLICIES: access_rows.access_policy_rows,
    ACCESS_ROLES: access_rows.access_role_rows,
    ACCESS_ROLE_POLICIES: access_rows.attachment_rows,
    ACCESS_ROLE_MANAGED_POLICIES: access_rows.managed_policy_rows,
    ACCESS_ROLE_STATEMENTS: access_rows.statement_rows,
    POD_IDENTITIES: access_rows.pod_identity_rows,
}
_OF_BLOCKS: Mapping[str, Mapping[str, Any]] = {
    UNPROTECTED_VECTOR_BUCKETS: {"force_destroy": "${each.value.force_destroy}"},
}


def maps(environment: Environment, region: Region, *, state_is_known: bool) -> dict[str, rows.Rows]:
    """The maps of one stack, by the address of their block."""
    return {
        VECTOR_BUCKETS: rows.vector_bucket_rows(region, protected=True),
        UNPROTECTED_VECTOR_BUCKETS: rows.vector_bucket_rows(region, protected=False),
        **rows.index_rows(region),
        **model_rows(region),
        REMEMBERED_SPREAD: {} if state_is_known else rows.spread_rows(region),
        SPREAD_IS_REMEMBERED: {} if state_is_known else rows.remembered_spread_rows(region),
        VECTOR_BUCKET_POLICIES: rows.vector_bucket_policy_rows(environment, region),
        ENCRYPTION_KEYS: rows.encryption_key_rows(environment, region, protected=True),
        UNPROTECTED_ENCRYPTION_KEYS: rows.encryption_key_rows(environment, region, protected=False),
        **{block: of_block(environment, region) for block, of_block in OF_ACCESS.items()},
        PARAMETERS: parameter_rows(environment, region),
        DEFAULT_INDEX_MODES: default_mode_rows(region),
        SEARCH_SETTINGS: index_setting_rows(region),
        KNOWLEDGE_BASES: knowledge_base_rows.knowledge_base_rows(environment, region),
        **knowledge_base_rows.data_source_rows(environment, region),
    }


def additions(blocks: Mapping[str, rows.Rows]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address of every `for_each` block and the attributes that it gets."""
    sources = {block: block for block in blocks if not is_embedding_models(block)} | _SHARED
    for block, source in sources.items():
        if block in SEARCH_STEPS:
            continue  # one step for all
        newer = {**_NEWER.get(block.partition(".")[0], {}), **_OF_BLOCKS.get(block, {})}
        yield block, {"for_each": f"${{local.{block_name(source)}}}", **newer}
