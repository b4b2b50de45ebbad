"""Whether the indexing service may use a KMS key, on the word of the key's policy.

Not known is which ARN the service names as its source, the index's or the bucket's, and what other condition
keys it sends besides those that the S3 User Guide ("Data protection and encryption in S3 Vectors") documents.
So a policy is refused only if the service could not decrypt under it whichever of the two it is, whatever
those other keys are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from s3vectors_local.callers import Document, service_of
from s3vectors_local.policy_language import Question, resource_says
from s3vectors_local.policy_principals import Says
from s3vectors_local.policy_text import as_list, policy_document

PRINCIPAL = "indexing.s3vectors.amazonaws.com"


def may_index(policy: str, key: str, account: str, index: str) -> bool:
    """Whether this key policy may let the service index; `key` and `index` are ARNs."""
    document = policy_document(policy)
    bucket = index.partition("/index/")[0]
    for source in (index, bucket):
        context = {
            **key_context(source),
            "aws:principalisawsservice": ("true",),
            "aws:principalservicename": (PRINCIPAL,),
            "aws:sourceaccount": (account,),
            "aws:sourcearn": (source,),
        }
        known = {**document, "Statement": list(_decidable(document, context))}
        service = service_of(PRINCIPAL, "")
        if resource_says(known, Question(service, "kms:Decrypt", key, context)) is Says.ALLOW:
            return True
    return False


def key_context(arn: str) -> dict[str, tuple[str, ...]]:
    """The encryption context that S3 Vectors passes to KMS, as condition keys."""
    return {
        "kms:encryptioncontextkeys": ("aws:s3vectors:arn", "aws:s3vectors:resource-id"),
        "kms:encryptioncontext:aws:s3vectors:arn": (arn,),
    }


def _decidable(document: Document, context: Mapping[str, Any]) -> Iterator[Document]:
    """The statements without tests of keys that are not known; a Deny with such a test may not apply."""
    for statement in as_list(document.get("Statement", [])):
        tests = statement.get("Condition") or {}
        known = {
            operator: {
                key: values for key, values in keys.items() if _is_known(operator, key, values, context)
            }
            for operator, keys in tests.items()
        }
        if known == tests or statement.get("Effect") != "Deny":
            yield {**statement, "Condition": known}


def _is_known(operator: str, key: str, values: Any, context: Mapping[str, Any]) -> bool:
    name = operator.rpartition(":")[2].removesuffix("IfExists")
    texts = name == "Null" or name.startswith(("String", "Arn", "Bool"))
    return texts and key.lower() in context and not any("${" in str(value) for value in as_list(values))
