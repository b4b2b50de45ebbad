"""What keeps an environment from being deployed through its workspaces, found before anything is tried.

HCP Terraform API documentation: "Organizations", "Projects", "Workspaces", "Runs". An attribute that a
service does not have (Terraform Enterprise, another service with this API) hinders nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vectorform.check import Check
from vectorform.desired.backends import OLDEST_TERRAFORM
from vectorform.desired.model import Environment
from vectorform.state.cloud.api import Resource
from vectorform.state.cloud.connection import Organization, connect, ended, quoted
from vectorform.state.cloud.leftovers import held, leftovers
from vectorform.state.cloud.runs import FINAL, url_of
from vectorform.state.content import NOTHING, Content
from vectorform.state.local import left_here
from vectorform.state.web import Refused

_TRIES = 4


def check(environment: Environment, local: Mapping[str, Content]) -> Iterator[Check]:
    """Token, organization, the workspace of every stack, regions that are gone; it ends at a refusal.

    `local` is what local states still hold, as `vectorform.state.local.held` tells.
    """
    return ended(_checks(environment, local, applying=True, tags=True), environment)


def hindrances(environment: Environment, local: Mapping[str, Content], *, applying: bool) -> Iterator[Check]:
    """The same without what a deploy can do without. `applying`: it is to be applied, not planned only."""
    return ended(_checks(environment, local, applying=applying, tags=False), environment)


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What a new workspace will be like; None is not known."""

    mode: str | None
    may_create: bool | None


def _checks(
    environment: Environment, local: Mapping[str, Content], *, applying: bool, tags: bool
) -> Iterator[Check]:
    organization = connect(environment)
    host = organization.api.host
    try:
        found = organization.api.get(organization.path)
    except Refused as refusal:
        if refusal.status != 404:
            raise
        what = f"{host}: this token can see no organization {organization.name}"
        yield Check("wrong", what, "check `organization`, and that the token belongs to a member of it")
        return
    yield Check("fine", f"{host} has the organization {organization.name}, and accepts the token")
    defaults = _defaults(organization, found, environment)
    for region in environment.regions:
        stack, name = environment.stack_id(region), region.backend_settings["workspace"]
        try:
            workspace = organization.api.get(organization.workspace(name))
        except Refused as refusal:
            if refusal.status != 404:
                raise
            yield from _without_workspace(environment, name, defaults)
            yield from left_here(environment, stack, local.get(stack, NOTHING), f"no workspace {name}")
            continue
        yield from _workspace(organization, environment, workspace, name, applying=applying)
        if stack in local and not held(organization, workspace).held:
            yield from left_here(environment, stack, local[stack], f"nothing in the workspace {name}")
        if tags:
            yield from _tags(environment, workspace, name)
    yield from leftovers(organization, environment)


def _defaults(organization: Organization, found: Resource, environment: Environment) -> _Defaults:
    """A project's default execution mode goes before the organization's."""
    mode = found.attributes.get("default-execution-mode")
    may = found.mapping("permissions").get("can-create-workspace")
    wanted = environment.home.backend_settings.get("project")
    for project in _projects(organization, wanted) if wanted else ():
        if project.attributes.get("name") == wanted:
            mode = project.attributes.get("default-execution-mode") or mode
            may = project.mapping("permissions").get("can-create-workspace", may)
    return _Defaults(mode if isinstance(mode, str) else None, may if isinstance(may, bool) else None)


def _projects(organization: Organization, name: str) -> Iterator[Resource]:
    """Nothing where there are no projects at all: older Terraform Enterprise."""
    try:
        yield from organization.api.pages(f"{organization.path}/projects", **{"filter[names]": name})
    except Refused as refusal:
        if refusal.status != 404:
            raise


def _without_workspace(environment: Environment, name: str, defaults: _Defaults) -> Iterator[Check]:
    if defaults.may_create is False:
        fix = f"let the token's team create workspaces, or create {name} for it"
        yield Check("wrong", f"there is no workspace {name}, and the token may not create it", fix)
        return
    mode = f", execution: {defaults.mode}" if defaults.mode else ""
    yield Check("fine", f"no workspace {name} yet: the first deploy creates it, if the token may{mode}")
    yield from _verification(environment, name, defaults.mode, new=True)


def _workspace(
    organization: Organization, environment: Environment, workspace: Resource, name: str, *, applying: bool
) -> Iterator[Check]:
    mode = workspace.attributes.get("execution-mode")
    problems = [
        *_busy(organization, workspace, name),
        *_permissions(workspace, name, mode, applying=applying),
        *_connected(workspace, name, mode),
        *_version(workspace, name, mode),
        *_verification(environment, name, mode, new=False),
    ]
    if not problems:
        yield Check("fine", f"the workspace {name} exists and is not locked, execution: {mode}")
    yield from problems


def _busy(organization: Organization, workspace: Resource, name: str) -> Iterator[Check]:
    """Locked, or with a run that every further one waits for."""
    current = workspace.related("current-run")
    tries = 1
    if current is not None:
        run = organization.api.get(f"runs/{current}")
        status = run.attributes.get("status")
        if status not in FINAL:
            url = url_of(organization, name, run.id)
            decision = run.mapping("actions").get("is-confirmable")
            what = "waits for an approval" if decision else f"is {str(status).replace('_', ' ')}"
            fix = f"{'apply or discard' if decision else 'wait for'} it: {url}"
            yield Check("wrong", f"the workspace {name} is taken by {run.id}, which {what}", fix)
            return
        tries = _TRIES
    while workspace.attributes.get("locked") and (tries := tries - 1):
        time.sleep(1.0)  # the lock of a run that has just ended goes a moment later
        workspace = organization.api.get(f"workspaces/{workspace.id}")
    if workspace.attributes.get("locked"):
        reason = workspace.attributes.get("locked-reason")
        shown = f" ({reason})" if isinstance(reason, str) and reason.isprintable() and reason else ""
        page = organization.api.page(f"{organization.name}/workspaces/{quoted(name)}")
        fix = f"wait for the owner of the lock, or unlock it: {page}"
        yield Check("wrong", f"the workspace {name} is locked{shown}", fix)


def _permissions(workspace: Resource, name: str, mode: object, *, applying: bool) -> Iterator[Check]:
    may = workspace.mapping("permissions")
    if mode == "local":
        needed = {
            "can-lock": "lock the state of",
            "can-create-state-versions": "write the state of",
        }
    else:
        needed = {"can-queue-run": "start runs in"}
        if applying:
            needed["can-queue-apply"] = "apply runs in"
    for permission, what in needed.items():
        if may.get(permission, True) is False:
            yield Check("wrong", f"the token may not {what} {name}", "give its team write access there")
            return


def _connected(workspace: Resource, name: str, mode: object) -> Iterator[Check]:
    """Terraform documentation, "CLI-driven Run Workflow": such a workspace is applied from there alone."""
    repository = workspace.mapping("vcs-repo")
    if repository and mode != "local":
        identifier = repository.get("identifier") or "a repository"
        yield Check(
            "wrong",
            f"the workspace {name} is connected to {identifier}: it takes no saved plan or apply from here",
            "deploy by a commit to that repository, then `vectorform verify`; or disconnect it there",
        )


def _version(workspace: Resource, name: str, mode: object) -> Iterator[Check]:
    version = workspace.attributes.get("terraform-version")
    plain = re.fullmatch(r"(\d+)\.(\d+)\.\d+.*", version) if isinstance(version, str) else None
    oldest = tuple(map(int, OLDEST_TERRAFORM.split(".")))
    if mode != "local" and plain and (int(plain[1]), int(plain[2])) < oldest:
        fix = f"set its Terraform version to {OLDEST_TERRAFORM} or newer"
        yield Check("wrong", f"the workspace {name} runs Terraform {version}", fix)


def _verification(environment: Environment, name: str, mode: object, *, new: bool) -> Iterator[Check]:
    if mode != "local" and environment.verification.after_apply and (mode or not new):
        runs = "will run" if new else "runs"
        what = (
            f"{name} {runs} Terraform remotely, where vectorform is not installed to verify after the apply"
        )
        fix = (
            "remove after_apply: true, and run `vectorform verify` after the apply; "
            "or set its execution mode to local"
        )
        yield Check("wrong", what, fix)


def _tags(environment: Environment, workspace: Resource, name: str) -> Iterator[Check]:
    has = workspace.members("tag-names")
    missing = [tag for tag in environment.backend.settings["tags"] if tag not in has]
    if missing:
        what = f"the workspace {name} lacks the tag {', '.join(missing)}"
        yield Check("wrong", what, "add it there: Terraform does not tag a workspace that it selects by name")
