"""Knowledge bases and data sources as the API of Amazon Bedrock has them: plain data of the desired state.

Members: service model of bedrock-agent, 2023-06-05. Terraform's arguments and what the verifier expects are
both made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from vectorform.desired.arns import index_arn, partition, role_arn
from vectorform.desired.bedrock_models import model_arn
from vectorform.desired.model import (
    Chunking,
    DataSource,
    Environment,
    Index,
    KnowledgeBase,
    Parser,
    Region,
    VectorBucket,
)

# Metadata that Bedrock writes with every vector: the chunk, and where it is from. Filterable metadata takes
# 2,048 bytes, so both have to be non-filterable (Amazon Bedrock User Guide, "Prerequisites for using a vector
# store", S3 Vectors).
LONG_METADATA = ("AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA")


def index_of(region: Region, knowledge_base: KnowledgeBase) -> tuple[VectorBucket, Index] | None:
    """The index of a knowledge base and its bucket; None where it stands elsewhere."""
    for bucket in region.written_vector_buckets:
        for index in bucket.written_indexes:
            if f"{bucket.key}/{index.key}" == knowledge_base.index:
                return bucket, index
    return None


def arn_of_index(environment: Environment, region: Region, knowledge_base: KnowledgeBase) -> str:
    """The ARN of the index of a knowledge base."""
    if knowledge_base.index_arn is not None:
        return knowledge_base.index_arn
    found = index_of(region, knowledge_base)
    return index_arn(environment, region, *found) if found else ""


def arn_of_role(environment: Environment, knowledge_base: KnowledgeBase) -> str:
    """The ARN of the role that a knowledge base works with; "" where there is none of that name."""
    for access in environment.access:
        if access.key == knowledge_base.role and access.role:
            return role_arn(environment, access.role)
    return ""


def any_knowledge_base_arn(environment: Environment, region: str) -> str:
    """The pattern of all knowledge bases of the account in a region: an id is known once it exists."""
    return f"arn:{partition(region)}:bedrock:{region}:{environment.account_id}:knowledge-base/*"


def knowledge_base(environment: Environment, region: Region, knowledge_base: KnowledgeBase) -> dict[str, Any]:
    """The request of CreateKnowledgeBase, without the tags."""
    vector: dict[str, Any] = {
        "embeddingModelArn": model_arn(environment, region, knowledge_base.embedding_model)
    }
    if knowledge_base.dimensions is not None:
        of_the_model = {"dimensions": knowledge_base.dimensions, "embeddingDataType": "FLOAT32"}
        vector["embeddingModelConfiguration"] = {"bedrockEmbeddingModelConfiguration": of_the_model}
    if knowledge_base.supplemental_storage:
        location = {"type": "S3", "s3Location": {"uri": knowledge_base.supplemental_storage}}
        vector["supplementalDataStorageConfiguration"] = {"storageLocations": [location]}
    index = {"indexArn": arn_of_index(environment, region, knowledge_base)}
    return {
        "name": knowledge_base.name,
        **_described(knowledge_base),
        "roleArn": arn_of_role(environment, knowledge_base),
        "knowledgeBaseConfiguration": {"type": "VECTOR", "vectorKnowledgeBaseConfiguration": vector},
        "storageConfiguration": {"type": "S3_VECTORS", "s3VectorsConfiguration": index},
    }


def data_source(environment: Environment, region: Region, source: DataSource) -> dict[str, Any]:
    """The request of CreateDataSource, without the id of the knowledge base."""
    bucket: dict[str, Any] = {"bucketArn": source.bucket_arn}
    if source.owner_account:
        bucket["bucketOwnerAccountId"] = source.owner_account
    if source.prefix:
        bucket["inclusionPrefixes"] = [source.prefix]
    request: dict[str, Any] = {
        "name": source.name,
        **_described(source),
        "dataDeletionPolicy": source.deletion_policy.upper(),
        "dataSourceConfiguration": {"type": "S3", "s3Configuration": bucket},
    }
    ingestion: dict[str, Any] = {}
    if source.chunking:
        ingestion["chunkingConfiguration"] = chunking(source.chunking)
    if source.parser:
        ingestion["parsingConfiguration"] = parsing(environment, region, source.parser)
    return {**request, "vectorIngestionConfiguration": ingestion} if ingestion else request


def chunking(chunking: Chunking) -> dict[str, Any]:
    """The member chunkingConfiguration."""
    request: dict[str, Any] = {"chunkingStrategy": chunking.strategy.upper()}
    if chunking.overlap_percentage is not None:
        request["fixedSizeChunkingConfiguration"] = {
            "maxTokens": chunking.max_tokens,
            "overlapPercentage": chunking.overlap_percentage,
        }
    if chunking.parent_tokens is not None:
        levels = [{"maxTokens": chunking.parent_tokens}, {"maxTokens": chunking.child_tokens}]
        request["hierarchicalChunkingConfiguration"] = {
            "levelConfigurations": levels,
            "overlapTokens": chunking.overlap_tokens,
        }
    if chunking.buffer_size is not None:
        request["semanticChunkingConfiguration"] = {
            "maxTokens": chunking.max_tokens,
            "bufferSize": chunking.buffer_size,
            "breakpointPercentileThreshold": chunking.breakpoint_percentile,
        }
    return request


def parsing(environment: Environment, region: Region, parser: Parser) -> dict[str, Any]:
    """The member parsingConfiguration."""
    modality: dict[str, Any] = {"parsingModality": "MULTIMODAL"} if parser.multimodal else {}
    match parser.strategy:
        case "foundation_model":
            of_the_model: dict[str, Any] = {
                "modelArn": model_arn(environment, region, parser.model or ""),
                **modality,
            }
            if parser.prompt:
                of_the_model["parsingPrompt"] = {"parsingPromptText": parser.prompt}
            return {
                "parsingStrategy": "BEDROCK_FOUNDATION_MODEL",
                "bedrockFoundationModelConfiguration": of_the_model,
            }
        case "data_automation":
            return {
                "parsingStrategy": "BEDROCK_DATA_AUTOMATION",
                "bedrockDataAutomationConfiguration": modality,
            }
        case other:
            assert_never(other)


def _described(described: KnowledgeBase | DataSource) -> Mapping[str, str]:
    return {"description": described.description} if described.description else {}
