"""The file's resource against the service's answer: pure functions that yield differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vectorform.desired.arns import bucket_arn, index_arn, policy_arn
from vectorform.desired.attributes import (
    ABSENT,
    ACCESS,
    ENCRYPTION,
    INDEX,
    KEY,
    ROLE,
    VECTOR_BUCKET,
    Attributes,
)
from vectorform.desired.model import Access, Encryption, Environment, Index, Key, Region, Role, VectorBucket
from vectorform.desired.policies import (
    INDEXING_PRINCIPAL,
    access_policy,
    indexing_statement,
    key_policy,
    role_policy,
)
from vectorform.desired.search_settings import texts_searched
from vectorform.desired.trust import trust_policy
from vectorform.verifier.documents import difference, parse
from vectorform.verifier.key_policy import lets_index
from vectorform.verifier.reading import Unreadable, member
from vectorform.verifier.report import Severity


@dataclass(frozen=True, slots=True)
class Difference:
    """One attribute, in the YAML's terms. `immutable`: the service cannot change it in place.

    A warning is what may do no harm: nobody can know from here.
    `arn` is that of what differs, where the resource is known by another: a created key by its alias.
    """

    attribute: str
    expected: Any
    actual: Any
    immutable: bool = False
    severity: Severity = "error"
    arn: str | None = None


def bucket(expected: VectorBucket, actual: Mapping[str, Any]) -> Iterator[Difference]:
    """What GetVectorBucket says against the file."""
    yield from _passed_on(VECTOR_BUCKET, expected, actual, "GetVectorBucket")
    yield from _encryption(expected.encryption, actual.get(VECTOR_BUCKET["encryption"].answer))


def index(expected: Index, inherited: Encryption, actual: Mapping[str, Any]) -> Iterator[Difference]:
    """What GetIndex says against the file. `inherited` is the bucket's encryption."""
    yield from _passed_on(INDEX, expected, actual, "GetIndex")
    yield from _text_search(expected, actual)
    yield from _encryption(expected.encryption or inherited, actual.get(INDEX["encryption"].answer))


def tags(environment: Environment, own: Mapping[str, str], actual: Mapping[str, str]) -> Iterator[Difference]:
    """The tags of a resource against the file's: the environment's default ones and, over them, its own.

    Tags that begin with `aws:` belong to AWS services, which set them by themselves; those that
    `provider.ignore_tags` names, to others.
    """
    reached = environment.provider
    expected = {**environment.tags, **own}
    for key in sorted(expected.keys() | actual.keys()):
        if key in reached.ignored_tag_keys or key.startswith(("aws:", *reached.ignored_tag_prefixes)):
            continue
        if expected.get(key) != actual.get(key):
            yield Difference(f"tags.{key}", expected.get(key), actual.get(key))


def policy(expected: Mapping[str, Any], actual: str | Mapping[str, Any]) -> Iterator[Difference]:
    """A policy document against the file's, by meaning; only the statements that differ are shown."""
    document = parse(actual)
    if document is None:
        yield Difference("policy", dict(expected), actual)
    elif differing := difference(expected, document):
        yield Difference("policy", differing.expected, differing.actual)


def access(
    environment: Environment, expected: Access, actual: Mapping[str, Any], document: str | Mapping[str, Any]
) -> Iterator[Difference]:
    """What IAM says of a managed policy and its default version against the file."""
    description = actual.get("Description") or ""
    if expected.description != description:
        yield Difference("description", expected.description, description, immutable=True)
    path = ACCESS["path"].found_in(actual)
    if expected.path != path:
        yield Difference("path", expected.path, path, immutable=True)
    yield from policy(access_policy(environment, expected), document)
    yield from tags(environment, expected.tags, {tag["Key"]: tag["Value"] for tag in actual.get("Tags", ())})


def role(
    environment: Environment,
    access: Access,
    expected: Role,
    actual: Mapping[str, Any],
    attached: Iterable[str],
) -> Iterator[Difference]:
    """What IAM says of a role, and the ARNs of the policies attached to it, against the file.

    Further policies may be attached: an application needs other services as well.
    """
    description = actual.get("Description") or ""
    if access.description != description:
        yield Difference("description", access.description, description)
    trust = trust_policy(environment, expected)
    for differing in policy(trust, member(actual, "AssumeRolePolicyDocument")):
        yield replace(differing, attribute="trust policy")
    for row in (ROLE["path"], ROLE["max_session_duration"], ROLE["permissions_boundary"]):
        wanted, found = row.of(expected), row.found_in(actual)
        if wanted != (None if found is ABSENT else found):
            yield Difference(row.field, wanted, found, immutable=row.change == "recreated")
    own = [policy_arn(environment, access)] if access.grants else []
    for arn in (*own, *expected.managed_policies):
        if arn not in attached:
            yield Difference("attached policy", arn, None)
    yield from tags(environment, access.tags, {tag["Key"]: tag["Value"] for tag in actual.get("Tags", ())})


def statements(
    environment: Environment, access: Access, document: str | Mapping[str, Any] | None
) -> Iterator[Difference]:
    """What IAM has of the policy within an entry's role; None where it has no policy of that name."""
    wanted = role_policy(environment, access)
    if document is None:
        yield Difference("statements", wanted["Statement"], None)
        return
    for differing in policy(wanted, document):
        yield replace(differing, attribute="statements")


def key(
    environment: Environment, region: Region, arn: str, metadata: Mapping[str, Any], document: str
) -> Iterator[Difference]:
    """What KMS says of a brought key: it must be in use, and let S3 Vectors decrypt what it indexes."""
    if metadata.get("KeyState") != "Enabled":
        yield Difference("state", "Enabled", metadata.get("KeyState"))
    policy = parse(document) or {}
    found = {
        lets_index(policy, arn, environment.account_id, sources)
        for sources in _indexed_under(environment, region, arn)
    }
    if found - {"yes"}:
        refused = "no" in found
        verb = "does not let" if refused else "may not let"
        actual = f"{verb} {INDEXING_PRINCIPAL} decrypt"
        severity: Severity = "error" if refused else "warning"
        yield Difference("policy", indexing_statement(environment, region), actual, severity=severity)


def _indexed_under(environment: Environment, region: Region, arn: str) -> Iterator[tuple[str, str]]:
    """The ARNs, the index's and its bucket's, of all that is indexed under a key.

    A bucket under the key that has no index yet stands with one of any name.
    """
    for bucket in region.vector_buckets:
        own = bucket_arn(environment, region, bucket)
        under = [
            index_arn(environment, region, bucket, index)
            for index in bucket.indexes
            if (index.encryption or bucket.encryption).kms_key_arn == arn
        ]
        if not bucket.indexes and bucket.encryption.kms_key_arn == arn:
            under = [f"{own}/index/any-index"]
        for index in under:
            yield index, own


def created_key(
    environment: Environment,
    region: Region,
    expected: Key,
    metadata: Mapping[str, Any],
    rotation: Mapping[str, Any],
    document: str,
) -> Iterator[Difference]:
    """What KMS says of a key that the stack has created."""
    described = metadata.get(KEY["description"].answer) or ""
    if described != expected.description:
        yield Difference("description", expected.description, described)
    if metadata.get("KeyState") != "Enabled":
        yield Difference("state", "Enabled", metadata.get("KeyState"), arn=metadata.get("Arn"))
    for row in (KEY["rotation"], KEY["rotation_period_days"]):
        wanted, found = row.of(expected), row.found_in(rotation)
        if wanted is not None and wanted != found and (expected.rotation or row.form == "flag"):
            yield Difference(row.field, wanted, None if found is ABSENT else found)
    yield from policy(key_policy(environment, region, expected), document)


def _text_search(expected: Index, actual: Mapping[str, Any]) -> Iterator[Difference]:
    """What AWS still builds (BUILDING) is as the file has it."""
    row = INDEX["text_search"]
    configured = row.found_in(actual)
    found = texts_searched([] if configured is ABSENT else configured)
    if expected.text_search is not None and dict(expected.text_search) != found:
        yield Difference(row.field, dict(expected.text_search), found)


def _encryption(expected: Encryption, actual: Mapping[str, Any] | None) -> Iterator[Difference]:
    """The service reports AES256 (SSE-S3) where nothing else was chosen, so that is what silence means."""
    plain = Encryption()
    type_, arn = (ENCRYPTION[field].found_in(actual or {}) for field in ("sse_type", "kms_key_arn"))
    found = Encryption(
        plain.sse_type if type_ is ABSENT else type_, plain.kms_key_arn if arn is ABSENT else arn
    )
    if expected != found:
        yield Difference("encryption", _shown(expected), _shown(found), immutable=True)


def _passed_on(
    attributes: Attributes, expected: Any, actual: Mapping[str, Any], operation: str
) -> Iterator[Difference]:
    """What AWS's answer has as the file has it. What the file leaves out is not checked."""
    for row in attributes.compared:
        wanted, found = row.of(expected), row.found_in(actual)
        if wanted is None:
            continue
        if found is ABSENT and row.newer:
            reason = f"{operation} returned no {row.noun}"
            raise Unreadable(reason, "this boto3 may be too old: pip install -U boto3")
        if found is ABSENT:
            member({}, row.answer)
        if wanted != found:
            yield Difference(row.field, wanted, found, immutable=row.change == "replaced")


def _shown(encryption: Encryption) -> dict[str, str]:
    shown = {"sse_type": str(encryption.sse_type)}
    if encryption.kms_key_arn:
        shown["kms_key_arn"] = encryption.kms_key_arn
    return shown
