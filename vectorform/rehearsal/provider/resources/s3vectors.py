"""What vector buckets, indexes and bucket policies share: errors, encryption, tags.

The calls and their order are the real provider's (its `internal/service/s3vectors` package): created
and read back by name, then read, tagged and deleted by ARN.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vectorform.rehearsal.provider import tags as tagging
from vectorform.rehearsal.provider.aws import Aws, Service
from vectorform.rehearsal.provider.diagnostics import AttributePath, Diagnostic
from vectorform.rehearsal.provider.validators import arn, one_of, size_between
from vectorform.rehearsal.provider.values import UNKNOWN, Object

# Member of a request -> the attribute that it comes from.
_ATTRIBUTES = {
    "vectorBucketName": "vector_bucket_name",
    "vectorBucketArn": "vector_bucket_arn",
    "indexName": "index_name",
    "dataType": "data_type",
    "dimension": "dimension",
    "distanceMetric": "distance_metric",
    "encryptionConfiguration": "encryption_configuration",
    "metadataConfiguration": "metadata_configuration",
    "policy": "policy",
    "tags": "tags",
}
_AT_MEMBER = re.compile(r"at '/(\w+)")


def _locate(answer: Mapping[str, Any]) -> AttributePath:
    """The attribute that a validation error names, in its `fieldList` or in its message."""
    fields = [str(field.get("path", "")) for field in answer.get("fieldList") or []]
    fields += _AT_MEMBER.findall(str(answer.get("Error", {}).get("Message", "")))
    for field in fields:
        member = re.split(r"[./\[]", field.lstrip("/"))[0]
        member = member[:1].lower() + member[1:]
        if member in _ATTRIBUTES:
            return (_ATTRIBUTES[member],)
    return ()


S3VECTORS = Service("S3Vectors", gone=("NotFoundException",), locate=_locate)


def validate_encryption(config: Object) -> list[Diagnostic]:
    """What is wrong with `encryption_configuration`."""
    encryption = config["encryption_configuration"]
    if encryption is UNKNOWN or not encryption:
        return []
    path: AttributePath = ("encryption_configuration",)
    diagnostics = size_between(path, encryption, 0, 1, kind="list")
    for position, item in enumerate(encryption):
        if item is UNKNOWN or item is None:
            continue
        diagnostics += one_of((*path, position, "sse_type"), item["sse_type"], ("AES256", "aws:kms"))
        diagnostics += arn((*path, position, "kms_key_arn"), item["kms_key_arn"])
    return diagnostics


def encryption_request(planned: Object) -> dict[str, Any]:
    """Nothing where the service is to choose: the bucket's default, or what the index inherits."""
    encryption = planned["encryption_configuration"]
    if encryption is UNKNOWN or not encryption:
        return {}
    members = {"sseType": encryption[0]["sse_type"], "kmsKeyArn": encryption[0]["kms_key_arn"]}
    return {"encryptionConfiguration": {key: value for key, value in members.items() if value}}


def tags_request(aws: Aws, planned: Object) -> dict[str, Any]:
    """The tags of a create call; none is nothing."""
    tags = aws.tag_rules.written(planned["tags"])
    return {"tags": tags} if tags else {}


def encryption_state(resource: Mapping[str, Any]) -> list[Object]:
    """An answer's encryption as the attribute."""
    encryption = resource.get("encryptionConfiguration")
    if not encryption:
        return []
    return [{"sse_type": encryption.get("sseType"), "kms_key_arn": encryption.get("kmsKeyArn")}]


def rfc3339(moment: datetime) -> str:
    """A moment as the attribute `creation_time`, in seconds and UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_tags(aws: Aws, client: Any, kind: str, resource_arn: str, state: Object) -> Object:
    """`tags` and `tags_all` as they are now; `kind` is what the provider calls the resource type."""
    doing = f"listing tags for S3 Vectors {kind} ({resource_arn})"
    answer = S3VECTORS.call(doing, client.list_tags_for_resource, resourceArn=resource_arn)
    tags, tags_all = aws.tag_rules.read(answer["tags"], state["tags"])
    return {"tags": tags, "tags_all": tags_all}


def update_tags(client: Any, kind: str, resource_arn: str, prior: Object, planned: Object) -> None:
    """Untag, then tag, what changed."""
    doing = f"updating tags for S3 Vectors {kind} ({resource_arn})"
    untagging = f"{doing}: untagging resource ({resource_arn})"
    adding = f"{doing}: tagging resource ({resource_arn})"
    untag, tag = client.untag_resource, client.tag_resource
    tagging.update_tags(
        prior,
        planned,
        lambda keys: S3VECTORS.call(untagging, untag, resourceArn=resource_arn, tagKeys=keys),
        lambda tags: S3VECTORS.call(adding, tag, resourceArn=resource_arn, tags=tags),
    )


def delete_index(client: Any, index_arn: str, doing: str) -> None:
    """DeleteIndex by ARN; that it is gone already is fine."""
    S3VECTORS.call_unless_gone(f"{doing} ({index_arn})", client.delete_index, indexArn=index_arn)
