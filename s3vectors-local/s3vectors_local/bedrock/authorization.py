"""What a caller of Bedrock's own APIs needs permission for.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon Bedrock".
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from s3vectors_local.bedrock.context import Request
from s3vectors_local.bedrock.resources import KnowledgeBase
from s3vectors_local.bedrock.role import PRINCIPAL
from s3vectors_local.decisions import decide
from s3vectors_local.partitions import partition
from s3vectors_local.policy_language import Question, global_context
from s3vectors_local.s3vectors.errors import AccessDenied

_ON_NOTHING = ("CreateKnowledgeBase", "ListKnowledgeBases")
_WITH_ROLE = ("CreateKnowledgeBase", "UpdateKnowledgeBase")


def authorize(request: Request) -> None:
    """Raises AccessDenied unless the caller may make this call. Bedrock's resources have no policies."""
    for action, resource, more in _needed(request):
        context = {**global_context(request.caller, request.region, time.time()), **more}
        if resource != "*":
            context["aws:resourceaccount"] = (request.caller.account,)
        question = Question(request.caller, action, resource, context)
        decision = decide(question, None, request.caller.account)
        if not decision.allowed:
            raise AccessDenied(
                f"User: {request.caller.display_arn} is not authorized to perform: {action} "
                f"on resource: {resource} {decision.reason}"
            )


def _needed(request: Request) -> Iterator[tuple[str, str, Mapping[str, tuple[str, ...]]]]:
    """(action, resource, condition keys) of everything that must be allowed."""
    asked = request.input
    tags = asked.get("tags") or {}
    tagging = {f"aws:requesttag/{key}".lower(): (value,) for key, value in tags.items()}
    keys = tuple(tags) or tuple(asked.get("tagKeys") or ())
    if keys:
        tagging["aws:tagkeys"] = keys
    resource = _resource(request)
    yield f"bedrock:{request.operation}", resource, {**tagging, **_resource_tags(request)}
    if request.operation == "CreateKnowledgeBase" and tags:
        yield "bedrock:TagResource", request.knowledge_base_arn("*"), tagging
    if request.operation in _WITH_ROLE:
        yield "iam:PassRole", asked["roleArn"], {"iam:passedtoservice": (PRINCIPAL,)}


def _resource(request: Request) -> str:
    asked = request.input
    if request.operation in _ON_NOTHING:
        return "*"
    if request.operation == "InvokeModel":
        model = str(asked["modelId"])
        if model.startswith("arn:"):
            return model
        return f"arn:{partition(request.region)}:bedrock:{request.region}::foundation-model/{model}"
    return str(asked.get("resourceArn") or request.knowledge_base_arn(asked["knowledgeBaseId"]))


def _resource_tags(request: Request) -> dict[str, tuple[str, ...]]:
    name = request.input.get("knowledgeBaseId") or str(request.input.get("resourceArn")).rpartition("/")[2]
    found = request.services.store.find(KnowledgeBase, request.scope, name)
    return {
        f"aws:resourcetag/{key}".lower(): (value,) for key, value in (found.tags if found else {}).items()
    }
