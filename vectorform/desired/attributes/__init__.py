"""The attributes of everything that an environment describes: a row for each field of the model.

What reads them: rows and blocks, fingerprint, verifier, guard and its advice, migration, and
docs/reference/configuration.md. A kind of object has a list of its own, in a module called like that of the
model.
"""

from vectorform.desired.attributes.access import ACCESS, GRANT, OIDC, POD_IDENTITY, ROLE, STATEMENT
from vectorform.desired.attributes.environments import (
    BACKEND,
    ENVIRONMENT,
    PROVIDER,
    REGION,
    SOURCE,
    VERIFICATION,
)
from vectorform.desired.attributes.expected import EXPECTED
from vectorform.desired.attributes.indexes import EMBEDDING, ENCRYPTION, INDEX
from vectorform.desired.attributes.knowledge_bases import CHUNKING, DATA_SOURCE, KNOWLEDGE_BASE, PARSER
from vectorform.desired.attributes.outputs import OUTPUTS
from vectorform.desired.attributes.row import ABSENT, Attribute, Attributes
from vectorform.desired.attributes.vector_buckets import (
    ACCESS_FROM,
    COMPARISON,
    INDEX_BLOCKS,
    POLICY_STATEMENT,
    REPLACEMENT,
    RETIREMENT,
    VECTOR_BUCKET,
)

ALL: tuple[Attributes, ...] = (
    ENVIRONMENT,
    REGION,
    VECTOR_BUCKET,
    INDEX,
    EMBEDDING,
    EXPECTED,
    ENCRYPTION,
    INDEX_BLOCKS,
    POLICY_STATEMENT,
    ACCESS_FROM,
    RETIREMENT,
    REPLACEMENT,
    COMPARISON,
    ACCESS,
    GRANT,
    ROLE,
    STATEMENT,
    OIDC,
    POD_IDENTITY,
    KNOWLEDGE_BASE,
    DATA_SOURCE,
    CHUNKING,
    PARSER,
    PROVIDER,
    OUTPUTS,
    BACKEND,
    VERIFICATION,
    SOURCE,
)

__all__ = [
    "ABSENT",
    "ACCESS",
    "ACCESS_FROM",
    "ALL",
    "BACKEND",
    "CHUNKING",
    "COMPARISON",
    "DATA_SOURCE",
    "EMBEDDING",
    "ENCRYPTION",
    "ENVIRONMENT",
    "EXPECTED",
    "GRANT",
    "INDEX",
    "INDEX_BLOCKS",
    "KNOWLEDGE_BASE",
    "OIDC",
    "OUTPUTS",
    "PARSER",
    "POD_IDENTITY",
    "POLICY_STATEMENT",
    "PROVIDER",
    "REGION",
    "REPLACEMENT",
    "RETIREMENT",
    "ROLE",
    "SOURCE",
    "STATEMENT",
    "VECTOR_BUCKET",
    "VERIFICATION",
    "Attribute",
    "Attributes",
]
