"""IAM policy documents as pure functions of the desired state.

Element order is fixed, so equal state gives equal text. A module for each kind of resource that has one.
"""

from vectorform.desired.policies.access import access_policy
from vectorform.desired.policies.buckets import (
    DELETION_PROTECTION_SID,
    LIFTING,
    PROTECTION_LIFTED_SID,
    SMOKE_INDEX_PREFIX,
    bucket_policy,
    bucket_statements,
    excepting,
)
from vectorform.desired.policies.keys import INDEXING_PRINCIPAL, indexing_statement, key_policy
from vectorform.desired.policies.networks import ACCESS_FROM_SID, access_from, let_in
from vectorform.desired.policies.roles import allowed_elsewhere, delegated, has_role_policy, role_policy

__all__ = [
    "ACCESS_FROM_SID",
    "DELETION_PROTECTION_SID",
    "INDEXING_PRINCIPAL",
    "LIFTING",
    "PROTECTION_LIFTED_SID",
    "SMOKE_INDEX_PREFIX",
    "access_from",
    "access_policy",
    "allowed_elsewhere",
    "bucket_policy",
    "bucket_statements",
    "delegated",
    "excepting",
    "has_role_policy",
    "indexing_statement",
    "key_policy",
    "let_in",
    "role_policy",
]
