"""A state in HCP Terraform: the service says when it was written, by whom, and which run holds the workspace.

HCP Terraform API documentation: "Workspaces", "State Versions", "Runs", "Users".
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from vectorform import engine
from vectorform.check import Check
from vectorform.desired.model import Environment, Region
from vectorform.state.cloud.api import Resource
from vectorform.state.cloud.connection import UNANSWERED, Organization, connect, unanswered
from vectorform.state.cloud.runs import FINAL, url_of
from vectorform.state.status.seen import Lock, Seen, moment, recorded, unseen
from vectorform.state.unsound import encrypted_advice
from vectorform.state.web import Refused


def connected(environment: Environment) -> Callable[[], Organization]:
    """The organization, connected to once for all regions. Raises what `connect` raises."""
    lock = threading.Lock()
    made: list[Organization] = []

    def organization() -> Organization:
        with lock:
            if not made:
                made.append(connect(environment))
            return made[0]

    return organization


def look(environment: Environment, region: Region, organization: Callable[[], Organization]) -> Seen:
    """The workspace of a region: its state, and what locks it."""
    try:
        return _looked(environment, region, organization())
    except UNANSWERED as error:
        found = unanswered(error, environment)
        return unseen(f"workspace {region.backend_settings['workspace']}: {found.what}", found.fix)


def _looked(environment: Environment, region: Region, organization: Organization) -> Seen:
    name = region.backend_settings["workspace"]
    try:
        workspace = organization.api.get(organization.workspace(name))
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return Seen("none")
    lock = _lock(organization, workspace, name)
    try:
        state = organization.api.get(f"workspaces/{workspace.id}/current-state-version")
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return Seen("none", lock=lock)
    written, by = moment(state.attributes.get("created-at")), _user(organization, state, "created-by")
    url = state.attributes.get("hosted-state-download-url")
    try:
        text = organization.api.download(url) if isinstance(url, str) else b"-"
    except Refused as refusal:
        check = Check("unknown", f"the state of {name}: {refusal}", "let the token's team read the state")
        return Seen("unknown", written, by, state.id, lock=lock, checks=(check,))
    content, record = recorded(text)
    checks: tuple[Check, ...] = ()
    if content.kind == "encrypted":
        checks = (Check("unknown", f"the state of {name} is encrypted", encrypted_advice(environment)),)
    elif content.kind == "damaged":
        checks = (Check("wrong", f"the state of {name} cannot be read", "roll it back there"),)
    return Seen(content.kind, written, by, state.id, record, lock, checks=checks)


def _lock(organization: Organization, workspace: Resource, name: str) -> Lock | None:
    """The run that every further one waits for, or anybody who locked it by hand."""
    current = workspace.related("current-run")
    if current is not None:
        run = organization.api.get(f"runs/{current}")
        status = run.attributes.get("status")
        if status not in FINAL:
            who = _user(organization, run, "created-by") or run.id
            since = moment(run.attributes.get("created-at"))
            url = url_of(organization, name, run.id)
            return Lock(who, since, str(status).replace("_", " "), f"apply or discard {url}")
    if not workspace.attributes.get("locked"):
        return None
    reason = workspace.attributes.get("locked-reason")
    unlock = f"{engine.binary()} force-unlock {organization.name}/{name}"
    who = _user(organization, workspace, "locked-by") or "somebody"
    return Lock(who, None, reason if isinstance(reason, str) else "", unlock)


def _user(organization: Organization, of: Resource, relation: str) -> str:
    """Who it was, by name if the token may know it; "" where the service does not say."""
    found = of.related(relation)
    if found is None:
        return ""
    try:
        return str(organization.api.get(f"users/{found}").attributes.get("username") or found)
    except Refused:
        return found
