"""Vector buckets and indexes as the service keeps them: frozen values, replaced when they change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CLASSIC = "CLASSIC"
ENHANCED = "ENHANCED"
# Buckets created from this moment on make ENHANCED indexes (user guide, index modes): 2026-09-30 UTC.
ENHANCED_SINCE = 1790726400.0
OLDER = ENHANCED_SINCE - 24 * 60 * 60  # of buckets that a test or a rehearsal wants to be older


@dataclass(frozen=True, slots=True)
class Encryption:
    """Server-side encryption; `kms_key_arn` is set exactly when `sse_type` is aws:kms."""

    sse_type: str = "AES256"
    kms_key_arn: str | None = None

    def to_wire(self) -> dict[str, str]:
        """As the API returns it: always explicit, also when it is the default."""
        if self.kms_key_arn is None:
            return {"sseType": self.sse_type}
        return {"sseType": self.sse_type, "kmsKeyArn": self.kms_key_arn}


@dataclass(frozen=True, slots=True)
class TextSearch:
    """The text search configuration of one metadata key."""

    metadata_key: str
    language: str | None = None

    def to_wire(self) -> dict[str, str]:
        """As GetIndex returns it. The real service is BUILDING for a while; here it is ACTIVE at once."""
        language = {"language": self.language} if self.language else {}
        return {"metadataKey": self.metadata_key, **language, "status": "ACTIVE"}


@dataclass(frozen=True, slots=True)
class Bucket:
    """A vector bucket. `created` is in seconds since 1970; `policy` is the text as it was put."""

    name: str
    arn: str
    created: float
    encryption: Encryption
    default_mode: str
    policy: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The VectorBucketSummary of ListVectorBuckets."""
        return {
            "vectorBucketName": self.name,
            "vectorBucketArn": self.arn,
            "creationTime": self.created,
        }

    def to_wire(self) -> dict[str, Any]:
        """The VectorBucket of GetVectorBucket."""
        return {
            **self.summary(),
            "encryptionConfiguration": self.encryption.to_wire(),
            "defaultIndexMode": self.default_mode,
        }


@dataclass(frozen=True, slots=True)
class Index:
    """A vector index, without its vectors. `created` is in seconds since 1970."""

    bucket: str
    name: str
    arn: str
    created: float
    dimension: int
    distance_metric: str
    encryption: Encryption
    mode: str
    non_filterable: tuple[str, ...] = ()
    text_search: tuple[TextSearch, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        """The IndexSummary of ListIndexes."""
        return {
            "vectorBucketName": self.bucket,
            "indexName": self.name,
            "indexArn": self.arn,
            "creationTime": self.created,
        }

    def to_wire(self) -> dict[str, Any]:
        """The Index of GetIndex. metadataConfiguration is left out when there is nothing in it."""
        described = {
            **self.summary(),
            "dataType": "float32",
            "dimension": self.dimension,
            "distanceMetric": self.distance_metric,
            "encryptionConfiguration": self.encryption.to_wire(),
            "indexMode": self.mode,
        }
        metadata: dict[str, Any] = {}
        if self.non_filterable:
            metadata["nonFilterableMetadataKeys"] = list(self.non_filterable)
        if self.text_search:
            metadata["textSearchConfigurations"] = [text.to_wire() for text in self.text_search]
        if metadata:
            described["metadataConfiguration"] = metadata
        return described
