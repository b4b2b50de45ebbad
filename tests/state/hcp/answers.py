"""What the service says, as data: resources of JSON:API with the attributes that a real one sends.

The attributes were recorded from an independent server with this API, which sends null for lists and objects
that it does not have; what HashiCorp's API pages show beyond that is marked with its page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Answer = tuple[int, Any]
API_VERSION = "2.6"

ORGANIZATION: Mapping[str, Any] = {
    "collaborator-auth-policy": "",
    "cost-estimation-enabled": False,
    "default-execution-mode": "remote",
    "session-remember": None,
    "session-timeout": None,
    "permissions": {"can-create-workspace": True, "can-destroy": True, "can-update": True},
}
WORKSPACE: Mapping[str, Any] = {
    "agent-pool-id": None,
    "auto-apply": False,
    "description": "",
    "execution-mode": "remote",
    "locked": False,
    "locked-reason": "",  # "Workspaces", Lock a workspace
    "operations": True,
    "resource-count": 0,  # it stays so for a while after a deploy
    "setting-overwrites": {"execution-mode": False, "agent-pool": False},
    "structured-run-output-enabled": False,
    "tag-names": None,
    "terraform-version": "1.11.4",
    "trigger-patterns": None,
    "trigger-prefixes": None,
    "vcs-repo": None,
    "working-directory": "",
    "permissions": {
        "can-create-state-versions": True,  # "Workspaces", Show workspace
        "can-force-unlock": True,
        "can-lock": True,
        "can-queue-apply": True,
        "can-queue-destroy": True,
        "can-queue-run": True,
        "can-read-settings": True,
        "can-unlock": True,
        "can-update": True,
    },
}
RUN: Mapping[str, Any] = {
    "auto-apply": False,
    "is-destroy": False,
    "message": "",
    "plan-only": False,
    "position-in-queue": 0,
    "refresh": True,
    "refresh-only": False,
    "save-plan": False,  # "Runs", Create a run
    "source": "terraform+cloud",
    "variables": [],
    "permissions": {"can-apply": True, "can-cancel": True, "can-discard": True},
}


def resource(
    kind: str,
    identifier: str,
    attributes: Mapping[str, Any],
    related: Mapping[str, tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """A resource object; `related` is name -> type and id."""
    relations = {
        name: {"data": {"id": other, "type": type_}} for name, (type_, other) in (related or {}).items()
    }
    return {"id": identifier, "type": kind, "attributes": dict(attributes), "relationships": relations}


def page(found: Sequence[Mapping[str, Any]], number: int, size: int) -> Answer:
    """One page of a listing ("API Overview", Pagination)."""
    pages = max(1, -(-len(found) // size))
    pagination = {
        "current-page": number,
        "prev-page": number - 1 if number > 1 else None,
        "next-page": number + 1 if number < pages else None,
        "total-pages": pages,
        "total-count": len(found),
    }
    shown = list(found[(number - 1) * size : number * size])
    return 200, {"data": shown, "meta": {"pagination": pagination}}


def error(status: int, title: str, detail: str = "") -> Answer:
    """An error, as recorded."""
    return status, {"errors": [{"status": str(status), "title": title, "detail": detail}]}


def missing() -> Answer:
    """Also for what the token may not see ("API Overview", Response Codes)."""
    return error(404, "Not Found", "resource not found")


def conflict(detail: str) -> Answer:
    """For a transition that is not possible now ("Runs", "Workspaces": 409)."""
    return error(409, "Conflict", detail)
