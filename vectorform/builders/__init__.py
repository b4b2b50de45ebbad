"""An environment written in Python, with loops and functions: `config/<name>.py` sets `environment`.

    from vectorform.builders import Environment, Index, VectorBucket

    environment = Environment(
        project="tenants",
        account_id="123456789012",
        regions=["ap-southeast-2"],
        vector_buckets={"documents": VectorBucket(indexes={
            f"tenant-{number:02}": Index(dimension=1024, distance_metric="cosine") for number in range(1, 21)
        })},
    )

The fields are the keys of schemas/environment.schema.json, whose descriptions hold here too; None means left
out, and None as an entry of a map removes, as null does in YAML. Builders check nothing themselves: the tree
that they make goes through the same schema and the same rules as YAML, and a problem points at the call.
"""

from __future__ import annotations

from vectorform.builders.access import Access, Grant, Oidc, PodIdentity, Role, Statement
from vectorform.builders.base import Builder, Call, Conditions, Reference, Texts
from vectorform.builders.deployment import Backend, Outputs, Provider, Rollout, Verification
from vectorform.builders.environment import Environment
from vectorform.builders.keys import Key, KeyStatement
from vectorform.builders.knowledge_bases import Chunking, DataSource, KnowledgeBase, KnowledgeBaseRole, Parser
from vectorform.builders.retirement import Comparison, Replacement, Retirement
from vectorform.builders.vector_buckets import (
    AccessFrom,
    Embedding,
    Encryption,
    Expected,
    Index,
    Policy,
    PolicyStatement,
    Region,
    VectorBucket,
)

__all__ = [
    "Access",
    "AccessFrom",
    "Backend",
    "Builder",
    "Call",
    "Chunking",
    "Comparison",
    "Conditions",
    "DataSource",
    "Embedding",
    "Encryption",
    "Environment",
    "Expected",
    "Grant",
    "Index",
    "Key",
    "KeyStatement",
    "KnowledgeBase",
    "KnowledgeBaseRole",
    "Oidc",
    "Outputs",
    "Parser",
    "PodIdentity",
    "Policy",
    "PolicyStatement",
    "Provider",
    "Reference",
    "Region",
    "Replacement",
    "Retirement",
    "Role",
    "Rollout",
    "Statement",
    "Texts",
    "VectorBucket",
    "Verification",
]
