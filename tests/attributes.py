"""An environment with an object of every class of the model, and another value for each of their fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from tests import model
from vectorform.desired.model import (
    Access,
    AccessFrom,
    Backend,
    Chunking,
    Comparison,
    DataSource,
    Embedding,
    Encryption,
    Environment,
    Expected,
    Grant,
    Index,
    IndexBlocks,
    Key,
    KeyStatement,
    KnowledgeBase,
    Oidc,
    Outputs,
    Parser,
    PodIdentity,
    PolicyStatement,
    Provider,
    Region,
    Replacement,
    Retirement,
    Role,
    Source,
    Statement,
    VectorBucket,
    Verification,
)

REGION = "eu-west-1"
KEY = f"arn:aws:kms:{REGION}:{model.ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890a"
STATEMENT = PolicyStatement(
    "Allow", ("s3vectors:QueryVectors",), {"AWS": (model.ACCOUNT,)}, sid="Readers", indexes=("pages",)
)
OWN = Statement(
    sid="Embed", actions=("bedrock:InvokeModel",), resources=("*",), not_actions=(), not_resources=()
)
OF_KEY = KeyStatement("Allow", ("kms:Decrypt",), {"AWS": (model.ACCOUNT,)}, sid="Readers")
MADE = Key("search", "alias/search", statements=(OF_KEY,))
COMPARISON = Comparison("documents/pages", "2026-11-26T00:00:00Z", vectors=1, found=1, seal="seal")
RETIREMENT = Retirement("old", replaced_by=Replacement("documents/pages"), compared={REGION: COMPARISON})
MODEL = "amazon.titan-embed-text-v2:0"
SOURCE_OF_DOCUMENTS = DataSource(
    "manuals",
    "manuals",
    "arn:aws:s3:::example-manuals",
    chunking=Chunking("hierarchical", 300, 20, 1500, 300, 60, 0, 95),
    parser=Parser("foundation_model", "reader"),
)
KNOWLEDGE_BASE = KnowledgeBase(
    "handbook", "handbook", MODEL, "reader", "documents/pages", data_sources=(SOURCE_OF_DOCUMENTS,)
)
STATE = {"bucket": "state", "key": "state", "region": REGION}


def whole(*, protected: bool) -> Environment:
    """An environment whose first object of a class is one on which another value of each field shows."""
    bucket = model.vector_bucket(
        model.index(
            "pages",
            embedding_model=Embedding("our-model", ("our-modell",)),
            expected=Expected(),
            source=Source("config/prod.yaml", 1, 1),
        ),
        model.index("old", retirement=RETIREMENT),
        encryption=Encryption("aws:kms", f"{KEY}b"),
        policy_statements=(STATEMENT,),
        access_from=AccessFrom(("vpce-0123456789abcdef0",)),
        index_blocks=IndexBlocks(64),
        deletion_protection=protected,
    )
    region = model.region(
        bucket,
        name=REGION,
        backend_settings=STATE,
        knowledge_bases=(KNOWLEDGE_BASE,),
        outputs=Outputs("/search/"),
    )
    role = Role(
        "reader",
        ("lambda.amazonaws.com",),
        (model.ACCOUNT,),
        oidc=Oidc("example.com", ("user",), ("audience",)),
        eks_pod_identity=PodIdentity("main", "search", "api", (REGION,)),
        statements=(OWN,),
    )
    return model.environment(
        replace(region, keys=(MADE,)),
        model.region(replace(bucket, name="documents-2"), name="us-east-1", backend_settings=STATE),
        access=(model.access(role=role),),
        backend=Backend("s3", STATE),
        waves=((REGION,), ("us-east-1",)),
    )


def without_outputs(environment: Environment) -> Environment:
    """The same without parameters, which say of most objects what their own resources have."""
    return replace(
        environment, regions=tuple(replace(region, outputs=None) for region in environment.regions)
    )


def without_references(environment: Environment) -> Environment:
    """The same without what refers to keys: a key that changes there changes in its references as well."""
    regions = tuple(
        replace(region, vector_buckets=tuple(replace(b, policy_statements=()) for b in region.vector_buckets))
        for region in environment.regions
    )
    return without_knowledge_bases(replace(environment, access=(), regions=regions))


def without_knowledge_bases(environment: Environment) -> Environment:
    """The same without what refers to indexes and to roles by their keys."""
    regions = tuple(replace(region, knowledge_bases=()) for region in environment.regions)
    return replace(environment, regions=regions)


# Class of the model -> field -> a value that no object of `whole` has. A field without one fails the tests.
OTHER: Mapping[type[Any], Mapping[str, Any]] = {
    Environment: {
        "name": "dev",
        "project": "other",
        "account_id": "210987654321",
        "regions": (model.region(model.vector_bucket(), name="us-west-2", backend_settings=STATE),),
        "access": (model.access("another"),),
        "tags": {"Team": "search"},
        "provider": Provider("arn:aws:iam::123456789012:role/deployer"),
        "verification": Verification(after_apply=False),
        "backend": Backend("cloud", {"organization": "o", "workspace": "w", "hostname": "h"}),
        "waves": (("us-east-1",), (REGION,)),
        "moved": {"papers": "documents"},
        "max_deletions": 3,
        "protection_lifted_by": (f"arn:aws:iam::{model.ACCOUNT}:role/administrator",),
        "source": Source("config/dev.yaml", 2, 2),
    },
    Region: {
        "name": "us-west-2",
        "vector_buckets": (model.vector_bucket(key="papers"),),
        "leaving": (model.vector_bucket(key="papers"),),
        "outputs": Outputs("/other/"),
        "knowledge_bases": (replace(KNOWLEDGE_BASE, key="other", name="other"),),
        "backend_settings": {**STATE, "key": "other"},
        "keys": (replace(MADE, key="other", alias="alias/other"),),
        "source": Source("config/dev.yaml", 2, 2),
    },
    Key: {
        "key": "other",
        "alias": "alias/other",
        "description": "another",
        "rotation": False,
        "rotation_period_days": 180,
        "deletion_window_days": 7,
        "statements": (),
        "deletion_protection": False,
        "tags": {"Team": "search"},
        "source": Source("config/dev.yaml", 2, 2),
    },
    KeyStatement: {
        "effect": "Deny",
        "actions": ("kms:Encrypt",),
        "principals": "*",
        "roles": (f"arn:aws:iam::{model.ACCOUNT}:role/reader",),
        "sid": "Others",
        "conditions": {"Bool": {"aws:SecureTransport": ("true",)}},
    },
    VectorBucket: {
        "key": "papers",
        "name": "papers",
        "encryption": Encryption(),
        "default_index_mode": "ENHANCED",
        "indexes": (model.index("others"),),
        "leaving": (model.index("gone", retirement=Retirement("old", confirm_destroy=True)),),
        "policy_statements": (),
        "access_from": None,
        "deletion_protection": None,  # the other one
        "force_destroy": True,
        "index_blocks": IndexBlocks(4, (1,)),
        "unmanaged": "fail",
        "unmanaged_ignore_prefixes": ("tenant-",),
        "tags": {"Team": "search"},
        "retirement": Retirement("old", keep=True),
        "definition": "tenant-{each}",
        "source": Source("config/dev.yaml", 2, 2),
    },
    Index: {
        "key": "others",
        "address": "documents/others",
        "name": "others",
        "dimension": 5,
        "distance_metric": "euclidean",
        "embedding_model": Embedding("another-model"),
        "data_type": "float16",
        "non_filterable_metadata_keys": ("text",),
        "encryption": Encryption("aws:kms", f"{KEY}c"),
        "index_mode": "ENHANCED",
        "text_search": {"title": "en"},
        "expected": Expected(vectors=1),
        "tags": {"Team": "search"},
        "retirement": Retirement("old"),
        "written": {"dimension": 5},
        "source": Source("config/dev.yaml", 2, 2),
    },
    Embedding: {"name": "another-model", "was": ("our-old-model",), "reason": "a slip"},
    Expected: {field.name: 7 for field in fields(Expected)},
    Encryption: {"sse_type": "AES256", "kms_key_arn": f"{KEY}c", "create_key": True, "key": "search"},
    IndexBlocks: {"count": 2, "former": (2,)},
    PolicyStatement: {
        "effect": "Deny",
        "actions": ("s3vectors:GetVectors",),
        "principals": "*",
        "roles": (f"arn:aws:iam::{model.ACCOUNT}:role/reader",),
        "sid": "Others",
        "indexes": None,
        "conditions": {"Bool": {"aws:SecureTransport": ("true",)}},
        "allow_lockout": True,
    },
    AccessFrom: {
        "vpc_endpoints": ("vpce-1123456789abcdef0",),
        "vpcs": ("vpc-0123456789abcdef0",),
        "excepted": (f"arn:aws:iam::{model.ACCOUNT}:role/analyst",),
    },
    Retirement: {
        "reason": "another",
        "confirm_destroy": True,
        "keep": True,
        "replaced_by": None,
        "compared": {},
    },
    Replacement: {"index": "documents/others", "other_keys": "other chunks"},
    Comparison: {
        "successor": "documents/others",
        "at": "2026-11-27T00:00:00Z",
        "vectors": 2,
        "found": 2,
        "filled": 2,
        "rehearsal": True,
        "seal": "another",
    },
    Access: {
        "key": "another",
        "policy_name": "another",
        "permissions": "write",
        "grants": (Grant("documents", ("pages",)),),
        "actions": ("s3vectors:PutVectors",),
        "path": "/search/",
        "description": "another",
        "role": Role("another", ("ec2.amazonaws.com",)),
        "tags": {"Team": "search"},
        "knowledge_base": "handbook",
        "source": Source("config/dev.yaml", 2, 2),
    },
    Grant: {"bucket": "none", "indexes": ("pages",), "index_prefix": "tenant-"},
    Role: {
        "name": "another",
        "trusted_services": ("ec2.amazonaws.com",),
        "trusted_principals": ("210987654321",),
        "external_id": "shared",
        "path": "/search/",
        "permissions_boundary": f"arn:aws:iam::{model.ACCOUNT}:policy/boundary",
        "max_session_duration": 7200,
        "trusted_roles": (f"arn:aws:iam::{model.ACCOUNT}:role/worker",),
        "trusted_actions": ("sts:TagSession",),
        "oidc": None,
        "eks_pod_identity": None,
        "conditions": {"Bool": {"aws:MultiFactorAuthPresent": ("true",)}},
        "managed_policies": ("arn:aws:iam::aws:policy/ReadOnlyAccess",),
        "statements": (replace(OWN, sid="Other"),),
    },
    KnowledgeBase: {
        "key": "other",
        "name": "other",
        "embedding_model": "cohere.embed-v4:0",
        "role": "another",
        "index": "documents/old",
        "index_arn": f"arn:aws:s3vectors:{REGION}:{model.ACCOUNT}:bucket/other/index/other",
        "dimensions": 512,
        "description": "All manuals",
        "supplemental_storage": "s3://example-images",
        "data_sources": (replace(SOURCE_OF_DOCUMENTS, key="other", name="other"),),
        "tags": {"Team": "search"},
        "source": Source("config/dev.yaml", 2, 2),
    },
    DataSource: {
        "key": "other",
        "name": "other",
        "bucket_arn": "arn:aws:s3:::other",
        "description": "All manuals",
        "owner_account": "210987654321",
        "kms_key_arn": KEY,
        "prefix": "handbook/",
        "chunking": Chunking("fixed_size", 300, 20),
        "parser": Parser("data_automation"),
        "deletion_policy": "delete",
        "source": Source("config/dev.yaml", 2, 2),
    },
    Chunking: {
        "strategy": "none",
        "max_tokens": 301,
        "overlap_percentage": 21,
        "parent_tokens": 1501,
        "child_tokens": 301,
        "overlap_tokens": 61,
        "buffer_size": 1,
        "breakpoint_percentile": 91,
    },
    Parser: {"strategy": "data_automation", "model": "other", "prompt": "Read it.", "multimodal": True},
    Statement: {
        "effect": "Deny",
        "sid": "Other",
        "actions": ("bedrock:Retrieve",),
        "not_actions": ("bedrock:Retrieve",),
        "resources": ("arn:aws:bedrock:*::foundation-model/*",),
        "not_resources": ("arn:aws:bedrock:*::foundation-model/*",),
        "conditions": {"Bool": {"aws:SecureTransport": ("true",)}},
    },
    Oidc: {"provider": "other.example.com", "subjects": ("another",), "audiences": ("another",)},
    PodIdentity: {
        "cluster": "other",
        "namespace": "other",
        "service_account": "other",
        "regions": ("us-east-1",),
    },
    Outputs: {
        "path": "/other/",
        "values": {"model": "titan"},
        "source": Source("config/dev.yaml", 2, 2),
    },
    Provider: {
        "assume_role": "arn:aws:iam::123456789012:role/deployer",
        "external_id": "shared",
        "ignored_tag_keys": ("CostCenter",),
        "ignored_tag_prefixes": ("map-",),
    },
    Backend: {"type": "local", "settings": {**STATE, "key": "other"}},
    Verification: {"after_apply": False},
    Source: {"file": "config/dev.yaml", "line": 2, "column": 2},
}

Described = TypeVar("Described")


def with_another(environment: Environment, class_: type[Any], field: str) -> Environment:
    """The environment whose first object of a class has another value of a field, settled as in resolving.

    Raises KeyError where `OTHER` has no value for it, LookupError without such an object.
    """
    try:
        value = OTHER[class_][field]
    except KeyError:
        raise KeyError(f"give tests/attributes.py another value of {class_.__name__}.{field}") from None
    if field == "deletion_protection":
        value = not environment.home.vector_buckets[0].deletion_protection
    changed, done = _changed(environment, class_, field, value)
    if not done:
        raise LookupError(f"tests/attributes.py has no {class_.__name__} in its environment")
    settled: Environment = _settled(changed)
    return settled


def _changed(thing: Any, class_: type[Any], field: str, value: Any) -> tuple[Any, bool]:
    if type(thing) is class_:
        return replace(thing, **{field: value}), True
    if is_dataclass(thing) and not isinstance(thing, type):
        for member in fields(thing):
            changed, done = _changed(getattr(thing, member.name), class_, field, value)
            if done:
                return replace(thing, **{member.name: changed}), True
    items: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(thing, tuple):
        items = iter(enumerate(thing))
    elif isinstance(thing, Mapping):
        items = iter(thing.items())
    for key, item in items:
        changed, done = _changed(item, class_, field, value)
        if done and isinstance(thing, tuple):
            return (*thing[:key], changed, *thing[key + 1 :]), True
        if done:
            return {**thing, key: changed}, True
    return thing, False


def _settled(environment: Environment) -> Environment:
    """What is retired is among what is leaving, and a backend's settings are those of each region."""

    def bucket(bucket: VectorBucket) -> VectorBucket:
        out = [index for index in bucket.indexes if index.retirement and index.retirement.removes]
        left = tuple(index for index in bucket.indexes if index not in out)
        return replace(bucket, indexes=left, leaving=(*bucket.leaving, *out))

    def region(region: Region) -> Region:
        buckets = tuple(map(bucket, region.vector_buckets))
        out = tuple(b for b in buckets if b.retirement and b.retirement.keep)
        left = tuple(b for b in buckets if b not in out)
        settings = region.backend_settings
        if environment.backend.settings != STATE:
            settings = environment.backend.settings
        return replace(
            region, vector_buckets=left, leaving=(*region.leaving, *out), backend_settings=settings
        )

    return replace(environment, regions=tuple(map(region, environment.regions)))
