"""The documents of a knowledge base: buckets that can be, each once, cut as Bedrock can."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.desired.arns import partition
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import KnowledgeBaseIn
from vectorform.wording import show

BUCKET = Rule("VF840", "bucket-of-documents")
TWICE = Rule("VF841", "documents-twice", "warning")
LEVELS = Rule("VF842", "chunks-of-levels")
IMAGES = Rule("VF843", "images-without-storage")

# S3 User Guide, "General purpose bucket naming rules".
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")


def buckets(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """A bucket's name, or its ARN in the partition of the region."""
    for region, knowledge_base in of.found[:1]:
        for source in knowledge_base.data_sources:
            head, _, name = source.bucket_arn.rpartition(":")
            if not source.bucket_arn or (head == f"arn:{partition(region.name)}:s3::" and _NAME.match(name)):
                continue
            node, path = of.source(source.key)
            key = "arn" if "arn" in node.mapping else "bucket"
            what = f"{show(source.bucket_arn if key == 'arn' else name)} is not an Amazon S3 bucket"
            hint = "write its name, without s3://; a prefix goes into `prefix`"
            yield BUCKET.at(node.mapping[key], (*path, key), what, hint)


def twice(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """The same documents in two data sources are in every answer twice."""
    for _, knowledge_base in of.found[:1]:
        before: dict[tuple[str, str], str] = {}
        for source in knowledge_base.data_sources:
            for (bucket, prefix), other in before.items():
                own = source.prefix or ""
                if bucket == source.bucket_arn and (own.startswith(prefix) or prefix.startswith(own)):
                    node, path = of.source(source.key)
                    message = f"{show(other)} reads some of the same documents"
                    hint = "they would be embedded and found twice: use prefixes that do not overlap"
                    yield TWICE.at(node, path, message, hint, key=True)
                    break
            before[source.bucket_arn, source.prefix or ""] = source.key


def chunking(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """A child is a part of its parent, and its overlap a part of it (CreateDataSource)."""
    for _, knowledge_base in of.found[:1]:
        for source in knowledge_base.data_sources:
            cut = source.chunking
            if cut is None or cut.parent_tokens is None or cut.child_tokens is None:
                continue
            node, path = of.source(source.key)
            place = node.mapping["chunking"], (*path, "chunking")
            if cut.child_tokens > cut.parent_tokens:
                message = f"small chunks of {cut.child_tokens} tokens do not fit into {cut.parent_tokens}"
                yield LEVELS.at(*place, message, "child_tokens must be fewer than parent_tokens", key=True)
            elif cut.overlap_tokens is not None and cut.overlap_tokens >= cut.child_tokens:
                message = f"small chunks of {cut.child_tokens} tokens cannot share {cut.overlap_tokens}"
                yield LEVELS.at(*place, message, "overlap_tokens must be fewer than child_tokens", key=True)


def images(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """Bedrock keeps what it takes out of documents in a bucket (User Guide, "Parsing options")."""
    for _, knowledge_base in of.found[:1]:
        for source in knowledge_base.data_sources:
            storage = of.node.mapping.get("supplemental_storage")
            if source.parser and source.parser.multimodal and storage is None:
                node, path = of.source(source.key)
                message = "there is no storage for the images that the parser extracts"
                hint = "write supplemental_storage: s3://BUCKET/ in the knowledge base, or multimodal: false"
                yield IMAGES.at(node.mapping["parser"], (*path, "parser"), message, hint, key=True)
