"""Changes of knowledge bases in a plan that lose no index, but that a reviewer should see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.desired import kinds
from vectorform.desired.attributes import DATA_SOURCE
from vectorform.plans.changes import Change, Plan

_MODEL = (
    "knowledge_base_configuration",
    "vector_knowledge_base_configuration",
    "embedding_model_arn",
)
_INDEX = ("storage_configuration", "s3_vectors_configuration", "index_arn")


def told(plan: Plan) -> tuple[str, ...]:
    """A line for each knowledge base that gets another id, and each data source that takes vectors along."""
    created = [each.key for each in plan.effective if _is_new(each)]
    return tuple(line for change in plan.effective for line in (*_told(change), *_gone(change, created)))


def _other_model(key: str, change: Change) -> Iterator[str]:
    """What is in the index stays there, also what the earlier model has made."""
    index, model = (
        [_inside(side, *path) for side in (change.before, change.after)] for path in (_INDEX, _MODEL)
    )
    if index[0] and index[0] == index[1] and model[0] and model[1] and model[0] != model[1]:
        yield (
            f"knowledge base {key}: its index keeps the vectors of {model[0]}, and {model[1]} would add "
            "others, so searches would return random results; give it an index of its own"
        )


def _inside(side: Mapping[str, Any] | None, *path: str) -> str | None:
    """The member at the end of blocks, each a list of one."""
    found: Any = side or {}
    for step in path:
        found = found[0] if isinstance(found, list) and found else found
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None


def _is_new(change: Change) -> bool:
    return change.type == kinds.KNOWLEDGE_BASE.type and change.action == "created"


def _gone(change: Change, created: list[str | None]) -> Iterator[str]:
    """A knowledge base that is deleted; where one is created, it may be the same under another key."""
    if change.type != kinds.KNOWLEDGE_BASE.type or change.action != "destroyed":
        return
    yield f"knowledge base {change.key}: it is deleted, and its id with it; its clients get no more answers"
    if len(created) == 1:
        yield (
            f"knowledge base {change.key}: if {created[0]} is the same under another key, keep its id with "
            f"moved: {{knowledge_bases/{change.key}: knowledge_bases/{created[0]}}}"
        )


def _told(change: Change) -> Iterator[str]:
    key = change.key or change.address
    if change.type == kinds.KNOWLEDGE_BASE.type and change.action == "replaced":
        yield (
            f"knowledge base {key}: it is replaced by another one with another id, which its clients must "
            "use; it answers once `vectorform sync` has filled it"
        )
        yield from _other_model(key, change)
    if change.type != kinds.DATA_SOURCE.type or change.action not in ("replaced", "destroyed"):
        return
    policy = (change.before or {}).get(DATA_SOURCE["deletion_policy"].argument)
    if policy == "DELETE":
        yield f"data source {key}: with it Bedrock deletes its vectors, as its deletion_policy says"
    elif change.action == "replaced":
        yield (
            f"data source {key}: it is replaced by another one; its vectors stay in the index "
            "(deletion_policy: retain), next to those that `vectorform sync` adds"
        )
