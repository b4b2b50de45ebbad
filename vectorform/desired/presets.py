"""The non-filterable metadata keys of frameworks: what each writes with every vector and never filters on.

What a framework filters on, or deletes by, is not among them: it has to stay filterable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vectorform.desired.model import Preset


@dataclass(frozen=True, slots=True)
class Keys:
    """`source` is where the keys are read from, `filterable` what stays so, `read` the date of that look."""

    keys: tuple[str, ...]
    source: str
    filterable: tuple[str, ...] = ()
    read: str = "2026-11-26"


_BEDROCK = ("AMAZON_BEDROCK_TEXT", "AMAZON_BEDROCK_METADATA")
PRESETS: Mapping[Preset, Keys] = {
    # The default of page_content_metadata_key of AmazonS3Vectors.
    "langchain": Keys(("_page_content",), "langchain-aws, langchain_aws/vectorstores/s3_vectors/base.py"),
    # The same that its create_index_from_bucket declares.
    "llamaindex": Keys(
        ("_node_content", "_node_type"),
        "run-llama/llama_index, llama-index-vector-stores-s3; pull request 21279",
        ("ref_doc_id",),
    ),
    "bedrock-knowledge-base": Keys(_BEDROCK, "Amazon Bedrock User Guide, prerequisites of a vector store"),
    # Bedrock's own keys beside them, each of which counts as filterable otherwise.
    "bedrock-knowledge-base-long": Keys(
        (
            *_BEDROCK,
            "x-amz-bedrock-kb-source-uri",
            "x-amz-bedrock-kb-chunk-id",
            "x-amz-bedrock-kb-source-file-modality",
            "x-amz-bedrock-kb-document-page-number",
        ),
        "metadata of the results of Retrieve, Amazon Bedrock User Guide; public configurations",
        ("x-amz-bedrock-kb-data-source-id",),
    ),
    "s3vectors-embed-cli": Keys(
        ("S3VECTORS-EMBED-SRC-CONTENT", "S3VECTORS-EMBED-SRC-LOCATION"),
        "awslabs/s3vectors-embed-cli, s3vectors/core/unified_processor.py",
    ),
    # The text of a memory, twice; everything else of its payload can be asked for.
    "mem0": Keys(
        ("data", "text_lemmatized"),
        "mem0ai/mem0, mem0/vector_stores/s3_vectors.py and mem0/memory/main.py",
        ("user_id", "agent_id", "run_id"),
    ),
    # The key that its guides put the text of a chunk under.
    "mastra": Keys(("text",), "mastra-ai/mastra, stores/s3vectors and the guides on RAG"),
}
