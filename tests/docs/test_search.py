"""What people ask in public about S3 Vectors and Terraform is on a page of the site, in their words."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.paths import ROOT

DOCS = ROOT / "docs"
# What is typed into the search, and the page whose section answers it.
QUESTIONS = {
    "create vector index terraform": "index.md",
    "already exists": "how-to/adopt.md",
    "import existing bucket": "how-to/adopt.md",
    "conflictexception": "how-to/adopt.md",
    "delete an index": "how-to/retirement.md",
    "change dimension": "how-to/retirement.md",
    "rename index": "how-to/retirement.md",
    "reindex": "how-to/retirement.md",
    "forces replacement": "how-to/retirement.md",
    "drift": "reference/verify.md",
    "throttlingexception": "reference/verify.md",
    "accessdenied s3vectors": "reference/permissions.md",
    "explicit deny": "reference/permissions.md",
    "least privilege iam": "reference/permissions.md",
    "multi region": "how-to/regions.md",
    "localstack s3 vectors": "explanation/rehearsal.md",
    "emulator": "explanation/rehearsal.md",
    "mock s3 vectors": "explanation/rehearsal.md",
    "pytest s3 vectors": "explanation/rehearsal.md",
    "dry run": "explanation/rehearsal.md",
    "prevent_destroy": "explanation/protection.md",
    "langchain": "how-to/metadata.md",
    "llamaindex": "how-to/metadata.md",
    "metadata 2048 bytes": "how-to/metadata.md",
    "metadata 2 kb": "how-to/metadata.md",
    "filterable metadata must have at most 2048 bytes": "how-to/metadata.md",
    "bedrock knowledge base s3 vectors terraform": "how-to/knowledge-base.md",
    "ingestion job": "how-to/knowledge-base.md",
    "openai dimension": "how-to/embedding-model.md",
    "titan cohere": "how-to/embedding-model.md",
    "cost": "how-to/cost.md",
    "pricing": "how-to/cost.md",
    "kms rotation": "how-to/keys.md",
    "vpc endpoint": "how-to/private-access.md",
    "cloudtrail": "how-to/audit.md",
    "tenant isolation": "how-to/tenants.md",
    "github actions": "how-to/pipeline.md",
    "gitlab ci": "how-to/pipeline.md",
    "terraform cloud": "how-to/terraform-cloud.md",
    "opentofu": "how-to/opentofu.md",
    "error acquiring the state lock": "how-to/rollout.md",
    "force-unlock": "how-to/break-glass.md",
    "lost state": "how-to/break-glass.md",
    "pulumi": "explanation/alternatives.md",
    "cloudformation cdk": "explanation/alternatives.md",
    "docker env-file": "reference/output.md",
    "hybrid search bm25": "how-to/search.md",
    "dot product": "index.md",
    "switch embedding model": "index.md",
    "copy vectors": "how-to/retirement.md",
    "cross-account": "index.md",
    "kubernetes eks pod": "index.md",
    "boto3 endpoint_url": "explanation/rehearsal.md",
    "unsupported block metadata_configuration": "index.md",
    "dynamodb lock": "index.md",
    "cdktf archived": "how-to/cdktf-is-gone.md",
    "mem0 reset": "how-to/mem0.md",
    "strands memory": "how-to/strands.md",
    "filterable metadata limit": "how-to/metadata.md",
    "delete vector bucket not empty": "how-to/retirement.md",
    "rename vector bucket": "how-to/retirement.md",
    "change dimension of an existing index": "how-to/retirement.md",
    "aws_s3vectors_index force replacement": "how-to/retirement.md",
    "putvectors rate limit": "how-to/retirement.md",
    "terraform import s3 vectors index": "how-to/adopt.md",
    "kms access denied s3vectors.amazonaws.com indexing": "how-to/keys.md",
    "langchain s3vectors terraform": "how-to/langchain.md",
    "multi tenant index per customer": "how-to/tenants.md",
    "how much does s3 vectors cost": "how-to/cost.md",
    "dimension mismatch": "how-to/embedding-model.md",
    "s3 vectors cross region replication": "how-to/regions.md",
    "terraform destroy vector bucket": "explanation/protection.md",
    "force_destroy": "explanation/protection.md",
    "s3 vectors terraform module": "explanation/alternatives.md",
    "recover deleted index": "index.md",
    "s3 vectors limits quotas": "index.md",
    "backup restore vectors": "index.md",
    "ci without aws credentials": "how-to/pipeline.md",
    "test locally without aws account": "explanation/rehearsal.md",
}


@cache
def sections(page: str) -> list[str]:
    """A page as the search has it: a section for each heading, in lower case; the title counts for each."""
    text = (DOCS / page).read_text(encoding="utf-8").lower()
    title, *parts = re.split(r"^#+ ", text, flags=re.MULTILINE)[1:]
    heading = title.partition("\n")[0]
    return [title, *(f"{heading}\n{part}" for part in parts)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_search_finds_an_answer(question: str) -> None:
    words = question.split()
    assert any(
        all(re.search(rf"\b{re.escape(word.replace(',', ''))}", part.replace(",", "")) for word in words)
        for part in sections(QUESTIONS[question])
    ), f"no section of docs/{QUESTIONS[question]} has all of: {', '.join(words)}"
