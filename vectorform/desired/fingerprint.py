"""A short name for what one region's stack deploys: it changes exactly when that changes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from vectorform.desired import bedrock
from vectorform.desired.attributes import ACCESS, INDEX, KEY, ROLE, VECTOR_BUCKET, Attributes
from vectorform.desired.model import (
    Access,
    Encryption,
    Environment,
    Index,
    Key,
    KnowledgeBase,
    Region,
    Role,
    VectorBucket,
)
from vectorform.desired.parameters import parameters
from vectorform.desired.policies import access_policy, bucket_policy, key_policy, role_policy
from vectorform.desired.search_settings import of_bucket, of_index
from vectorform.desired.trust import trust_policy


def fingerprint(environment: Environment, region: Region) -> str:
    """`sha256:...` of the canonical JSON of what the region's stack deploys.

    The home region's includes the access entries with their policy documents, which span all regions.
    Positions in files, and settings that only the verifier or the rollout reads, are not part of it.
    """
    state: dict[str, Any] = {
        "account_id": environment.account_id,
        "region": region.name,
        "tags": dict(environment.tags),
        "vector_buckets": {
            bucket.key: _bucket(environment, region, bucket) for bucket in region.vector_buckets
        },
    }
    if region.name == environment.home.name:
        state["access"] = {access.key: _access(environment, access) for access in environment.access}
    if region.keys:
        state["keys"] = {key.key: _key(environment, region, key) for key in region.keys}
    if region.knowledge_bases:
        state["knowledge_bases"] = [_knowledge_base(environment, region, of) for of in region.knowledge_bases]
    pods = {access.key: dataclasses.asdict(pods) for access, _, pods in environment.pods_in(region)}
    if pods:
        state["pods"] = pods
    told = {parameter.name: parameter.value for parameter in parameters(environment, region)}
    if told:
        state["parameters"] = told
    canonical = json.dumps(state, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"sha256:{hashlib.sha256(canonical.encode('ascii')).hexdigest()}"


def _bucket(environment: Environment, region: Region, bucket: VectorBucket) -> dict[str, Any]:
    return {
        **_arguments(VECTOR_BUCKET, bucket),
        **of_bucket(bucket),
        "deletion_protection": bucket.deletion_protection,
        "policy": bucket_policy(environment, region, bucket),
        "leaving": sorted(index.address for index in bucket.leaving),
        "indexes": {index.key: _index(index) for index in bucket.indexes},
    }


def _key(environment: Environment, region: Region, key: Key) -> dict[str, Any]:
    return {
        **{row.field: _plain(row.of(key)) for row in KEY if row.in_fingerprint and row.by == "argument"},
        "deletion_protection": key.deletion_protection,
        "policy": key_policy(environment, region, key),
    }


def _index(index: Index) -> dict[str, Any]:
    model = index.embedding_model
    return {
        **_arguments(INDEX, index),
        **of_index(index),
        **({"embedding_model": model.name} if model else {}),
    }


def _knowledge_base(environment: Environment, region: Region, of: KnowledgeBase) -> dict[str, Any]:
    return {
        "key": of.key,
        **bedrock.knowledge_base(environment, region, of),
        "tags": dict(of.tags),
        "data_sources": {
            source.key: bedrock.data_source(environment, region, source) for source in of.data_sources
        },
    }


def _access(environment: Environment, access: Access) -> dict[str, Any]:
    return {
        **_arguments(ACCESS, access),
        "document": access_policy(environment, access),
        "role": _role(environment, access, access.role) if access.role else None,
    }


def _role(environment: Environment, access: Access, role: Role) -> dict[str, Any]:
    inline = role_policy(environment, access)
    return {
        **_arguments(ROLE, role),
        "trust": trust_policy(environment, role),
        "managed_policies": sorted(role.managed_policies),
        **({"statements": inline} if inline["Statement"] else {}),
    }


def _arguments(attributes: Attributes, described: Any) -> dict[str, Any]:
    """What its resource gets as arguments, by the fields of the model."""
    return {row.field: _plain(row.of(described)) for row in attributes if row.argument}


def _plain(value: Any) -> Any:
    if isinstance(value, Encryption):  # as it was before there were `keys`
        return {name: part for name, part in dataclasses.asdict(value).items() if part or name != "key"}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return dict(value) if isinstance(value, Mapping) else value
