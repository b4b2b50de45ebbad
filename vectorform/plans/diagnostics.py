"""What Terraform's and OpenTofu's errors are recognised by, where only their prose tells.

Both word some of them differently, and no wording is promised: what none of these recognises is not known,
and the caller has to treat it so.
"""

from __future__ import annotations

import re

# Terraform: "Instance cannot be destroyed ... has lifecycle.prevent_destroy set". OpenTofu says the same up
# to 1.11, and from 1.12 "Resource instance cannot be destroyed ... has prevent_destroy set".
_PROTECTED = re.compile(r"\binstance\s+cannot\s+be\s+destroyed\b|\bprevent_destroy\b", re.IGNORECASE)
_LOCKED = "Error acquiring the state lock"
# Refusals of HCP Terraform and of an HTTP backend, in the words of Terraform and of its library go-tfe.
# "Forbidden" comes with the heading of a lock where the token may not take one.
_UNAUTHORIZED = re.compile(
    r"\bunauthorized\b|\bforbidden\b|Required token could not be found|Insufficient rights to"
    r"|Failed to read organization|workspaces with a VCS connection"
    r"|HTTP remote state endpoint (requires|invalid) auth",
    re.IGNORECASE,
)
# What S3 Vectors says to CreateIndex when the KMS key's policy keeps it from indexing. Terraform wraps it.
_NO_INDEXING = re.compile(r"Insufficient\s+access\s+to\s+perform\s+asynchronous\s+indexing")
_LOCKED_OUT = re.compile(r"explicit\s+deny\s+in\s+a\s+resource-based\s+policy")
_NO_STATE = "Failed to get existing workspaces"
# What S3 Vectors, IAM and KMS say when there is one of that name already.
_EXISTS = ("ConflictException: ", "EntityAlreadyExists: ", "AlreadyExistsException: ")


def is_refusal_to_destroy(text: str) -> bool:
    """Whether `prevent_destroy` stopped a plan."""
    return bool(_PROTECTED.search(text))


def is_locked(text: str) -> bool:
    """Whether somebody else holds the lock of the state."""
    return _LOCKED in text and not _UNAUTHORIZED.search(text)


def lacks_state_storage(text: str) -> bool:
    """Whether the place of the state is not there, or may not be read or used."""
    return _NO_STATE in text or bool(_UNAUTHORIZED.search(text))


def exists_already(text: str) -> bool:
    """Whether AWS has one of the same name, which this state does not know."""
    return any(code in text for code in _EXISTS)


def refuses_indexing(text: str) -> bool:
    """Whether the policy of a KMS key keeps S3 Vectors from indexing under it."""
    return bool(_NO_INDEXING.search(text))


def is_locked_out(text: str) -> bool:
    """Whether a Deny in the policy of the bucket itself refuses something to the caller."""
    return bool(_LOCKED_OUT.search(text))
