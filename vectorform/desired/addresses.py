"""Terraform addresses, which spell the path in the YAML: the index block `indexes_docs` has `["docs/pages"]`.

Protected and unprotected resources live in sibling blocks, because `prevent_destroy` must be written as
a constant (Terraform language, "The lifecycle meta-argument") and belongs to a block, not to an instance.
"""

from __future__ import annotations

import hashlib

from vectorform.desired import kinds
from vectorform.desired.index_blocks import IndexBlock, block_number, in_names, index_block, with_protection
from vectorform.desired.model import Access, DataSource, Index, Key, KnowledgeBase, VectorBucket

VECTOR_BUCKETS = kinds.VECTOR_BUCKET.block("vector_buckets")
UNPROTECTED_VECTOR_BUCKETS = kinds.VECTOR_BUCKET.block("unprotected_vector_buckets")
RETIRED_INDEXES = kinds.INDEX.block("retired_indexes")
# Where all indexes were before every vector bucket had blocks of its own. Nothing is to be there any more:
# both exist, and protected, so that what was not moved on from them is refused and not deleted.
FORMER_INDEXES = kinds.INDEX.block("indexes")
FORMER_UNPROTECTED_INDEXES = kinds.INDEX.block("unprotected_indexes")
EMPTY_INDEX_BLOCKS = (FORMER_INDEXES, FORMER_UNPROTECTED_INDEXES)
VECTOR_BUCKET_POLICIES = kinds.VECTOR_BUCKET_POLICY.block("vector_bucket_policies")
ENCRYPTION_KEYS = kinds.KMS_KEY.block("encryption_keys")
UNPROTECTED_ENCRYPTION_KEYS = kinds.KMS_KEY.block("unprotected_encryption_keys")
ENCRYPTION_KEY_ALIASES = kinds.KMS_ALIAS.block("encryption_key_aliases")
UNPROTECTED_ENCRYPTION_KEY_ALIASES = kinds.KMS_ALIAS.block("unprotected_encryption_key_aliases")
ACCESS_POLICIES = kinds.IAM_POLICY.block("access_policies")
# No such block exists: Terraform deletes what is moved there.
CONFIRMED_DELETIONS = kinds.INDEX.block("confirmed_deletions")
ACCESS_ROLES = kinds.IAM_ROLE.block("access_roles")
ACCESS_ROLE_POLICIES = kinds.IAM_ROLE_POLICY_ATTACHMENT.block("access_role_policies")
ACCESS_ROLE_MANAGED_POLICIES = kinds.IAM_ROLE_POLICY_ATTACHMENT.block("access_role_managed_policies")
ACCESS_ROLE_STATEMENTS = kinds.IAM_ROLE_POLICY.block("access_role_statements")
PARAMETERS = kinds.SSM_PARAMETER.block("outputs")
POD_IDENTITIES = kinds.EKS_POD_IDENTITY_ASSOCIATION.block("pod_identities")
KNOWLEDGE_BASES = kinds.KNOWLEDGE_BASE.block("knowledge_bases")
_PROTECTED = frozenset(
    {VECTOR_BUCKETS, ENCRYPTION_KEYS, ENCRYPTION_KEY_ALIASES, RETIRED_INDEXES, *EMPTY_INDEX_BLOCKS}
)
_UNPROTECTED = frozenset(
    {UNPROTECTED_VECTOR_BUCKETS, UNPROTECTED_ENCRYPTION_KEYS, UNPROTECTED_ENCRYPTION_KEY_ALIASES}
)
HOME_REGION = "terraform_data.home_region"
# Over how many blocks a state has the indexes of a vector bucket: an instance "bucket/number". And of which
# vector buckets a state remembers that.
REMEMBERED_SPREAD = "terraform_data.index_blocks"
SPREAD_IS_REMEMBERED = "terraform_data.index_blocks_remembered"
EMBEDDING_MODELS = "terraform_data.embedding_models"
# More cost time (5 ms each in every plan), fewer print more: when an index is added to one, a plan shows all
# that it has remembered. A number that never changes needs no moves.
_EMBEDDING_MODELS_BLOCKS = 64
VERIFICATION = "terraform_data.verification"
# What `vectorform search-settings` sets within an apply: of vector buckets, then of indexes.
DEFAULT_INDEX_MODES = "terraform_data.default_index_modes"
SEARCH_SETTINGS = "terraform_data.search_settings"
SEARCH_STEPS = (DEFAULT_INDEX_MODES, SEARCH_SETTINGS)
# What Terraform keeps for this tool alone: nothing of it is in AWS.
BOOKKEEPING = frozenset({HOME_REGION, REMEMBERED_SPREAD, SPREAD_IS_REMEMBERED, VERIFICATION, *SEARCH_STEPS})


def vector_bucket_address(bucket: VectorBucket) -> str:
    """The address of a vector bucket."""
    return instance(VECTOR_BUCKETS if bucket.deletion_protection else UNPROTECTED_VECTOR_BUCKETS, bucket.key)


def index_address(bucket: VectorBucket, index: Index) -> str:
    """The address of a deployed index, which is protected exactly when its bucket is."""
    return instance(index_block_address(bucket, index), index.address)


def index_block_address(bucket: VectorBucket, index: Index) -> str:
    """The address of the block that a deployed index is in."""
    if index.retirement and bucket.deletion_protection:
        return RETIRED_INDEXES
    return index_block(bucket, index).address


def unknown_index_address(bucket: VectorBucket, key: str) -> str:
    """The address that an index would have under this key, with non-filterable metadata keys."""
    number = block_number(key, bucket.index_blocks.count)
    block = IndexBlock(bucket.key, number, keyless=False, protected=bucket.deletion_protection)
    return instance(block.address, f"{bucket.key}/{key}")


def is_protected(block: str) -> bool:
    """Whether a block has `prevent_destroy`."""
    return block in _PROTECTED or with_protection(block, False) != block


def is_unprotected(block: str) -> bool:
    """Whether it is the sibling of such a block: what is there may be deleted."""
    return block in _UNPROTECTED or with_protection(block, True) != block


def kept_address(type_: str, key: str) -> str:
    """The address of its own that a resource passes through when Terraform forgets it.

    `removed` takes no instance of a `for_each` block (Terraform language, "Remove a resource from state").
    """
    return f"{type_}.kept_{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def vector_bucket_policy_address(bucket: VectorBucket) -> str:
    """The address of a vector bucket's resource policy."""
    return instance(VECTOR_BUCKET_POLICIES, bucket.key)


def encryption_key_address(name: str, key: Key) -> str:
    """The address of a KMS key that is created, by its name in `desired.created_keys`."""
    return instance(ENCRYPTION_KEYS if key.deletion_protection else UNPROTECTED_ENCRYPTION_KEYS, name)


def encryption_key_alias_address(name: str, key: Key) -> str:
    """The address of that key's alias."""
    block = ENCRYPTION_KEY_ALIASES if key.deletion_protection else UNPROTECTED_ENCRYPTION_KEY_ALIASES
    return instance(block, name)


def access_policy_address(access: Access) -> str:
    """The address of an access entry's IAM managed policy."""
    return instance(ACCESS_POLICIES, access.key)


def access_role_address(access: Access) -> str:
    """The address of an access entry's IAM role."""
    return instance(ACCESS_ROLES, access.key)


def access_role_policy_address(access: Access) -> str:
    """The address of the attachment of an access entry's policy to its role."""
    return instance(ACCESS_ROLE_POLICIES, access.key)


def pod_identity_address(access: Access) -> str:
    """The address of the association of an access entry's role with pods."""
    return instance(POD_IDENTITIES, access.key)


def embedding_models_block(member: str) -> str:
    """The address of the block that remembers the embedding model of an index, by the name it has there."""
    return f"{EMBEDDING_MODELS}_{block_number(member, _EMBEDDING_MODELS_BLOCKS)}"


def is_embedding_models(block: str) -> bool:
    """Whether a block remembers embedding models."""
    return block.startswith(f"{EMBEDDING_MODELS}_")


def is_bookkeeping(address: str) -> bool:
    """Whether a resource is one that Terraform keeps for this tool alone."""
    block = address.partition("[")[0]
    return block in BOOKKEEPING or is_embedding_models(block)


def parameter_address(name: str) -> str:
    """The address of a parameter, by its name."""
    return instance(PARAMETERS, name)


def knowledge_base_address(knowledge_base: KnowledgeBase) -> str:
    """The address of a knowledge base."""
    return instance(KNOWLEDGE_BASES, knowledge_base.key)


def data_source_address(knowledge_base: KnowledgeBase, data_source: DataSource) -> str:
    """The address of a data source of a knowledge base."""
    return instance(data_source_block(knowledge_base), f"{knowledge_base.key}/{data_source.key}")


def data_source_block(knowledge_base: KnowledgeBase) -> str:
    """The address of the block of a knowledge base's data sources.

    Each has its own: `replace_triggered_by` can name the knowledge base only as a constant.
    """
    return data_sources_of(knowledge_base.key)


def data_sources_of(key: str) -> str:
    """The same, by the key of the knowledge base."""
    return kinds.DATA_SOURCE.block(f"data_sources_{in_names(key)}")


def block_name(block: str) -> str:
    """The name of a block: the last part of its address."""
    return block.rpartition(".")[2]


def instance(block: str, key: str) -> str:
    """The address of one instance of a `for_each` block."""
    return f'{block}["{key}"]'
