"""Where the cloud backend is tried: on the stand-in and, where the environment names one, on another server.

`VECTORFORM_CLOUD_HOST`, `VECTORFORM_CLOUD_TOKEN` and `VECTORFORM_CLOUD_ORGANIZATION` name a server with HCP
Terraform's API, whose runs can reach the local AWS and read this machine's files; SSL_CERT_FILE is what its
certificate is trusted by. The organization exists; workspaces are made and deleted.
"""

from __future__ import annotations

import contextlib
import json
import os
import ssl
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal.deployments import Deployment, deployment
from tests.state.hcp.server import stand_in
from tests.state.hcp.service import ORGANIZATION, TOKEN

CONFIG = """\
project: search
account_id: "123456789012"
regions: [eu-west-1]
vector_buckets:
  documents:
    indexes:
      pages: {{dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}}
backend: {{type: cloud, organization: {organization}, hostname: "{host}", workspace: "{workspace}"}}
"""
_HOST, _TOKEN, _ORGANIZATION = (f"VECTORFORM_CLOUD_{name}" for name in ("HOST", "TOKEN", "ORGANIZATION"))
_UNDER_WAY = {"pending", "planning", "applying", "apply_queued", "canceling"}
NAMES = ("stand-in", "server")


@dataclass
class Server:
    """A server, the project that is deployed through it, and its API as a person with curl has it."""

    made: Deployment
    host: str
    token: str
    organization: str
    workspace: str
    certificate: str

    def ask(self, method: str, path: str, document: Any = None) -> Any:
        request = urllib.request.Request(
            f"https://{self.host}/api/v2/{path}",
            None if document is None else json.dumps(document).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/vnd.api+json"},
            method=method,
        )
        context = ssl.create_default_context(cafile=self.certificate or None)
        with urllib.request.urlopen(request, timeout=20, context=context) as response:
            text = response.read()
        return json.loads(text) if text else None

    @property
    def workspace_id(self) -> str:
        found = self.ask("GET", f"organizations/{self.organization}/workspaces/{self.workspace}")
        return str(found["data"]["id"])

    def create_workspace(self, mode: str) -> None:
        """With the variables by which its runs reach the local AWS and the offline provider."""
        attributes = {"name": self.workspace, "execution-mode": mode, "terraform-version": "1.11.4"}
        made = {"data": {"type": "workspaces", "attributes": attributes}}
        self.ask("POST", f"organizations/{self.organization}/workspaces", made)
        for name, value in self.made.environ().items():
            if name.startswith("AWS_") or name == "TF_CLI_CONFIG_FILE":
                variable = {"key": name, "value": value, "category": "env", "hcl": False, "sensitive": False}
                body = {"data": {"type": "vars", "attributes": variable}}
                with contextlib.suppress(urllib.error.HTTPError):  # the stand-in's runs have them already
                    self.ask("POST", f"workspaces/{self.workspace_id}/vars", body)

    def runs(self) -> dict[str, str]:
        """Id -> state of every run, the latest first."""
        found = self.ask("GET", f"workspaces/{self.workspace_id}/runs?page%5Bsize%5D=100")["data"]
        return {run["id"]: run["attributes"]["status"] for run in found}

    def settled(self) -> list[str]:
        """The states of all runs, once none is under way."""
        deadline = time.monotonic() + 30
        while True:
            states = list(self.runs().values())
            if (
                not {"pending", "planning", "applying", "canceling"} & set(states)
                or time.monotonic() > deadline
            ):
                return states
            time.sleep(0.2)


@contextlib.contextmanager
def server(name: str, folder: Path) -> Iterator[Server]:
    """The server of this name, with a project whose environment `dev` has its state there."""
    with contextlib.ExitStack() as stack:
        made = stack.enter_context(deployment(folder))
        if name == "server":
            if _HOST not in os.environ:
                pytest.skip(f"{_HOST} names no server with HCP Terraform's API")
            host, token, organization = (os.environ[key] for key in (_HOST, _TOKEN, _ORGANIZATION))
            certificate = os.environ.get("SSL_CERT_FILE", "")
        else:
            service, path = stack.enter_context(stand_in(folder / "hcp", made.environ()))
            host, token, organization = service.address.removeprefix("https://"), TOKEN, ORGANIZATION
            certificate = str(path)
        workspace = f"search-{uuid.uuid4().hex[:8]}"
        found = Server(made, host, token, organization, f"{workspace}-dev", certificate)
        made.write(
            "dev", CONFIG.format(host=host, organization=organization, workspace=f"{workspace}-{{stack}}")
        )
        login = f'\ncredentials "{host}" {{\n  token = "{token}"\n}}\n'
        config = made.terraform_config.with_name("client.tfrc")
        config.write_text(made.terraform_config.read_text(encoding="utf-8") + login, encoding="utf-8")
        client = {"TF_CLI_CONFIG_FILE": str(config), "CI": "true", "CDKTF_SKIP_PROVIDER_LOCK": "true"}
        made.credentials.update(client)
        if certificate:
            made.credentials["SSL_CERT_FILE"] = certificate
        yield found
        with contextlib.suppress(urllib.error.HTTPError):
            found.ask("DELETE", f"organizations/{organization}/workspaces/{found.workspace}")
