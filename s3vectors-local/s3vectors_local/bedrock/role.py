"""The role of a knowledge base: Bedrock assumes it, and every call that Bedrock makes is the role's.

Source: Amazon Bedrock User Guide, "Create a service role for Amazon Bedrock Knowledge Bases".
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from s3vectors_local.bedrock.context import Services
from s3vectors_local.bedrock.embedding import model_id
from s3vectors_local.callers import Caller, service_of
from s3vectors_local.decisions import decide
from s3vectors_local.partitions import partition
from s3vectors_local.policy_language import Question, global_context, resource_says
from s3vectors_local.policy_principals import Says
from s3vectors_local.policy_text import policy_document
from s3vectors_local.s3_objects import S3Bucket, S3Object
from s3vectors_local.s3vectors.errors import AccessDenied, ValidationError
from s3vectors_local.s3vectors.request import Answer
from s3vectors_local.s3vectors.request import Request as VectorRequest
from s3vectors_local.s3vectors.service import serve as serve_vectors
from s3vectors_local.s3vectors.validate import present

PRINCIPAL = "bedrock.amazonaws.com"
_SESSION = "KnowledgeBaseSession"


@dataclass(frozen=True, slots=True)
class Role:
    """A session of the role, and what it may do. Every method raises AccessDenied where it may not."""

    caller: Caller
    region: str
    services: Services

    def vectors(self, operation: str, **members: Any) -> Answer:
        """Call S3 Vectors. Raises whatever that answers."""
        given = present(operation, members)
        request = VectorRequest(
            operation, given, self.caller, self.region, self.services.vectors, self.services.keys
        )
        return serve_vectors(request)

    def check_model(self, model_arn: str) -> None:
        """The role may invoke this model; with an inference profile, that and the model that it leads to."""
        self._check("bedrock:InvokeModel", model_arn, {})
        if "foundation-model/" not in model_arn:
            model = (
                f"arn:{partition(self.region)}:bedrock:{self.region}::foundation-model/{model_id(model_arn)}"
            )
            self._check("bedrock:InvokeModel", model, {"bedrock:inferenceprofilearn": (model_arn,)})

    def check_list(self, bucket: S3Bucket, prefix: str) -> None:
        """The role may list what begins with `prefix`."""
        self._check_s3("s3:ListBucket", bucket, f"arn:{partition(self.region)}:s3:::{bucket.name}", prefix)

    def read(self, bucket: S3Bucket, item: S3Object) -> bytes:
        """The content of an object."""
        arn = f"arn:{partition(self.region)}:s3:::{bucket.name}/{item.key}"
        self._check_s3("s3:GetObject", bucket, arn, None)
        if item.kms_key is not None:
            self._check_key(item.kms_key, bucket, arn)
        return item.read()

    def check_key(self, arn: str, *actions: str) -> None:
        """The role may do this with a KMS key that Bedrock itself uses."""
        for action in actions:
            self._check_kms(arn, action, {})

    def _check_s3(self, action: str, bucket: S3Bucket, arn: str, prefix: str | None) -> None:
        context = {"aws:resourceaccount": (bucket.account,)}
        if prefix is not None:
            context["s3:prefix"] = (prefix,)
        policy = policy_document(bucket.policy) if bucket.policy else None
        self._check(action, arn, context, policy, bucket.account)

    def _check_key(self, key: str, bucket: S3Bucket, arn: str) -> None:
        where = f"arn:{partition(bucket.region)}:kms:{bucket.region}:{bucket.account}"
        key = (
            key if key.startswith("arn:") else f"{where}:{key if key.startswith('alias/') else 'key/' + key}"
        )
        context = {
            "kms:viaservice": (f"s3.{bucket.region}.amazonaws.com",),
            "kms:encryptioncontextkeys": ("aws:s3:arn",),
            "kms:encryptioncontext:aws:s3:arn": (arn,),
        }
        self._check_kms(key, "kms:Decrypt", context)

    def _check_kms(self, arn: str, action: str, more: Mapping[str, tuple[str, ...]]) -> None:
        key = self.services.moto.kms_key(arn)
        if key is None or key.state != "Enabled":
            raise AccessDenied(f"The KMS key {arn} does not exist or is not enabled.")
        question = Question(self.caller, action, key.arn, {**self._context(), **more})
        self._refuse(question, key.decide(question))

    def _check(
        self,
        action: str,
        resource: str,
        more: Mapping[str, tuple[str, ...]],
        policy: Mapping[str, Any] | None = None,
        owner: str | None = None,
    ) -> None:
        question = Question(self.caller, action, resource, {**self._context(), **more})
        self._refuse(question, decide(question, policy, owner or self.caller.account))

    def _context(self) -> dict[str, tuple[str, ...]]:
        return global_context(self.caller, self.region, time.time())

    def _refuse(self, question: Question, decision: Any) -> None:
        if not decision.allowed:
            raise AccessDenied(
                f"User: {self.caller.display_arn} is not authorized to perform: {question.action} "
                f"on resource: {question.resource} {decision.reason}"
            )


def assume(services: Services, role_arn: str, knowledge_base_arn: str) -> Role:
    """The role of a knowledge base. Raises ValidationError unless Bedrock may assume it.

    It may when the role is in the same account and its trust policy says so for the service, with
    aws:SourceAccount and aws:SourceArn of this knowledge base as condition keys.
    """
    _, partition_name, _, region, account, _ = knowledge_base_arn.split(":", 5)
    parts = role_arn.split(":")
    role = None
    if len(parts) == 6 and parts[1:5] == [partition_name, "iam", "", account]:
        role = services.moto.role(partition_name, account, role_arn.rpartition("/")[2])
    if role is not None and role.arn == role_arn:
        service = service_of(PRINCIPAL, account, knowledge_base_arn)
        context = global_context(service, region, time.time())
        question = Question(service, "sts:AssumeRole", role_arn, context)
        session = services.moto.session_for_service(role_arn, _SESSION)
        if session and resource_says(policy_document(role.trust_policy), question) is Says.ALLOW:
            return Role(session, region, services)
    raise ValidationError(
        "Bedrock Knowledge Base was unable to assume the given role. Provide the proper permissions and "
        "retry the request."
    )
