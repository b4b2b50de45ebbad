"""The desired state: what an environment's YAML means once it is merged, checked and resolved.

Everything here is frozen and complete: defaults are filled in, templates are resolved, references
exist. `stacks` and `verifier` read nothing else. A module for each kind of objects.
"""

from vectorform.desired.model.access import Access, Grant, Oidc, Permissions, PodIdentity, Role, Statement
from vectorform.desired.model.common import Encryption, Source, SseType, Tags
from vectorform.desired.model.environment import (
    Backend,
    BackendType,
    Environment,
    Provider,
    Region,
    Verification,
)
from vectorform.desired.model.expected import Expected
from vectorform.desired.model.keys import Key, KeyStatement
from vectorform.desired.model.knowledge_bases import (
    Chunking,
    ChunkingStrategy,
    DataSource,
    DeletionPolicy,
    KnowledgeBase,
    Parser,
    ParserStrategy,
)
from vectorform.desired.model.outputs import Outputs
from vectorform.desired.model.retirement import Comparison, Replacement, Retirement
from vectorform.desired.model.vector_buckets import (
    AccessFrom,
    DistanceMetric,
    Effect,
    Embedding,
    Index,
    IndexBlocks,
    IndexMode,
    PolicyStatement,
    Preset,
    TextLanguage,
    Unmanaged,
    VectorBucket,
)

__all__ = [
    "Access",
    "AccessFrom",
    "Backend",
    "BackendType",
    "Chunking",
    "ChunkingStrategy",
    "Comparison",
    "DataSource",
    "DeletionPolicy",
    "DistanceMetric",
    "Effect",
    "Embedding",
    "Encryption",
    "Environment",
    "Expected",
    "Grant",
    "Index",
    "IndexBlocks",
    "IndexMode",
    "Key",
    "KeyStatement",
    "KnowledgeBase",
    "Oidc",
    "Outputs",
    "Parser",
    "ParserStrategy",
    "Permissions",
    "PodIdentity",
    "PolicyStatement",
    "Preset",
    "Provider",
    "Region",
    "Replacement",
    "Retirement",
    "Role",
    "Source",
    "SseType",
    "Statement",
    "Tags",
    "TextLanguage",
    "Unmanaged",
    "VectorBucket",
    "Verification",
]
