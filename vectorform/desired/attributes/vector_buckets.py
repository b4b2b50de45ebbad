"""The attributes of a vector bucket, of the statements of its policy, and of what is retired."""

from __future__ import annotations

from vectorform.desired import kinds
from vectorform.desired.attributes.row import Attribute, Attributes
from vectorform.desired.model import (
    AccessFrom,
    Comparison,
    IndexBlocks,
    PolicyStatement,
    Replacement,
    Retirement,
    VectorBucket,
)

_OF_THE_POLICY = "a statement of the vector bucket's policy, which changes in place"
_RULES_ASK = "the rules ask for it before a deletion is confirmed"

VECTOR_BUCKET = Attributes(
    model=VectorBucket,
    kind=kinds.VECTOR_BUCKET,
    schema=("#/$defs/vector_bucket",),
    builder="VectorBucket",
    rows=(
        Attribute(field="key", key="", change="moved", by="address", changes_fingerprint=True,
                  why="`moved` says that it is the same vector bucket under another key"),
        Attribute(field="name", change="replaced", by="argument", argument="vector_bucket_name",
                  answer="vectorBucketName",
                  why="S3 Vectors cannot rename a vector bucket, nor move an index to another"),
        Attribute(field="encryption", change="replaced", by="argument", argument="encryption_configuration",
                  answer="encryptionConfiguration", computed=True,
                  why="S3 Vectors cannot change the encryption"),
        Attribute(field="default_index_mode", change="in place", by="step", form="text",
                  answer="defaultIndexMode", newer=True,
                  why="`vectorform search-settings` sets it within the apply, before indexes are created; existing "
                  "ones keep theirs"),
        Attribute(field="indexes", change="in place", by="argument", changes_fingerprint=True,
                  answer="indexes", why="each index by itself"),
        Attribute(field="leaving", key="", change="moved", by="document",
                  why="Terraform deletes or forgets the indexes, as their retirement says"),
        Attribute(field="policy_statements", key="policy", change="in place", by="document",
                  why="the vector bucket's policy changes in place"),
        Attribute(field="access_from", change="in place", by="document",
                  why="a statement of the vector bucket's policy, which changes in place"),
        Attribute(field="deletion_protection", change="moved", by="document", form="flag",
                  why="its block in Terraform changes, and its policy in place: what is protected today is "
                  "not deleted by the same apply"),
        Attribute(field="force_destroy", change="in place", by="argument", form="flag", argument="force_destroy",
                  why="it counts once it has been applied; only without deletion_protection"),
        Attribute(field="index_blocks", change="moved", by="address",
                  why="indexes move to other blocks of Terraform's state, and nothing changes in AWS"),
        Attribute(field="unmanaged", change="not deployed", by="nothing", form="text",
                  why="the verifier alone reads it"),
        Attribute(field="unmanaged_ignore_prefixes", change="not deployed", by="nothing", form="texts",
                  why="the verifier alone reads it"),
        Attribute(field="tags", change="in place", by="argument", argument="tags", answer="tags",
                  why="tags change in place"),
        Attribute(field="retirement", key="", change="moved", by="address", changes_fingerprint=True,
                  why="Terraform forgets the vector bucket, which `Region.leaving` then has"),
        Attribute(field="definition", key="", change="not deployed", by="nothing",
                  why="of which entry with for_each it is a member, for advice"),
        Attribute(field="source", key="", change="not deployed", by="nothing",
                  why="where it is written, for messages"),
    ),
)  # fmt: skip

INDEX_BLOCKS = Attributes(
    model=IndexBlocks,
    rows=(
        Attribute(field="count", key="", change="moved", by="address",
                  why="indexes move to other blocks of Terraform's state"),
        Attribute(field="former", key="", change="moved", by="address",
                  why="where indexes may still be in Terraform's state"),
    ),
)  # fmt: skip

POLICY_STATEMENT = Attributes(
    model=PolicyStatement,
    schema=("#/$defs/policy_statement",),
    builder="PolicyStatement",
    rows=(
        Attribute(field="effect", change="in place", by="document", form="text", why=_OF_THE_POLICY),
        Attribute(field="actions", change="in place", by="document", form="texts", why=_OF_THE_POLICY),
        Attribute(field="principals", change="in place", by="document", why=_OF_THE_POLICY),
        Attribute(field="roles", key="", change="in place", by="document", why=_OF_THE_POLICY),
        Attribute(field="sid", change="in place", by="document", form="text", why=_OF_THE_POLICY),
        Attribute(field="indexes", change="in place", by="document", form="texts", why=_OF_THE_POLICY),
        Attribute(field="conditions", change="in place", by="document", why=_OF_THE_POLICY),
        Attribute(field="allow_lockout", change="not deployed", by="nothing", form="flag",
                  why="the rules ask for it where a Deny leaves nobody who could change the policy"),
    ),
)  # fmt: skip

ACCESS_FROM = Attributes(
    model=AccessFrom,
    schema=("#/$defs/access_from",),
    builder="AccessFrom",
    rows=(
        Attribute(field="vpc_endpoints", change="in place", by="document", why=_OF_THE_POLICY),
        Attribute(field="vpcs", change="in place", by="document", why=_OF_THE_POLICY),
        Attribute(field="excepted", key="except", change="in place", by="document", why=_OF_THE_POLICY),
    ),
)  # fmt: skip

RETIREMENT = Attributes(
    model=Retirement,
    schema=("#/$defs/retirement",),
    builder="Retirement",
    rows=(
        Attribute(field="reason", change="not deployed", by="nothing", form="text",
                  why="for the reviewer"),
        Attribute(field="confirm_destroy", change="moved", by="address", form="flag", changes_fingerprint=True,
                  why="Terraform deletes the index, if its retirement has been applied before"),
        Attribute(field="keep", change="moved", by="document", form="flag",
                  why="Terraform forgets it, and it stays protected in AWS"),
        Attribute(field="replaced_by", change="not deployed", by="nothing", why=_RULES_ASK),
        Attribute(field="compared", change="not deployed", by="nothing", why=_RULES_ASK),
    ),
)  # fmt: skip

REPLACEMENT = Attributes(
    model=Replacement,
    schema=("#/$defs/retirement/properties/replaced_by",),
    builder="Replacement",
    rows=(
        Attribute(field="index", change="not deployed", by="nothing", form="text", why=_RULES_ASK),
        Attribute(field="other_keys", change="not deployed", by="nothing", form="text", why=_RULES_ASK),
    ),
)  # fmt: skip

COMPARISON = Attributes(
    model=Comparison,
    schema=("#/$defs/retirement/properties/compared/additionalProperties",),
    builder="Comparison",
    rows=(
        Attribute(field="successor", change="not deployed", by="nothing", form="text", why=_RULES_ASK),
        Attribute(field="at", change="not deployed", by="nothing", form="text", why=_RULES_ASK),
        Attribute(field="vectors", change="not deployed", by="nothing", form="number", why=_RULES_ASK),
        Attribute(field="found", change="not deployed", by="nothing", form="number", why=_RULES_ASK),
        Attribute(field="filled", change="not deployed", by="nothing", form="number", why=_RULES_ASK),
        Attribute(field="rehearsal", change="not deployed", by="nothing", form="flag", why=_RULES_ASK),
        Attribute(field="seal", change="not deployed", by="nothing", form="text", why=_RULES_ASK),
    ),
)  # fmt: skip
