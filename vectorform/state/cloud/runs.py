"""Runs in a workspace: which have ended, and how to take back one that nobody is going to apply.

HCP Terraform API documentation, "Runs" (states, actions `discard` and `cancel`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vectorform.desired.model import Environment
from vectorform.state.cloud.api import Refused
from vectorform.state.cloud.connection import UNANSWERED, Organization, connect, quoted

# Nothing comes after these. A saved plan waits, but no other run waits for it.
FINAL = frozenset(
    {
        "applied",
        "planned_and_finished",
        "planned_and_saved",
        "discarded",
        "errored",
        "canceled",
        "force_canceled",
    }
)
_URL = re.compile(r"https://\S+/runs/(run-[A-Za-z0-9]+)")


@dataclass(frozen=True, slots=True)
class Run:
    """A run that Terraform has started: its id, and its page."""

    id: str
    url: str


def run_in(line: str) -> Run | None:
    """The run that Terraform names in a line of its output: "To view this run in a browser, visit:"."""
    found = _URL.search(line)
    return Run(found[1], found[0]) if found else None


def url_of(organization: Organization, workspace: str, run: str) -> str:
    """The page of a run."""
    return organization.api.page(f"{organization.name}/workspaces/{quoted(workspace)}/runs/{run}")


def withdraw(environment: Environment, run: Run) -> str:
    """Take back a run that is not to be applied; what became of it, as a sentence."""
    try:
        return _withdrawn(connect(environment), run)
    except UNANSWERED as error:
        return f"{run.id} may still be there ({error}): discard it, so that nobody applies it: {run.url}"


def _withdrawn(organization: Organization, run: Run) -> str:
    for action, done in (("discard", "was discarded"), ("cancel", "was cancelled")):
        found = organization.api.get(f"runs/{run.id}")
        status = found.attributes.get("status")
        if status in FINAL and status != "planned_and_saved":
            return f"{run.id} is {str(status).replace('_', ' ')}: {run.url}"
        if found.mapping("actions").get(f"is-{action}able") is True:
            try:
                organization.api.post(f"runs/{run.id}/actions/{action}")
            except Refused as refusal:
                if refusal.status == 409:  # it has gone on meanwhile
                    continue
                raise
            return f"{run.id} {done}: {run.url}"
    return f"{run.id} is still there: discard it, so that nobody applies it: {run.url}"
