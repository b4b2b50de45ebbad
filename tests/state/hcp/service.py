"""A stand-in for HCP Terraform on this machine: its public API, as far as the cloud backend goes.

It keeps organizations, projects, workspaces, locks, configuration versions, runs, plans, applies and states,
and runs Terraform itself on what was uploaded, in a folder that has nothing else. Source: HCP Terraform's API
documentation and answers recorded from an independent server. Not there: teams, policies, run tasks, cost
estimates, variable sets, agents.
"""

from __future__ import annotations

import base64
import io
import json
import re
import tarfile
import threading
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.state.hcp import answers
from tests.state.hcp.answers import Answer, conflict, missing, resource
from tests.state.hcp.workspaces import ENDED, Run, Workspace
from vectorform.language.revisions import unpack

ORGANIZATION = "example"
TOKEN = "not-a-secret"


@dataclass
class Fault:
    """What is answered instead of the truth, to requests that match: a status, or raw bytes."""

    request: str
    answer: int | bytes
    times: int = 1_000_000


@dataclass
class StandIn:
    """The service. `environ` is the environment of the Terraform that it runs.

    `permissions` are those that a token lacks or has, by its text; `page_size` is the most of a page.
    """

    folder: Path
    environ: Mapping[str, str]
    address: str = ""
    organization_attributes: dict[str, Any] = field(default_factory=dict)
    permissions: dict[str, dict[str, bool]] = field(default_factory=lambda: {TOKEN: {}})
    page_size: int = 20
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    configurations: dict[str, Workspace] = field(default_factory=dict)
    speculative: set[str] = field(default_factory=set)
    uploaded: dict[str, Workspace] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    archive_tokens: list[str | None] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _token: str = TOKEN

    def answer(self, method: str, path: str, body: bytes, token: str = TOKEN) -> Answer:
        """The answer to one request: a status and a document, or bytes."""
        with self._lock:
            self._token = token
            self.requests.append(f"{method} {path}")
            self._advance()
            for route_method, pattern, handler in _ROUTES:
                match = re.fullmatch(pattern, path.partition("?")[0])
                if match and route_method == method:
                    query = dict(urllib.parse.parse_qsl(path.partition("?")[2]))
                    return handler(self, _Asked(body, query), *match.groups())
            self.unknown.append(f"{method} {path}")
            return missing()

    def fault(self, method: str, path: str) -> int | bytes | None:
        """What goes wrong with this request, if something does."""
        for fault in self.faults:
            if fault.times and re.search(fault.request, f"{method} {path}"):
                fault.times -= 1
                return fault.answer
        return None

    def _advance(self) -> None:
        """A run starts once its workspace is not locked and no run before it is under way ("Runs", queue)."""
        for workspace in self.workspaces.values():
            mine = [run for run in self.runs.values() if run.workspace is workspace]
            for run in mine:
                if run.status in ENDED:
                    continue
                if run.status == "pending" and (workspace.locked is None or run.plan_only):
                    run.start()
                if not run.saved and not run.plan_only:
                    break

    # Organizations and workspaces

    def services(self, _: _Asked) -> Answer:
        return 200, {f"tfe.v2{minor}": "/api/v2/" for minor in ("", ".1", ".2")}

    def ping(self, _: _Asked) -> Answer:
        return 204, b""

    def organization(self, _: _Asked, name: str) -> Answer:
        attributes = {**answers.ORGANIZATION, "name": name, **self.organization_attributes}
        return (
            (200, {"data": resource("organizations", name, attributes)})
            if name == ORGANIZATION
            else missing()
        )

    def entitlements(self, _: _Asked, name: str) -> Answer:
        rights = {"operations": True, "state-storage": True, "private-module-registry": True}
        return (
            (200, {"data": resource("entitlement-sets", "org-1", rights)})
            if name == ORGANIZATION
            else missing()
        )

    def projects(self, _: _Asked, __: str) -> Answer:
        return answers.page([resource("projects", "prj-1", {"name": "platform"})], 1, 20)

    def list_workspaces(self, asked: _Asked, _: str) -> Answer:
        wanted = asked.query.get("search[name]", "")
        found = [self._workspace(one) for one in self.workspaces.values() if wanted in one.name]
        size = min(int(asked.query.get("page[size]", "20")), self.page_size)
        return answers.page(found, int(asked.query.get("page[number]", "1")), size)

    def create_workspace(self, asked: _Asked, _: str) -> Answer:
        name = asked.attributes["name"]
        workspace = Workspace(f"ws-{len(self.workspaces) + 1}", name, self.folder / name)
        workspace.folder.mkdir()
        default = self.organization_attributes.get("default-execution-mode", "remote")
        mode = asked.attributes.get("execution-mode") or default
        workspace.attributes["execution-mode"] = mode
        workspace.attributes["operations"] = mode != "local"
        self.workspaces[name] = workspace
        return 201, {"data": self._workspace(workspace)}

    def workspace(self, _: _Asked, __: str, name: str) -> Answer:
        return (
            (200, {"data": self._workspace(self.workspaces[name])}) if name in self.workspaces else missing()
        )

    def update_workspace(self, asked: _Asked, identifier: str) -> Answer:
        workspace = self._of(identifier)
        workspace.attributes.update(asked.attributes)
        return 200, {"data": self._workspace(workspace)}

    def workspace_by_id(self, _: _Asked, identifier: str) -> Answer:
        return 200, {"data": self._workspace(self._of(identifier))}

    def lock(self, asked: _Asked, identifier: str) -> Answer:
        workspace = self._of(identifier)
        if workspace.locked is not None or self._current(workspace):
            return conflict("workspace already locked")
        workspace.locked = str(asked.document.get("reason", ""))
        return 200, {"data": self._workspace(workspace)}

    def unlock(self, _: _Asked, identifier: str) -> Answer:
        workspace = self._of(identifier)
        if workspace.locked is None:
            return conflict("workspace already unlocked")
        workspace.locked = None
        return 200, {"data": self._workspace(workspace)}

    def _of(self, identifier: str) -> Workspace:
        return next(one for one in self.workspaces.values() if one.id == identifier)

    def _current(self, workspace: Workspace) -> Run | None:
        """The run that every further one waits for."""
        mine = (run for run in self.runs.values() if run.workspace is workspace)
        return next(
            (run for run in mine if run.status not in ENDED and not (run.saved or run.plan_only)), None
        )

    def _workspace(self, workspace: Workspace) -> dict[str, Any]:
        current = self._current(workspace)
        attributes = {
            **answers.WORKSPACE,
            "name": workspace.name,
            "locked": workspace.locked is not None or current is not None,
            "locked-reason": workspace.locked or "",
            **workspace.attributes,
        }
        attributes["permissions"] = {**attributes["permissions"], **self.permissions[self._token]}
        related = {"organization": ("organizations", ORGANIZATION)}
        if current is not None:
            related["current-run"] = ("runs", current.id)
        return resource("workspaces", workspace.id, attributes, related)

    # Configuration versions and runs

    def create_configuration(self, asked: _Asked, identifier: str) -> Answer:
        version = f"cv-{len(self.configurations) + 1}"
        self.configurations[version] = self._of(identifier)
        if asked.attributes.get("speculative"):
            self.speculative.add(version)  # "Configuration Versions": its runs are plan-only
        url = f"{self.address}/upload/{version}"
        return 201, {
            "data": resource("configuration-versions", version, {"status": "pending", "upload-url": url})
        }

    def upload(self, asked: _Asked, version: str) -> Answer:
        workspace = self.configurations[version]
        with tarfile.open(fileobj=io.BytesIO(asked.body), mode="r:gz") as archive:
            workspace.uploads.append(sorted(one.name for one in archive.getmembers() if one.isfile()))
            unpack(archive, workspace.folder)
        # What HCP Terraform does as well: its runs keep their state in a place of its own.
        backend = {"terraform": {"backend": {"local": {"path": "run.tfstate"}}}}
        (workspace.folder / "zzz_override.tf.json").write_text(json.dumps(backend), encoding="utf-8")
        if workspace.states:
            (workspace.folder / "run.tfstate").write_bytes(workspace.states[-1])
        return 200, b""

    def configuration(self, _: _Asked, version: str) -> Answer:
        return 200, {"data": resource("configuration-versions", version, {"status": "uploaded"})}

    def create_run(self, asked: _Asked) -> Answer:
        related = asked.document["data"]["relationships"]
        workspace = self._of(related["workspace"]["data"]["id"])
        run = Run(f"run-{len(self.runs) + 1}", workspace, asked.attributes, self.environ)
        version = (related.get("configuration-version") or {}).get("data") or {}
        run.attributes["plan-only"] = run.plan_only or version.get("id") in self.speculative
        self.runs[run.id] = run
        self._advance()
        return 201, self._run(run)

    def list_runs(self, asked: _Asked, identifier: str) -> Answer:
        found = [self._run(run)["data"] for run in self.runs.values() if run.workspace.id == identifier]
        return answers.page(found[::-1], int(asked.query.get("page[number]", "1")), 20)

    def run(self, _: _Asked, identifier: str) -> Answer:
        return (200, self._run(self.runs[identifier])) if identifier in self.runs else missing()

    def plan(self, _: _Asked, identifier: str) -> Answer:
        return 200, {"data": self._planned(self.runs[identifier])}

    def plan_as_json(self, _: _Asked, identifier: str) -> Answer:
        """A redirect to the archive, which is another host ("Plans", Retrieve the JSON execution plan)."""
        return 307, f"{self.address.replace('localhost', '127.0.0.1')}/archive/{identifier}"

    def archive(self, _: _Asked, identifier: str) -> Answer:
        code, text = self.runs[identifier].terraform("show", "-json", "run.plan")
        return (404 if code else 200), text

    def _planned(self, run: Run) -> dict[str, Any]:
        failed = run.status == "errored" and not run.apply_log
        under_way = {"pending": "pending", "planning": "running", "canceled": "canceled"}
        attributes = {
            "status": "errored" if failed else under_way.get(run.status, "finished"),
            "has-changes": run.has_changes,
            "log-read-url": f"{self.address}/log/plan/{run.id}",
        }
        return resource("plans", run.id, attributes)

    def confirm(self, _: _Asked, identifier: str) -> Answer:
        run = self.runs[identifier]
        if not run.confirmable:
            return conflict("transition not allowed")
        run.confirm()
        return 202, b""

    def discard(self, _: _Asked, identifier: str) -> Answer:
        run = self.runs[identifier]
        if not run.confirmable:
            return conflict("transition not allowed")
        run.discard()
        return 202, b""

    def cancel(self, _: _Asked, identifier: str) -> Answer:
        run = self.runs[identifier]
        if not run.cancelable:
            return conflict("transition not allowed")
        run.cancel()
        return 202, b""

    def apply(self, _: _Asked, identifier: str) -> Answer:
        run = self.runs[identifier]
        under_way = {
            "applied": "finished",
            "errored": "errored",
            "applying": "running",
            "canceled": "canceled",
        }
        url = f"{self.address}/log/apply/{identifier}"
        attributes = {"status": under_way.get(run.status, "pending"), "log-read-url": url}
        return 200, {"data": resource("applies", identifier, attributes)}

    def log(self, asked: _Asked, kind: str, identifier: str) -> Answer:
        run = self.runs[identifier]
        busy = run.status == ("planning" if kind == "plan" else "applying")
        text = b"\x02" + (run.log if kind == "plan" else run.apply_log) + (b"" if busy else b"\x03")
        return 200, text[int(asked.query.get("offset", "0")) :]

    def nothing(self, *_: Any) -> Answer:
        return 200, {"data": []}

    def capacity(self, *_: Any) -> Answer:
        return 200, {"data": resource("organization-capacity", ORGANIZATION, {"pending": 0, "running": 1})}

    def _run(self, run: Run) -> dict[str, Any]:
        actions = {
            "is-confirmable": run.confirmable,
            "is-cancelable": run.cancelable,
            "is-discardable": run.confirmable,
            "is-force-cancelable": False,
        }
        attributes = {**answers.RUN, **run.attributes, "status": run.status}
        attributes |= {"has-changes": run.has_changes, "actions": actions}
        related = {
            "plan": ("plans", run.id),
            "apply": ("applies", run.id),
            "workspace": ("workspaces", run.workspace.id),
        }
        included = [self._planned(run), self._workspace(run.workspace)]
        return {"data": resource("runs", run.id, attributes, related), "included": included}

    # States

    def create_state(self, asked: _Asked, identifier: str) -> Answer:
        workspace = self._of(identifier)
        if workspace.locked is None:
            return conflict("workspace must be locked by the current user")  # "State Versions", Create
        if asked.attributes.get("state"):
            workspace.states.append(base64.b64decode(asked.attributes["state"]))
        version = f"sv-new-{len(self.uploaded) + 1}"
        self.uploaded[version] = workspace
        urls = {
            "hosted-state-upload-url": f"{self.address}/upload/{version}/state",
            "hosted-json-state-upload-url": f"{self.address}/upload/{version}/json",
        }
        return 201, {"data": resource("state-versions", version, {"status": "pending", **urls})}

    def upload_state(self, asked: _Asked, version: str, kind: str) -> Answer:
        if kind == "state":
            self.uploaded[version].states.append(asked.body)
        return 200, b""

    def state_version(self, _: _Asked, version: str) -> Answer:
        return 200, {"data": resource("state-versions", version, {"status": "finalized"})}

    def current_state(self, _: _Asked, identifier: str) -> Answer:
        workspace = self._of(identifier)
        if not workspace.states:
            return missing()
        content = json.loads(workspace.states[-1])
        attributes = {
            "serial": content["serial"],
            "created-at": "2026-11-26T03:12:44.000Z",
            "hosted-state-download-url": f"/api/v2/state-versions/{identifier}/download",
            "resources-processed": True,
            "resources": workspace.resources,
        }
        related = {"created-by": ("users", "user-1")}  # "State Versions", Show
        found = resource("state-versions", f"sv-{identifier}", attributes, related)
        names = content.get("outputs", {})
        found["relationships"]["outputs"] = {
            "data": [{"id": f"wsout-{name}", "type": "state-version-outputs"} for name in names]
        }
        return 200, {"data": found}

    def user(self, _: _Asked, identifier: str) -> Answer:
        """ "Users", Show a user."""
        return 200, {"data": resource("users", identifier, {"username": "ines"})}

    def outputs(self, _: _Asked, identifier: str) -> Answer:
        content = json.loads(self._of(identifier).states[-1])
        found = [
            resource(
                "state-version-outputs",
                f"wsout-{name}",
                {"name": name, "value": output["value"], "detailed-type": output["type"], "sensitive": False},
            )
            for name, output in content.get("outputs", {}).items()
        ]
        return 200, {"data": found}

    def state(self, _: _Asked, identifier: str) -> Answer:
        return 200, self._of(identifier).states[-1]


@dataclass(frozen=True)
class _Asked:
    """The body and the query of a request."""

    body: bytes
    query: Mapping[str, str]

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body or b"{}")
        return found

    @property
    def attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["data"]["attributes"]
        return found


_API = r"/api/v2"
_ORGANIZATION = _API + r"/organizations/([^/]+)"
_WORKSPACE = _API + r"/workspaces/(ws-\d+)"
_RUN = _API + r"/runs/(run-\d+)"
_ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("GET", r"/\.well-known/terraform\.json", StandIn.services),
    ("GET", _API + r"/ping", StandIn.ping),
    ("GET", _ORGANIZATION, StandIn.organization),
    ("GET", _ORGANIZATION + r"/entitlement-set", StandIn.entitlements),
    ("GET", _ORGANIZATION + r"/projects", StandIn.projects),
    ("GET", _ORGANIZATION + r"/capacity", StandIn.capacity),
    ("GET", _ORGANIZATION + r"/runs/queue", StandIn.nothing),
    ("GET", _ORGANIZATION + r"/workspaces", StandIn.list_workspaces),
    ("POST", _ORGANIZATION + r"/workspaces", StandIn.create_workspace),
    ("GET", _ORGANIZATION + r"/workspaces/([^/]+)", StandIn.workspace),
    ("GET", _WORKSPACE, StandIn.workspace_by_id),
    ("PATCH", _WORKSPACE, StandIn.update_workspace),
    ("POST", _WORKSPACE + r"/actions/lock", StandIn.lock),
    ("POST", _WORKSPACE + r"/actions/(?:force-)?unlock", StandIn.unlock),
    ("GET", _WORKSPACE + r"/runs", StandIn.list_runs),
    ("POST", _WORKSPACE + r"/configuration-versions", StandIn.create_configuration),
    ("GET", _WORKSPACE + r"/current-state-version", StandIn.current_state),
    ("GET", _WORKSPACE + r"/current-state-version-outputs", StandIn.outputs),
    ("POST", _WORKSPACE + r"/state-versions", StandIn.create_state),
    ("GET", _API + r"/users/(user-\d+)", StandIn.user),
    ("GET", _API + r"/state-versions/(sv-[^/]+)", StandIn.state_version),
    ("GET", _API + r"/state-versions/(ws-\d+)/download", StandIn.state),
    ("PUT", r"/upload/(sv-new-\d+)/(state|json)", StandIn.upload_state),
    ("PUT", r"/upload/(cv-\d+)", StandIn.upload),
    ("GET", _API + r"/configuration-versions/(cv-\d+)", StandIn.configuration),
    ("POST", _API + r"/runs", StandIn.create_run),
    ("GET", _RUN, StandIn.run),
    ("GET", _RUN + r"/run-events", StandIn.nothing),
    ("GET", _RUN + r"/policy-checks", StandIn.nothing),
    ("GET", _RUN + r"/task-stages", StandIn.nothing),
    ("POST", _RUN + r"/actions/apply", StandIn.confirm),
    ("POST", _RUN + r"/actions/discard", StandIn.discard),
    ("POST", _RUN + r"/actions/cancel", StandIn.cancel),
    ("GET", _API + r"/plans/(run-\d+)", StandIn.plan),
    ("GET", _API + r"/plans/(run-\d+)/json-output(?:-redacted)?", StandIn.plan_as_json),
    ("GET", _API + r"/applies/(run-\d+)", StandIn.apply),
    ("GET", r"/log/(plan|apply)/(run-\d+)", StandIn.log),
    ("GET", r"/archive/(run-\d+)", StandIn.archive),
)
