"""An HCP Terraform (Terraform Cloud) backend: credentials, organization, workspaces.

Calls: HCP Terraform API documentation, "Organizations" and "Workspaces"; remote service discovery.
"""

from __future__ import annotations

import itertools
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.state.regions import left_behind, stack_without_region

_SECONDS = 20.0
_PAGE = 100  # the most that the API gives at once
_MEDIA = "application/vnd.api+json"


class _Unreachable(Exception):
    """No answer from the host, or one that is none of this API."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    attributes: Mapping[str, Any]
    entries: tuple[Mapping[str, Any], ...] = ()


def check(environment: Environment) -> Iterator[Check]:
    """The token, the organization, then the workspace of every stack."""
    place = environment.home.backend_settings
    host, organization = place["hostname"], place["organization"]
    token = _token(host)
    if token is None:
        fix = f"`terraform login {host}`, or set {_token_variable(host)}"
        yield Check("unknown", f"there is no token for {host}", fix)
        return
    try:
        api = _Api(host, token)
        yield from _organization(api, host, organization)
        for region in environment.regions:
            name = region.backend_settings["workspace"]
            yield from _workspace(api, environment, organization, name)
        yield from _left_behind(api, environment, organization)
    except _Unreachable as error:
        yield Check("unknown", str(error), "check `hostname`, the network and SSL_CERT_FILE")


def leftovers(environment: Environment) -> Iterator[Check]:
    """Workspaces of regions that the environment no longer has. Nothing where they cannot be listed."""
    place = environment.home.backend_settings
    token = _token(place["hostname"])
    if token is None:
        return
    try:
        yield from _left_behind(_Api(place["hostname"], token), environment, place["organization"])
    except _Unreachable:
        return


def _organization(api: _Api, host: str, organization: str) -> Iterator[Check]:
    answer = api.get(f"organizations/{_quoted(organization)}")
    if answer.status == 401:
        yield Check("wrong", f"{host} refuses the token", f"`terraform login {host}` for a new one")
    elif answer.status != 200:
        what = f"{host} has no organization {organization} for this token (HTTP {answer.status})"
        yield Check("wrong", what, "check `organization`, and that the token belongs to a member of it")
    else:
        yield Check("fine", f"{host} has the organization {organization}, and takes the token")


def _workspace(api: _Api, environment: Environment, organization: str, name: str) -> Iterator[Check]:
    answer = api.get(f"organizations/{_quoted(organization)}/workspaces/{_quoted(name)}")
    if answer.status == 404:
        yield Check("fine", f"no workspace {name} yet: the first deploy creates it, if the token may")
        return
    if answer.status != 200:
        fix = "let the token's team manage workspaces"
        yield Check("wrong", f"the workspace {name} cannot be read (HTTP {answer.status})", fix)
        return
    found = answer.attributes
    mode = found.get("execution-mode")
    if found.get("locked"):
        yield Check("wrong", f"the workspace {name} is locked", "wait for its run, or unlock it there")
    elif not found.get("permissions", {}).get("can-queue-run", True):
        yield Check("wrong", f"the token may not start runs in {name}", "give its team plan and write access")
    else:
        yield Check("fine", f"the workspace {name} is there and not locked, execution: {mode}")
    if mode != "local" and environment.verification.after_apply:
        fix = "write verification: {after_apply: false}, and run `vectorform verify` in the pipeline"
        what = f"{name} runs Terraform remotely, where the verification after the apply finds no vectorform"
        yield Check("wrong", what, fix)
    wanted = environment.backend.settings["tags"]
    missing = [tag for tag in wanted if tag not in found.get("tag-names", ())]
    if missing:
        what = f"the workspace {name} lacks the tag {', '.join(missing)}"
        yield Check("wrong", what, "add it there: Terraform does not tag a workspace that it has by name")


def _left_behind(api: _Api, environment: Environment, organization: str) -> Iterator[Check]:
    template = str(environment.backend.settings["workspace"])
    for entry in _workspaces(api, organization, template.partition("{")[0]):
        found = entry.get("attributes", {})
        stack = stack_without_region(environment, template, str(found.get("name")))
        count = found.get("resource-count")
        if stack and count != 0:
            held = "what it does not tell" if count is None else f"{count} resources"
            yield left_behind(environment, stack, f"the workspace {found['name']}", held)


def _workspaces(api: _Api, organization: str, beginning: str) -> Iterator[Mapping[str, Any]]:
    """The workspaces with this in their names, page by page."""
    for page in itertools.count(1):
        search = {"search[name]": beginning, "page[size]": _PAGE, "page[number]": page}
        path = f"organizations/{_quoted(organization)}/workspaces?{urllib.parse.urlencode(search)}"
        entries = api.get(path).entries
        yield from entries
        if len(entries) < _PAGE:
            return


class _Api:
    """The API of one host, as remote service discovery finds it."""

    def __init__(self, host: str, token: str) -> None:
        self._headers = {"Authorization": f"Bearer {token}", "Accept": _MEDIA}
        base = f"https://{host}"
        status, services = self._load(f"{base}/.well-known/terraform.json")
        path = services.get("tfe.v2")
        if status != 200 or not isinstance(path, str):
            raise _Unreachable(f"{host} does not offer the API of HCP Terraform (HTTP {status})")
        self._base = urllib.parse.urljoin(base, path)

    def get(self, path: str) -> _Answer:
        status, document = self._load(urllib.parse.urljoin(self._base, path))
        data = document.get("data")
        if isinstance(data, list):
            return _Answer(status, {}, tuple(data))
        return _Answer(status, data.get("attributes", {}) if isinstance(data, dict) else {})

    def _load(self, url: str) -> tuple[int, dict[str, Any]]:
        request = urllib.request.Request(url, headers=self._headers)
        try:
            try:
                with urllib.request.urlopen(request, timeout=_SECONDS) as response:
                    status, text = response.status, response.read()
            except urllib.error.HTTPError as refused:
                with refused:
                    status, text = refused.code, refused.read()
        except OSError as error:
            raise _Unreachable(f"{urllib.parse.urlsplit(url).netloc}: {error}") from error
        try:
            document = json.loads(text or b"{}")
        except ValueError:
            document = {}
        return status, document if isinstance(document, dict) else {}


def _token_variable(host: str) -> str:
    """Terraform's rule (CLI documentation, "Environment variable credentials")."""
    ascii_host = host.encode("idna").decode("ascii") if not host.isascii() else host
    return "TF_TOKEN_" + ascii_host.replace(".", "_").replace("-", "__")


def _token(host: str) -> str | None:
    """What TF_TOKEN_... or `terraform login` has for the host. Nothing of it is ever shown."""
    token = os.environ.get(_token_variable(host))
    if token:
        return token
    try:
        path = Path.home() / ".terraform.d" / "credentials.tfrc.json"
        found = json.loads(path.read_text(encoding="utf-8"))["credentials"][host]["token"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(found)


def _quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")
