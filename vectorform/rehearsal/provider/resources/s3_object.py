"""`aws_s3_object`: an object whose content is in the configuration or in a file next to it.

The calls are the real provider's (`internal/service/s3/object.go`); locks, ACLs and checksums are not built.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.regions import partition
from vectorform.rehearsal.provider.resources.s3 import S3, once_there_is_a_bucket
from vectorform.rehearsal.provider.tags import difference, known_tags
from vectorform.rehearsal.provider.values import UNKNOWN, Object

_CONTENTS = ("content", "content_base64", "source")
_HEADERS = {
    "cache_control": "CacheControl",
    "content_disposition": "ContentDisposition",
    "content_encoding": "ContentEncoding",
    "content_language": "ContentLanguage",
    "content_type": "ContentType",
    "server_side_encryption": "ServerSideEncryption",
    "kms_key_id": "SSEKMSKeyId",
    "storage_class": "StorageClass",
    "website_redirect": "WebsiteRedirectLocation",
}
_NOT_BUILT = (
    "acl",
    "checksum_algorithm",
    "object_lock_legal_hold_status",
    "object_lock_mode",
    "object_lock_retain_until_date",
)
# A change of these is a new version of the object.
_UPLOADED = (*_CONTENTS, "source_hash", "etag", "metadata", "bucket_key_enabled", *_HEADERS)


class S3Object:
    """`aws_s3_object`."""

    behaviour = Behaviour(
        legacy=True,
        defaults={"force_destroy": False},
        follows={"version_id": _UPLOADED, "etag": _CONTENTS},
    )

    def validate(self, config: Object) -> list[Diagnostic]:
        """One source of the content at most; nothing that is not built."""
        found = check.length_between("key", config["key"], 1, 1024)
        given = [name for name in _CONTENTS if isinstance(config[name], str)]
        for name in given if len(given) > 1 else []:
            others = ", ".join(other for other in given if other != name)
            text = f'"{name}": conflicts with {others}'
            found.append(Diagnostic("Conflicting configuration arguments", text, (name,)))
        for name in _NOT_BUILT:
            if config[name] not in (None, UNKNOWN):
                text = f"The offline provider does not have {name} of aws_s3_object"
                detail = "Use the genuine provider with --provider registry."
                found.append(Diagnostic(text, detail, (name,)))
        return found

    def create(self, aws: Aws, planned: Object) -> Object:
        """PutObject, with tags."""
        return self._upload(aws, planned, aws.tag_rules.written(planned["tags"]))

    def read(self, aws: Aws, state: Object) -> Object | None:
        """HeadObject and GetObjectTagging."""
        client, named = aws.client("s3", state["region"]), _named(state)
        doing = f"reading S3 Object ({named['Key']})"
        head = S3.call_unless_gone(doing, client.head_object, **named)
        if head is None:
            return None
        answer = S3.call(f"listing tags for S3 Object ({named['Key']})", client.get_object_tagging, **named)
        actual = {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}
        tags, tags_all = aws.tag_rules.read(actual, state["tags"])
        return {
            "arn": f"arn:{partition(state['region']).name}:s3:::{named['Bucket']}/{named['Key']}",
            "etag": head["ETag"].strip('"'),
            "metadata": head.get("Metadata") or state["metadata"],
            "version_id": head.get("VersionId", ""),
            "bucket_key_enabled": head.get("BucketKeyEnabled", False),
            **{name: head.get(member, "") for name, member in _HEADERS.items()},
            "storage_class": head.get("StorageClass", "STANDARD"),
            "server_side_encryption": head.get("ServerSideEncryption", "AES256"),
            "tags": tags,
            "tags_all": tags_all,
        }

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """PutObject again where the object itself changed, else its tags."""
        if any(planned[name] != prior[name] for name in _UPLOADED):
            return self._upload(aws, planned, known_tags(planned))
        if any(difference(prior["tags_all"] or {}, known_tags(planned))):
            wanted = {"TagSet": [{"Key": key, "Value": value} for key, value in known_tags(planned).items()]}
            client = aws.client("s3", planned["region"])
            doing = f"updating tags for S3 Object ({planned['key']})"
            S3.call(doing, client.put_object_tagging, **_named(planned), Tagging=wanted)
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteObject; of a bucket with versions, every one."""
        client, named = aws.client("s3", state["region"]), _named(state)
        doing = f"deleting S3 Bucket ({named['Bucket']}) Object ({named['Key']})"
        if state["version_id"]:
            page = S3.call_unless_gone(
                doing, client.list_object_versions, Bucket=named["Bucket"], Prefix=named["Key"]
            )
            for version in (*(page or {}).get("Versions", ()), *(page or {}).get("DeleteMarkers", ())):
                if version["Key"] == named["Key"]:
                    S3.call_unless_gone(doing, client.delete_object, **named, VersionId=version["VersionId"])
            return
        S3.call_unless_gone(doing, client.delete_object, **named)

    def import_state(self, identifier: str) -> Object:
        """By `BUCKET/KEY` or `s3://BUCKET/KEY`."""
        text, _, region = identifier.partition("@")
        bucket, _, key = text.removeprefix("s3://").partition("/")
        if not key:
            detail = f"id {text} should be in format <bucket>/<key> or s3://<bucket>/<key>"
            raise ProviderError(Diagnostic(detail))
        return {"id": key, "bucket": bucket, "key": key, "region": region or None, "force_destroy": False}

    def _upload(self, aws: Aws, planned: Object, tags: dict[str, str]) -> Object:
        client = aws.client("s3", planned["region"])
        request: dict[str, Any] = {**_named(planned), "Body": _content(planned)}
        for name, member in _HEADERS.items():
            if isinstance(planned[name], str) and planned[name]:
                request[member] = planned[name]
        if "SSEKMSKeyId" in request:
            request["ServerSideEncryption"] = "aws:kms"
        if planned["bucket_key_enabled"] is True:
            request["BucketKeyEnabled"] = True
        if planned["metadata"]:
            request["Metadata"] = planned["metadata"]
        if tags:
            request["Tagging"] = urlencode(tags)
        doing = f"uploading S3 Object ({planned['key']}) to Bucket ({planned['bucket']})"
        once_there_is_a_bucket(lambda: S3.call(doing, client.put_object, **request))
        uploaded = {**planned, "id": planned["key"]}
        return {**uploaded, **(self.read(aws, uploaded) or {})}


def _named(state: Object) -> dict[str, Any]:
    return {"Bucket": state["bucket"], "Key": state["key"]}


def _content(planned: Object) -> bytes:
    """The content, from wherever the configuration says. Raises ProviderError."""
    if planned["source"]:
        try:
            return Path(planned["source"]).expanduser().read_bytes()
        except OSError as problem:
            text = f"opening S3 object source ({planned['source']}): {problem}"
            raise ProviderError(Diagnostic(text, path=("source",))) from problem
    if planned["content_base64"]:
        return base64.b64decode(planned["content_base64"])
    return str(planned["content"] or "").encode()
