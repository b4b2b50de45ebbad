"""A stand-in for HCP Terraform on this machine: its public API over HTTPS, as far as the cloud backend goes.

It keeps organizations, projects, workspaces, configuration versions, runs, plans, applies and states, and
runs Terraform itself on what was uploaded, in a folder that has nothing else. Source: HCP Terraform's API
documentation. Not there: teams, policies, run tasks, cost estimates, variable sets, agents, and every page
beyond the first.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.state.tls import https

ORGANIZATION = "example"
TOKEN = "not-a-secret"
Answer = tuple[int, Any]


@dataclass
class Workspace:
    """One workspace; `folder` is where its runs happen."""

    id: str
    name: str
    folder: Path
    attributes: dict[str, Any] = field(default_factory=dict)
    states: list[bytes] = field(default_factory=list)
    uploads: list[list[str]] = field(default_factory=list)


@dataclass
class Run:
    """One run: a plan and perhaps its apply, with what Terraform printed."""

    id: str
    workspace: Workspace
    attributes: dict[str, Any]
    status: str = "pending"
    log: bytes = b""
    apply_log: bytes = b""
    has_changes: bool = False


class StandIn:
    """The service. `environ` is the environment of the Terraform that it runs."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = dict(environ)
        self.address = ""
        self.workspaces: dict[str, Workspace] = {}
        self.runs: dict[str, Run] = {}
        self.configurations: dict[str, Workspace] = {}
        self.requests: list[str] = []
        self.unknown: list[str] = []

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """The answer to one request: a status and a document, or bytes."""
        self.requests.append(f"{method} {path}")
        for route_method, pattern, handler in _ROUTES:
            match = re.fullmatch(pattern, path)
            if match and route_method == method:
                return handler(self, body, *match.groups())
        self.unknown.append(f"{method} {path}")
        return 404, {"errors": [{"status": "404", "title": "not found"}]}

    # Organizations and workspaces

    def services(self, _: bytes) -> Answer:
        return 200, {f"tfe.v2{minor}": "/api/v2/" for minor in ("", ".1", ".2")}

    def ping(self, _: bytes) -> Answer:
        return 204, b""

    def organization(self, _: bytes, name: str) -> Answer:
        return (200, _data("organizations", name, {"name": name})) if name == ORGANIZATION else _missing()

    def entitlements(self, _: bytes, name: str) -> Answer:
        if name != ORGANIZATION:
            return _missing()
        rights = {"operations": True, "state-storage": True, "private-module-registry": True}
        return 200, _data("entitlement-sets", "org-1", rights)

    def projects(self, _: bytes, __: str) -> Answer:
        return 200, {"data": [_data("projects", "prj-1", {"name": "platform"})["data"]]}

    def list_workspaces(self, _: bytes, __: str) -> Answer:
        return 200, {"data": [self._workspace(one)["data"] for one in self.workspaces.values()]}

    def create_workspace(self, body: bytes, _: str) -> Answer:
        name = json.loads(body)["data"]["attributes"]["name"]
        workspace = Workspace(f"ws-{len(self.workspaces) + 1}", name, self.folder / name)
        workspace.folder.mkdir()
        self.workspaces[name] = workspace
        return 201, self._workspace(workspace)

    def workspace(self, _: bytes, __: str, name: str) -> Answer:
        return (200, self._workspace(self.workspaces[name])) if name in self.workspaces else _missing()

    def update_workspace(self, body: bytes, identifier: str) -> Answer:
        workspace = self._of(identifier)
        workspace.attributes.update(json.loads(body)["data"]["attributes"])
        return 200, self._workspace(workspace)

    def workspace_by_id(self, _: bytes, identifier: str) -> Answer:
        return 200, self._workspace(self._of(identifier))

    def _of(self, identifier: str) -> Workspace:
        return next(one for one in self.workspaces.values() if one.id == identifier)

    def _workspace(self, workspace: Workspace) -> dict[str, Any]:
        attributes = {
            "name": workspace.name,
            "execution-mode": "remote",
            "operations": True,
            "locked": False,
            "terraform-version": "1.11.4",
            "tag-names": [],
            "working-directory": "",
            "resource-count": sum(_count(state) for state in workspace.states[-1:]),
            "permissions": {"can-queue-run": True, "can-queue-apply": True, "can-queue-destroy": True},
            **workspace.attributes,
        }
        relations = {"organization": {"data": {"id": ORGANIZATION, "type": "organizations"}}}
        return _data("workspaces", workspace.id, attributes, relations)

    # Configuration versions and runs

    def create_configuration(self, _: bytes, identifier: str) -> Answer:
        version = f"cv-{len(self.configurations) + 1}"
        self.configurations[version] = self._of(identifier)
        url = f"{self.address}/upload/{version}"
        return 201, _data("configuration-versions", version, {"status": "pending", "upload-url": url})

    def upload(self, body: bytes, version: str) -> Answer:
        workspace = self.configurations[version]
        with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
            workspace.uploads.append(sorted(one.name for one in archive.getmembers() if one.isfile()))
            archive.extractall(workspace.folder, filter="data")
        # What HCP Terraform does as well: its runs keep their state in a place of its own.
        backend = {"terraform": {"backend": {"local": {"path": "run.tfstate"}}}}
        (workspace.folder / "zzz_override.tf.json").write_text(json.dumps(backend), encoding="utf-8")
        return 200, b""

    def configuration(self, _: bytes, version: str) -> Answer:
        return 200, _data("configuration-versions", version, {"status": "uploaded"})

    def create_run(self, body: bytes) -> Answer:
        document = json.loads(body)["data"]
        workspace = self._of(document["relationships"]["workspace"]["data"]["id"])
        run = Run(f"run-{len(self.runs) + 1}", workspace, document["attributes"])
        self.runs[run.id] = run
        self._plan(run)
        return 201, self._run(run)

    def run(self, _: bytes, identifier: str) -> Answer:
        return 200, self._run(self.runs[identifier])

    def plan(self, _: bytes, identifier: str) -> Answer:
        return 200, self._planned(self.runs[identifier])

    def plan_as_json(self, _: bytes, identifier: str) -> Answer:
        code, text = self._terraform(self.runs[identifier].workspace, "show", "-json", "run.plan")
        return (404 if code else 200), text

    def _planned(self, run: Run) -> dict[str, Any]:
        identifier = run.id
        failed = run.status == "errored" and not run.apply_log
        attributes = {
            "status": "errored" if failed else "finished",
            "has-changes": run.has_changes,
            "log-read-url": f"{self.address}/log/plan/{identifier}",
        }
        return _data("plans", identifier, attributes)

    def confirm(self, _: bytes, identifier: str) -> Answer:
        self._apply(self.runs[identifier])
        return 202, b""

    def apply(self, _: bytes, identifier: str) -> Answer:
        run = self.runs[identifier]
        status = {"applied": "finished", "errored": "errored"}.get(run.status, "pending")
        url = f"{self.address}/log/apply/{identifier}"
        return 200, _data("applies", identifier, {"status": status, "log-read-url": url})

    def log(self, _: bytes, kind: str, identifier: str, offset: str) -> Answer:
        run = self.runs[identifier]
        text = run.log if kind == "plan" else run.apply_log
        return 200, (b"\x02" + text + b"\x03")[int(offset) :]

    def nothing(self, *_: Any) -> Answer:
        return 200, {"data": []}

    def capacity(self, *_: Any) -> Answer:
        return 200, _data("organization-capacity", ORGANIZATION, {"pending": 0, "running": 1})

    def _run(self, run: Run) -> dict[str, Any]:
        confirmable = run.status == "planned" and not run.attributes.get("plan-only")
        attributes = {
            **run.attributes,
            "status": run.status,
            "has-changes": run.has_changes,
            "actions": {"is-confirmable": confirmable, "is-cancelable": False, "is-discardable": confirmable},
            "permissions": {"can-apply": True, "can-cancel": True, "can-discard": True},
        }
        relations = {
            "plan": {"data": {"id": run.id, "type": "plans"}},
            "apply": {"data": {"id": run.id, "type": "applies"}},
            "workspace": {"data": {"id": run.workspace.id, "type": "workspaces"}},
        }
        included = [self._planned(run)["data"], self._workspace(run.workspace)["data"]]
        return {**_data("runs", run.id, attributes, relations), "included": included}

    def _plan(self, run: Run) -> None:
        code, run.log = self._terraform(run.workspace, "init", "-input=false")
        if code == 0:
            destroy = ["-destroy"] if run.attributes.get("is-destroy") else []
            code, text = self._terraform(
                run.workspace, "plan", "-input=false", "-detailed-exitcode", "-out=run.plan", *destroy
            )
            run.log += text
        run.has_changes = code == 2
        run.status = "errored" if code == 1 else "planned" if run.has_changes else "planned_and_finished"
        if run.attributes.get("plan-only") and run.status == "planned":
            run.status = "planned_and_finished"
        if run.status == "planned" and run.attributes.get("auto-apply"):
            self._apply(run)

    def _apply(self, run: Run) -> None:
        code, run.apply_log = self._terraform(run.workspace, "apply", "-input=false", "run.plan")
        run.status = "errored" if code else "applied"
        state = run.workspace.folder / "run.tfstate"
        if state.exists():
            run.workspace.states.append(state.read_bytes())

    def _terraform(self, workspace: Workspace, *arguments: str) -> tuple[int, bytes]:
        done = subprocess.run(
            ["terraform", *arguments, "-no-color"],
            cwd=workspace.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return done.returncode, done.stdout

    # States

    def current_state(self, _: bytes, identifier: str) -> Answer:
        states = self._of(identifier).states
        if not states:
            return _missing()
        content = json.loads(states[-1])
        outputs = [
            {"id": f"wsout-{name}", "type": "state-version-outputs"} for name in content.get("outputs", {})
        ]
        attributes = {
            "serial": content["serial"],
            "hosted-state-download-url": f"{self.address}/state/{identifier}",
            "resources-processed": True,
        }
        relations = {"outputs": {"data": outputs}}
        return 200, _data("state-versions", f"sv-{identifier}", attributes, relations)

    def outputs(self, _: bytes, identifier: str) -> Answer:
        content = json.loads(self._of(identifier).states[-1])
        found = [
            _data(
                "state-version-outputs",
                f"wsout-{name}",
                {"name": name, "value": output["value"], "detailed-type": output["type"], "sensitive": False},
            )["data"]
            for name, output in content.get("outputs", {}).items()
        ]
        return 200, {"data": found}

    def state(self, _: bytes, identifier: str) -> Answer:
        return 200, self._of(identifier).states[-1]


_API = r"/api/v2"
_QUERY = r"(?:\?.*)?"
_ROUTES: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("GET", r"/\.well-known/terraform\.json", StandIn.services),
    ("GET", _API + r"/ping", StandIn.ping),
    ("GET", _API + r"/organizations/([^/?]+)", StandIn.organization),
    ("GET", _API + r"/organizations/([^/]+)/entitlement-set", StandIn.entitlements),
    ("GET", _API + r"/organizations/([^/]+)/projects" + _QUERY, StandIn.projects),
    ("GET", _API + r"/organizations/([^/]+)/capacity", StandIn.capacity),
    ("GET", _API + r"/organizations/([^/]+)/runs/queue" + _QUERY, StandIn.nothing),
    ("GET", _API + r"/organizations/([^/]+)/workspaces" + _QUERY, StandIn.list_workspaces),
    ("POST", _API + r"/organizations/([^/]+)/workspaces", StandIn.create_workspace),
    ("GET", _API + r"/organizations/([^/]+)/workspaces/([^/?]+)" + _QUERY, StandIn.workspace),
    ("GET", _API + r"/workspaces/(ws-\d+)" + _QUERY, StandIn.workspace_by_id),
    ("PATCH", _API + r"/workspaces/(ws-\d+)", StandIn.update_workspace),
    ("GET", _API + r"/runs/(run-\d+)/run-events" + _QUERY, StandIn.nothing),
    ("GET", _API + r"/workspaces/(ws-\d+)/runs" + _QUERY, StandIn.nothing),
    ("POST", _API + r"/workspaces/(ws-\d+)/configuration-versions", StandIn.create_configuration),
    ("GET", _API + r"/workspaces/(ws-\d+)/current-state-version" + _QUERY, StandIn.current_state),
    ("GET", _API + r"/workspaces/(ws-\d+)/current-state-version-outputs" + _QUERY, StandIn.outputs),
    ("PUT", r"/upload/(cv-\d+)", StandIn.upload),
    ("GET", _API + r"/configuration-versions/(cv-\d+)" + _QUERY, StandIn.configuration),
    ("POST", _API + r"/runs", StandIn.create_run),
    ("GET", _API + r"/runs/(run-\d+)" + _QUERY, StandIn.run),
    ("GET", _API + r"/runs/(run-\d+)/policy-checks" + _QUERY, StandIn.nothing),
    ("GET", _API + r"/runs/(run-\d+)/task-stages" + _QUERY, StandIn.nothing),
    ("POST", _API + r"/runs/(run-\d+)/actions/apply", StandIn.confirm),
    ("GET", _API + r"/plans/(run-\d+)" + _QUERY, StandIn.plan),
    ("GET", _API + r"/plans/(run-\d+)/json-output(?:-redacted)?", StandIn.plan_as_json),
    ("GET", _API + r"/applies/(run-\d+)" + _QUERY, StandIn.apply),
    ("GET", r"/log/(plan|apply)/(run-\d+)\?(?:limit=\d+&)?offset=(\d+).*", StandIn.log),
    ("GET", r"/state/(ws-\d+)", StandIn.state),
)


def _data(
    kind: str, identifier: str, attributes: Mapping[str, Any], relations: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    resource = {"id": identifier, "type": kind, "attributes": dict(attributes)}
    return {"data": {**resource, "relationships": dict(relations or {})}}


def _missing() -> Answer:
    return 404, {"errors": [{"status": "404", "title": "not found"}]}


def _count(state: bytes) -> int:
    return sum(len(resource["instances"]) for resource in json.loads(state)["resources"])


@contextlib.contextmanager
def stand_in(folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[StandIn, Path]]:
    """A running stand-in, and the certificate to trust it by (SSL_CERT_FILE)."""
    folder.mkdir()
    service = StandIn(folder, environ)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            open_to_all = self.path.startswith(("/.well-known", "/upload", "/log", "/state"))
            if open_to_all or self.headers.get("Authorization") == f"Bearer {TOKEN}":
                status, document = service.answer(self.command, self.path, body)
            else:
                status, document = 401, {"errors": [{"status": "401", "title": "unauthorized"}]}
            content = document if isinstance(document, bytes) else json.dumps(document).encode()
            json_api = self.path.startswith("/api")
            self.send_response(status)
            self.send_header("Content-Type", "application/vnd.api+json" if json_api else "application/json")
            self.send_header("TFP-API-Version", "2.6")
            self.send_header("TFP-AppName", "HCP Terraform")
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

        def log_message(self, *_: Any) -> None:
            pass

    with https(Handler, folder) as host:
        service.address = f"https://{host}"
        yield service, folder / "certificate.pem"
