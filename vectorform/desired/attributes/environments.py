"""The attributes of an environment, its regions, its backend and its verification, and of sources."""

from __future__ import annotations

from vectorform.desired.attributes.row import Attribute, Attributes
from vectorform.desired.model import Backend, Environment, Provider, Region, Source, Verification

_FOR_MESSAGES = "where it is written, for messages"

ENVIRONMENT = Attributes(
    model=Environment,
    schema=("#",),
    builder="Environment",
    also={
        "extends": "files that are merged before",
        "requires": "checked when the file is read",
        "variables": "filled into templates",
        "allow_unlisted_regions": "read by the rule about regions",
        "vector_buckets": "those of each region, in Region.vector_buckets",
        "keys": "those that each region uses, in Region.keys",
        "outputs": "those of each region, in Region.outputs",
        "knowledge_bases": "those of each region, in Region.knowledge_bases",
        "retired": "the retirement of the vector bucket or index that it names",
        "rollout": "its waves, in Environment.waves",
    },
    rows=(
        Attribute(field="name", key="", change="moved", by="stack",
                  why="the file's name: it names the stacks, and with them the state"),
        Attribute(field="project", change="not deployed", by="nothing",
                  why="a part of names, which have it already"),
        Attribute(field="account_id", change="replaced", by="document",
                  why="another account, in which nothing of this one exists: the provider refuses it"),
        Attribute(field="regions", change="in place", by="argument", answer="vectorBuckets",
                  why="each region is a stack of its own"),
        Attribute(field="access", change="in place", by="argument", answer="PolicyName",
                  why="each entry by itself"),
        Attribute(field="tags", change="in place", by="stack", changes_fingerprint=True, answer="tags",
                  why="the provider's default tags, which change in place"),
        Attribute(field="provider", change="in place", by="document",
                  why="by whom the account is reached; policies name who deploys"),
        Attribute(field="verification", change="in place", by="stack",
                  why="whether the apply ends with the verifier"),
        Attribute(field="backend", change="moved", by="stack",
                  why="the state is elsewhere: `vectorform backend move` takes it there"),
        Attribute(field="waves", key="", change="not deployed", by="nothing",
                  why="the order of a rollout"),
        Attribute(field="moved", change="moved", by="address",
                  why="under which keys Terraform's state may have it"),
        Attribute(field="max_deletions", change="not deployed", by="nothing", form="number", why="the guard reads it"),
        Attribute(field="protection_lifted_by", change="in place", by="document",
                  why="a statement of every vector bucket's policy, which changes in place"),
        Attribute(field="source", key="", change="not deployed", by="nothing", why=_FOR_MESSAGES),
    ),
)  # fmt: skip

REGION = Attributes(
    model=Region,
    schema=("#/properties/regions/items",),
    builder="Region",
    rows=(
        Attribute(field="name", change="replaced", by="document",
                  why="another region is another stack, in which nothing of this one exists"),
        Attribute(field="vector_buckets", change="in place", by="argument", answer="vectorBuckets",
                  why="each vector bucket by itself"),
        Attribute(field="leaving", key="", change="moved", by="address",
                  why="Terraform forgets these vector buckets"),
        Attribute(field="keys", key="", change="in place", by="argument", answer="KeyId",
                  why="each key by itself"),
        Attribute(field="outputs", key="", change="in place", by="argument", answer="Parameters",
                  changes_fingerprint=True, why="each parameter by itself"),
        Attribute(field="backend_settings", key="", change="moved", by="stack",
                  why="where the state of this stack is"),
        Attribute(field="knowledge_bases", key="", change="in place", by="argument", changes_fingerprint=True,
                  answer="knowledgeBaseSummaries", why="each knowledge base by itself"),
        Attribute(field="source", key="", change="not deployed", by="nothing", why=_FOR_MESSAGES),
    ),
)  # fmt: skip

# `settings` are the keys of a backend's type: `vectorform.desired.backends` has those.
BACKEND = Attributes(
    model=Backend,
    builder="Backend",
    rows=(
        Attribute(field="type", change="moved", by="stack",
                  why="the state is elsewhere: `vectorform backend move` takes it there"),
        Attribute(field="settings", key="", change="moved", by="stack",
                  why="the state is elsewhere: `vectorform backend move` takes it there"),
    ),
)  # fmt: skip

_REACHED = "by whom the account is reached: nothing in it changes"

PROVIDER = Attributes(
    model=Provider,
    schema=("#/properties/provider",),
    builder="Provider",
    also={"ignore_tags": "its keys and key_prefixes"},
    rows=(
        Attribute(field="assume_role", change="in place", by="document",
                  why="the policies of vector buckets with `access_from` except it"),
        Attribute(field="external_id", key="", change="in place", by="stack", why=_REACHED),
        Attribute(field="ignored_tag_keys", key="", change="in place", by="stack", why=_REACHED),
        Attribute(field="ignored_tag_prefixes", key="", change="in place", by="stack", why=_REACHED),
    ),
)  # fmt: skip

VERIFICATION = Attributes(
    model=Verification,
    schema=("#/properties/verification",),
    builder="Verification",
    rows=(
        Attribute(field="after_apply", change="in place", by="stack",
                  why="whether the apply ends with the verifier"),
    ),
)  # fmt: skip

SOURCE = Attributes(
    model=Source,
    rows=(
        Attribute(field="file", key="", change="not deployed", by="nothing", why=_FOR_MESSAGES),
        Attribute(field="line", key="", change="not deployed", by="nothing", why=_FOR_MESSAGES),
        Attribute(field="column", key="", change="not deployed", by="nothing", why=_FOR_MESSAGES),
    ),
)  # fmt: skip
