"""A KMS key and its grants, and the decision whether somebody may use it.

Source: AWS KMS Developer Guide, "Grants in AWS KMS" and "Key policies". A grant counts as the key policy
would if it named the grantee; that a grantee of another account needs its own policies besides is inferred.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from s3vectors_local.callers import Caller
from s3vectors_local.decisions import Decision, decide_by_resource
from s3vectors_local.policy_language import Question
from s3vectors_local.policy_text import policy_document
from s3vectors_local.tag_keys import of_resource

_CONTEXT = "kms:encryptioncontext:"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key's grant lets its grantee (an ARN) do: operations by name, e.g. `Decrypt`.

    `equals` and `subset` constrain the encryption context; None is no constraint.
    """

    grantee: str
    operations: tuple[str, ...]
    equals: Mapping[str, str] | None = None
    subset: Mapping[str, str] | None = None

    def allows(self, question: Question) -> bool:
        """Whether it allows this call of KMS, in which the context's names are in lower case."""
        caller, operation = question.caller, question.action.removeprefix("kms:")
        if operation not in self.operations or self.grantee not in _names(caller):
            return False
        given = {name: values for name, values in question.context.items() if name.startswith(_CONTEXT)}
        if self.equals is not None and len(given) != len(self.equals):
            return False
        wanted = {**(self.equals or {}), **(self.subset or {})}
        return all(given.get(f"{_CONTEXT}{name}".lower()) == (value,) for name, value in wanted.items())


@dataclass(frozen=True, slots=True)
class KmsKey:
    """A KMS key as KMS knows it; `policy` is the text of its key policy, `aliases` are `alias/...`."""

    arn: str
    policy: str
    state: str
    usage: str
    spec: str
    aliases: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def encrypts(self) -> bool:
        """Whether it is a symmetric encryption key, the only kind that S3 Vectors takes."""
        return self.usage == "ENCRYPT_DECRYPT" and self.spec == "SYMMETRIC_DEFAULT"

    def wrong_usage(self, action: str) -> str:
        """KMS's words for a key of another kind."""
        return f"{self.arn} key usage is {self.usage} which is not valid for {action}."

    def decide(self, question: Question) -> Decision:
        """Whether the caller may do what the question says, to this key and however it named it."""
        of_key = {
            **of_resource(self.tags),
            "kms:calleraccount": (question.caller.account,),
            "kms:keyspec": (self.spec,),
            "kms:keyusage": (self.usage,),
            "kms:resourcealiases": self.aliases,
        }
        question = replace(question, resource=self.arn, context={**question.context, **of_key})
        return decide_by_resource(
            question,
            policy_document(self.policy),
            self.arn.split(":")[4],
            granted=any(grant.allows(question) for grant in self.grants),
        )


def _names(caller: Caller) -> tuple[str | None, str]:
    """A grant to a role is for its sessions."""
    return caller.session_arn, caller.arn
