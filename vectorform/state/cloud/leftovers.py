"""Workspaces of regions that an environment has no more, and what their states still hold."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.state.cloud.api import Resource
from vectorform.state.cloud.connection import Organization
from vectorform.state.content import NOTHING, Content, read
from vectorform.state.regions import left_behind, stack_without_region
from vectorform.state.web import Refused, Unreachable


def leftovers(organization: Organization, environment: Environment) -> Iterator[Check]:
    """Raises Refused or Unreachable where they cannot be listed: not known is not none."""
    template = str(environment.backend.settings["workspace"])
    search = {"search[name]": template.partition("{")[0]}
    for workspace in organization.api.pages(f"{organization.path}/workspaces", **search):
        name = str(workspace.attributes.get("name"))
        stack = stack_without_region(environment, template, name)
        content = held(organization, workspace) if stack else NOTHING
        if stack and content.held:
            yield left_behind(environment, stack, f"the workspace {name}", content.held)


def held(organization: Organization, workspace: Resource) -> Content:
    """What the state of a workspace holds.

    Its `resource-count` is filled in some time after the state was saved, so the state itself is asked.
    Raises Refused, Unreachable.
    """
    try:
        state = organization.api.get(f"workspaces/{workspace.id}/current-state-version")
    except Refused as refusal:
        if refusal.status == 404:
            return NOTHING
        raise
    entries = state.attributes.get("resources")
    if state.attributes.get("resources-processed") is True and isinstance(entries, list):
        count = sum(map(_count, entries))
        if count:  # of a state that OpenTofu has encrypted, the service knows none
            return Content("read", count)
    url = state.attributes.get("hosted-state-download-url")
    if not isinstance(url, str):
        raise Unreachable(f"{organization.api.host}: the content of the state of {workspace.id} is unknown")
    return read(organization.api.download(url))


def _count(entry: object) -> int:
    """Data sources are listed too, with a type like `data.aws_region`."""
    if not isinstance(entry, dict) or str(entry.get("type")).startswith("data."):
        return 0
    count = entry.get("count")
    return count if isinstance(count, int) else 1
