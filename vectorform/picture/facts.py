"""What of an environment is drawn, as facts that can be compared with those of another commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from vectorform.desired.arns import role_arn
from vectorform.desired.model import Access, Environment, Index, PolicyStatement, Region, VectorBucket

# Region and key of a vector bucket; the key of the index, or "" for the bucket itself.
Place = tuple[str, str, str]
ActorKind = Literal["role", "policy", "principal", "knowledge base"]

# What an access entry may do with what it was granted.
MAY: Mapping[str, str] = {
    "read": "reads",
    "write": "writes",
    "read-write": "reads and writes",
    "admin": "administers",
}
_NAMED = 2  # as many principals or actions as one label names


@dataclass(frozen=True, slots=True)
class Actor:
    """A role or policy of an access entry, principals of a bucket policy, or a knowledge base.

    `whole` is what the details are cut from: a change of it is a change of the actor.
    """

    kind: ActorKind
    name: str
    details: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """Buckets and indexes by place, with the lines that describe them, actors by key, and what each may.

    `may` has (actor, place, what). `rest` is, by place, what is not drawn and counts as a change as well.
    """

    buckets: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    indexes: Mapping[Place, tuple[str, ...]] = field(default_factory=dict)
    actors: Mapping[str, Actor] = field(default_factory=dict)
    may: frozenset[tuple[str, Place, str]] = frozenset()
    rest: Mapping[Place, object] = field(default_factory=dict)


def facts(environment: Environment, bucket: str = "") -> Facts:
    """The facts of an environment, or of one of its vector buckets."""
    found = [
        (region, each)
        for region in environment.regions
        for each in region.written_vector_buckets
        if bucket in ("", each.key)
    ]
    buckets = {(region.name, each.key, ""): _bucket(region, each) for region, each in found}
    indexes = {
        (region.name, each.key, index.key): index for region, each in found for index in each.written_indexes
    }
    actors: dict[str, Actor] = {}
    may: set[tuple[str, Place, str]] = set()
    for access in environment.access:
        places = [place for place in _granted(access, buckets) if place in buckets or place in indexes]
        if places:
            actors[f"access {access.key}"] = _actor(access)
            may |= {(f"access {access.key}", place, _may(access)) for place in places}
    for region, each in found:
        for statement in each.policy_statements:
            keys = ("",) if statement.indexes is None else statement.indexes
            for key, actor in _named(environment, statement):
                actors.setdefault(key, actor)
                may |= {(key, (region.name, each.key, index), _what(statement)) for index in keys}
    for key, place, actor in _knowledge_bases(environment):
        if place in indexes or (place is None and not bucket):
            actors.setdefault(key, actor)
            if place is not None:
                may.add((key, place, "embeds and searches"))
    rest: dict[Place, object] = {place: _rest(index) for place, index in indexes.items()}
    rest |= {(region.name, each.key, ""): _rest_of_bucket(each) for region, each in found}
    return Facts(
        buckets, {place: _index(index) for place, index in indexes.items()}, actors, frozenset(may), rest
    )


def _bucket(region: Region, bucket: VectorBucket) -> tuple[str, ...]:
    encryption = bucket.encryption
    return (
        bucket.name.replace(region.name, "{region}"),
        *(("a KMS key of its own",) if encryption.create_key or encryption.key else ()),
        *(("your KMS key",) if encryption.kms_key_arn else ()),
        *(() if bucket.deletion_protection else ("not protected from deletion",)),
        *(("leaves Terraform, stays in AWS",) if bucket.retirement else ()),
    )


def _index(index: Index) -> tuple[str, ...]:
    leaving = index.retirement
    return (
        f"{index.dimension} × {index.distance_metric}",
        *(("to be deleted",) if leaving and leaving.confirm_destroy else ()),
        *(("leaves Terraform, stays in AWS",) if leaving and leaving.keep else ()),
        *(("retired",) if leaving and not leaving.confirm_destroy and not leaving.keep else ()),
    )


def _rest(index: Index) -> object:
    settings = index.index_mode, index.text_search
    return index.name, index.non_filterable_metadata_keys, index.encryption, settings, index.tags


def _rest_of_bucket(bucket: VectorBucket) -> object:
    return bucket.name, bucket.encryption, bucket.default_index_mode, bucket.policy_statements, bucket.tags


def _may(access: Access) -> str:
    return MAY[access.permissions] if access.permissions else access.summary


def _granted(access: Access, buckets: Mapping[Place, object]) -> set[Place]:
    return {
        (region, bucket, index)
        for region, bucket, _ in buckets
        for grant in access.grants
        if grant.bucket == bucket
        for index in (("",) if grant.indexes is None else grant.indexes)
    }


def _actor(access: Access) -> Actor:
    if access.role is None:
        return Actor("policy", access.policy_name)
    role = access.role
    trusted = (*role.trusted_services, *role.trusted_principals, *map(_last, role.trusted_roles))
    trusted += (*role.oidc.subjects,) if role.oidc else ()
    pods = role.eks_pod_identity
    trusted += (f"pods of {pods.namespace}/{pods.service_account}",) if pods else ()
    return Actor("role", role.name, (f"assumed by {_some(trusted)}",) if trusted else (), trusted)


def _knowledge_bases(environment: Environment) -> Iterator[tuple[str, Place | None, Actor]]:
    """Every knowledge base with the index that holds its vectors; None where that is elsewhere."""
    for region in environment.regions:
        for each in region.knowledge_bases:
            bucket, _, index = (each.index or "").partition("/")
            names = (source.bucket_arn.rpartition(":")[2] for source in each.data_sources)
            buckets = tuple(name.replace(region.name, "{region}") for name in names)
            details = (
                f"embeds with {each.embedding_model}",
                *((f"documents of {_some(buckets)}",) if buckets else ()),
                *(() if each.index else ("its index is elsewhere",)),
            )
            whole = (*details, each.index or each.index_arn or "", *buckets)
            actor = Actor("knowledge base", each.name.replace(region.name, "{region}"), details, whole)
            yield f"knowledge base {each.key}", (region.name, bucket, index) if each.index else None, actor


def _named(environment: Environment, statement: PolicyStatement) -> Iterator[tuple[str, Actor]]:
    """Who a statement of a bucket policy is about: its principals together, and each role of the file."""
    own = {role_arn(environment, a.role): a for a in environment.access if a.role}
    for arn in statement.roles:
        if arn in own:
            yield f"access {own[arn].key}", _actor(own[arn])
        else:
            yield f"principals {arn}", Actor("principal", arn)
    if statement.principals == "*":
        yield "principals everybody", Actor("principal", "everybody")
        return
    names = tuple(name for several in statement.principals.values() for name in several)
    if names:
        yield f"principals {' '.join(names)}", Actor("principal", _some(names))


def _what(statement: PolicyStatement) -> str:
    actions = _some(tuple(action.removeprefix("s3vectors:") for action in statement.actions))
    condition = ", under conditions" if statement.conditions else ""
    may = "may" if statement.effect == "Allow" else "may not"
    return f"{may} {actions}{condition}"


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
