"""The `for_each` maps of knowledge bases and their data sources, and what their blocks look like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.blocks.literals import literal
from vectorform.blocks.nested import Shape, row
from vectorform.desired import bedrock
from vectorform.desired.addresses import (
    ACCESS_ROLES,
    data_source_block,
    index_address,
    instance,
    knowledge_base_address,
)
from vectorform.desired.model import DataSource, Environment, KnowledgeBase, Region

Rows = dict[str, dict[str, Any]]

KNOWLEDGE_BASE: Shape = {
    "name": None,
    "description": None,
    "role_arn": None,
    "knowledge_base_configuration": {
        "type": None,
        "vector_knowledge_base_configuration": {
            "embedding_model_arn": None,
            "embedding_model_configuration": {
                "bedrock_embedding_model_configuration": {"dimensions": None, "embedding_data_type": None}
            },
            "supplemental_data_storage_configuration": {
                "storage_location": {"type": None, "s3_location": {"uri": None}}
            },
        },
    },
    "storage_configuration": {"type": None, "s3_vectors_configuration": {"index_arn": None}},
}
DATA_SOURCE: Shape = {
    "name": None,
    "description": None,
    "data_deletion_policy": None,
    "data_source_configuration": {
        "type": None,
        "s3_configuration": {
            "bucket_arn": None,
            "bucket_owner_account_id": None,
            "inclusion_prefixes": None,
        },
    },
    "vector_ingestion_configuration": {
        "chunking_configuration": {
            "chunking_strategy": None,
            "fixed_size_chunking_configuration": {"max_tokens": None, "overlap_percentage": None},
            "hierarchical_chunking_configuration": {
                "overlap_tokens": None,
                "level_configuration": {"max_tokens": None},
            },
            "semantic_chunking_configuration": {
                "max_token": None,
                "buffer_size": None,
                "breakpoint_percentile_threshold": None,
            },
        },
        "parsing_configuration": {
            "parsing_strategy": None,
            "bedrock_foundation_model_configuration": {
                "model_arn": None,
                "parsing_modality": None,
                "parsing_prompt": {"parsing_prompt_string": None},
            },
            "bedrock_data_automation_configuration": {"parsing_modality": None},
        },
    },
}
# Where the provider does not call it as AWS does.
_RENAMED: Mapping[str, str] = {
    "levelConfigurations": "level_configuration",
    "parsingPromptText": "parsing_prompt_string",
    "s3Location": "s3_location",
    "s3VectorsConfiguration": "s3_vectors_configuration",
    "s3Configuration": "s3_configuration",
    "storageLocations": "storage_location",
}


def knowledge_base_rows(environment: Environment, region: Region) -> Rows:
    """The knowledge bases of a region. Each waits for its index and its role, by referring to them."""
    return {of.key: _knowledge_base(environment, region, of) for of in region.knowledge_bases}


def data_source_rows(environment: Environment, region: Region) -> dict[str, Rows]:
    """The data sources of a region, by the block of their knowledge base and "knowledge base/data source"."""
    return {
        data_source_block(of): {
            f"{of.key}/{source.key}": _data_source(environment, region, of, source)
            for source in of.data_sources
        }
        for of in region.knowledge_bases
        if of.data_sources
    }


def _data_source(
    environment: Environment, region: Region, of: KnowledgeBase, source: DataSource
) -> dict[str, Any]:
    request = bedrock.data_source(environment, region, source)
    chunking = request.get("vectorIngestionConfiguration", {}).get("chunkingConfiguration", {})
    semantic = chunking.get("semanticChunkingConfiguration")
    if semantic:  # the provider says max_token, and there alone
        semantic["maxToken"] = semantic.pop("maxTokens")
    knowledge_base = f"${{{knowledge_base_address(of)}.id}}"
    return {"knowledge_base_id": knowledge_base, **row(DATA_SOURCE, literal(request), _RENAMED)}


def _knowledge_base(environment: Environment, region: Region, of: KnowledgeBase) -> dict[str, Any]:
    request = literal(bedrock.knowledge_base(environment, region, of))
    found = bedrock.index_of(region, of)
    if of.index_arn is None and found is not None and found[1] not in found[0].leaving:
        index = f"${{{index_address(*found)}.index_arn}}"
        request["storageConfiguration"]["s3VectorsConfiguration"]["indexArn"] = index
    if region.name == environment.home.name:
        request["roleArn"] = f"${{{instance(ACCESS_ROLES, of.role)}.arn}}"
    return {**row(KNOWLEDGE_BASE, request, _RENAMED), "tags": literal(of.tags)}
