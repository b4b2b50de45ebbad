"""The attributes of a knowledge base and of its data sources."""

from __future__ import annotations

from vectorform.desired import kinds
from vectorform.desired.attributes.row import Attribute, Attributes, Form
from vectorform.desired.model import Chunking, DataSource, KnowledgeBase, Parser

_CONFIGURATION = "knowledgeBaseConfiguration.vectorKnowledgeBaseConfiguration"
_FIXED = "Bedrock cannot change it: it makes another knowledge base, with another id"
_INGESTION = "Bedrock cannot change it: it makes another data source"
_FOR_MESSAGES = "where it is written, for messages"

KNOWLEDGE_BASE = Attributes(
    model=KnowledgeBase,
    kind=kinds.KNOWLEDGE_BASE,
    schema=("#/$defs/knowledge_base",),
    builder="KnowledgeBase",
    rows=(
        Attribute(field="key", key="", change="recreated", by="address", changes_fingerprint=True,
                  why="another entry: another knowledge base"),
        Attribute(field="name", change="in place", by="argument", argument="name", answer="name",
                  why="Bedrock renames it"),
        Attribute(field="description", change="in place", by="argument", form="text", argument="description",
                  answer="description", why="it changes in place"),
        Attribute(field="index", change="recreated", by="argument", argument="storage_configuration",
                  answer="storageConfiguration.s3VectorsConfiguration.indexArn", why=_FIXED),
        Attribute(field="index_arn", key="", change="recreated", by="argument",
                  argument="storage_configuration",
                  answer="storageConfiguration.s3VectorsConfiguration.indexArn", why=_FIXED),
        Attribute(field="embedding_model", change="recreated", by="argument",
                  argument="knowledge_base_configuration", answer=f"{_CONFIGURATION}.embeddingModelArn",
                  why=_FIXED),
        Attribute(field="dimensions", key="", change="recreated", by="argument",
                  argument="knowledge_base_configuration",
                  answer=f"{_CONFIGURATION}.embeddingModelConfiguration", why=_FIXED),
        Attribute(field="supplemental_storage", change="recreated", by="argument",
                  argument="knowledge_base_configuration",
                  answer=f"{_CONFIGURATION}.supplementalDataStorageConfiguration", why=_FIXED),
        Attribute(field="role", change="in place", by="argument", argument="role_arn", answer="roleArn",
                  why="Bedrock works with another role from then on"),
        Attribute(field="data_sources", change="in place", by="argument", changes_fingerprint=True,
                  answer="dataSourceSummaries", why="each data source by itself"),
        Attribute(field="tags", change="in place", by="argument", argument="tags", answer="tags",
                  why="tags change in place"),
        Attribute(field="source", key="", change="not deployed", by="nothing", why=_FOR_MESSAGES),
    ),
)  # fmt: skip

_S3 = "dataSourceConfiguration.s3Configuration"

DATA_SOURCE = Attributes(
    model=DataSource,
    kind=kinds.DATA_SOURCE,
    schema=("#/$defs/data_source",),
    builder="DataSource",
    also={"arn": "the bucket's, in place of its name"},
    rows=(
        Attribute(field="key", key="", change="recreated", by="address", changes_fingerprint=True,
                  why="another entry: another data source"),
        Attribute(field="name", change="recreated", by="argument", argument="name", answer="name",
                  why="the provider makes another data source"),
        Attribute(field="description", change="in place", by="argument", form="text", argument="description",
                  answer="description", why="it changes in place"),
        Attribute(field="bucket_arn", key="bucket", change="in place", by="argument",
                  argument="data_source_configuration", answer=f"{_S3}.bucketArn",
                  why="the next synchronization reads from there"),
        Attribute(field="owner_account", change="in place", by="argument", form="text",
                  argument="data_source_configuration", answer=f"{_S3}.bucketOwnerAccountId",
                  why="the expected owner of the bucket"),
        Attribute(field="prefix", change="in place", by="argument", argument="data_source_configuration",
                  answer=f"{_S3}.inclusionPrefixes", why="the next synchronization reads below it"),
        Attribute(field="kms_key_arn", key="kms_key", change="in place", by="document",
                  why="a part of the policy of the knowledge base's role"),
        Attribute(field="chunking", change="recreated", by="argument",
                  argument="vector_ingestion_configuration",
                  answer="vectorIngestionConfiguration.chunkingConfiguration", why=_INGESTION),
        Attribute(field="parser", change="recreated", by="argument",
                  argument="vector_ingestion_configuration",
                  answer="vectorIngestionConfiguration.parsingConfiguration", why=_INGESTION),
        Attribute(field="deletion_policy", change="in place", by="argument", form="text",
                  argument="data_deletion_policy", answer="dataDeletionPolicy",
                  why="it counts when the data source is deleted"),
        Attribute(field="source", key="", change="not deployed", by="nothing", why=_FOR_MESSAGES),
    ),
)  # fmt: skip


def _ingestion(*names: str, form: Form, of: str) -> tuple[Attribute, ...]:
    answer = f"vectorIngestionConfiguration.{of}"
    return tuple(
        Attribute(field=name, change="recreated", by="argument", form=form, answer=answer,
                  changes_fingerprint=True, why=_INGESTION)
        for name in names
    )  # fmt: skip


CHUNKING = Attributes(
    model=Chunking,
    schema=("#/$defs/data_source/properties/chunking",),
    builder="Chunking",
    rows=(
        *_ingestion("strategy", form="text", of="chunkingConfiguration"),
        *_ingestion(
            "max_tokens",
            "overlap_percentage",
            "parent_tokens",
            "child_tokens",
            "overlap_tokens",
            "buffer_size",
            "breakpoint_percentile",
            form="number",
            of="chunkingConfiguration",
        ),
    ),
)

PARSER = Attributes(
    model=Parser,
    schema=("#/$defs/data_source/properties/parser",),
    builder="Parser",
    rows=(
        *_ingestion("strategy", "model", "prompt", form="text", of="parsingConfiguration"),
        *_ingestion("multimodal", form="flag", of="parsingConfiguration"),
    ),
)
