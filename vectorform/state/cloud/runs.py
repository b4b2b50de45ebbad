"""Runs in a workspace: which have ended, and how to take back one that nobody is going to apply.

HCP Terraform API documentation, "Runs" (states, actions `discard` and `cancel`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from vectorform.desired.model import Environment
from vectorform.errors import UserError
from vectorform.state.cloud.connection import UNANSWERED, Organization, connect, quoted
from vectorform.state.web import Refused, Unreachable

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

_PATIENCE = 10.0  # seconds for a run to end after it was told to


def url_of(organization: Organization, workspace: str, run: str) -> str:
    """The page of a run, as Terraform writes it."""
    return organization.api.page(f"{organization.name}/{quoted(workspace)}/runs/{run}")


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs of an environment, by the addresses of their pages, as Terraform prints them."""

    environment: Environment

    def plan(self, url: str) -> bytes:
        """The plan of a run as JSON, the same as `terraform show -json` prints.

        Raises UserError: the service gives it to who may administer the workspace, or read its state.
        """
        try:
            api = connect(self.environment).api
            plan = api.get(f"runs/{_id(url)}").related("plan")
            if plan is None:
                raise Unreachable(f"{api.host}: the run names no plan")
            return api.download(f"plans/{plan}/json-output")
        except UNANSWERED as error:
            raise UserError(f"the plan of {url} cannot be read: {error}") from None

    def withdraw(self, url: str) -> tuple[bool, str]:
        """Take back a run that is not to be applied: whether it is gone, and what to say of it.

        What has ended by itself is gone. A run that applies is told to stop, as Ctrl-C tells Terraform: it
        ends what it is in the middle of, and saves its state.
        """
        try:
            return _withdrawn(connect(self.environment), _id(url), url)
        except UNANSWERED as error:
            return (
                False,
                f"its run may still exist ({error}): discard it, so that nobody applies it: {url}",
            )


def _id(url: str) -> str:
    return url.rpartition("/")[2]


def _withdrawn(organization: Organization, run: str, url: str) -> tuple[bool, str]:
    api = organization.api
    for action, permitted in (("discard", "is-discardable"), ("cancel", "is-cancelable")):
        found = api.get(f"runs/{run}")
        status = found.attributes.get("status")
        if status in FINAL and status != "planned_and_saved":
            return True, f"its run has ended, {_worded(status)}: {url}"
        if found.mapping("actions").get(permitted) is True:
            try:
                api.post(f"runs/{run}/actions/{action}")
            except Refused:  # it has gone on meanwhile: look again
                continue
            return True, f"its run {_awaited(organization, run)}: {url}"
    return False, f"its run still exists: discard it, so that nobody applies it: {url}"


def _awaited(organization: Organization, run: str) -> str:
    """The result for a run that was told to end, as soon as it has; else that it is going to."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        status = organization.api.get(f"runs/{run}").attributes.get("status")
        if status in FINAL and status != "planned_and_saved":
            return f"was canceled, {_worded(status)}"
        if time.monotonic() > deadline:
            return f"was asked to stop, and is still {_worded(status)}"
        time.sleep(0.5)


def _worded(status: object) -> str:
    return str(status).replace("_", " ")
