"""The states of a rehearsal's first deploy, behind an address: so that 10,000 indexes take minutes.

With a local state, Terraform writes all of it after each resource, and so its time grows with the square of
their number. A state behind an address it writes every 20 s and at the end (Terraform's environment variable
TF_STATE_PERSIST_INTERVAL). What was created since is lost with a Terraform that is killed, which matters to
nobody: of a first deploy that fails nothing is kept. All later deploys have a local state.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from vectorform.desired.backends import LOCAL_FOLDER, LOCAL_STATE
from vectorform.processes.children import Children
from vectorform.processes.project import terraform_binary
from vectorform.rehearsal.failure import RehearsalFailed
from vectorform.wording import printable

# In the environment of the first deploy: the address that the name of a stack is added to.
VARIABLE = "VECTORFORM_REHEARSAL_STATES"

_DOCUMENT = "cdk.tf.json"
_BACKEND = Path(".terraform") / "terraform.tfstate"  # which backend Terraform was initialised with
_INIT = ("init", "-input=false", "-no-color")
_GRACE_SECONDS = 20.0


@contextlib.contextmanager
def behind_an_address(folder: Path, stacks: Sequence[Path]) -> Iterator[dict[str, str]]:
    """Serve the states of the stacks in these folders, from the files that the local backend has in `folder`.

    Yields the variables that a deploy needs to find them. Afterwards the stacks have a local state.
    """
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    secret = secrets.token_urlsafe()  # others on this machine cannot guess it
    files = {f"/{secret}/{stack.name}": folder / LOCAL_STATE.format(stack=stack.name) for stack in stacks}

    class States(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            file = files.get(self.path)
            self._answer(file.read_bytes() if file and file.exists() else None)

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"]))
            file = files.get(self.path)
            if file:
                new = file.with_suffix(".new")
                new.write_bytes(text)
                new.replace(file)
            self._answer(b"" if file else None)

        def _answer(self, body: bytes | None) -> None:
            self.send_response(HTTPStatus.NOT_FOUND if body is None else HTTPStatus.OK)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), States) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield {VARIABLE: f"http://127.0.0.1:{server.server_port}/{secret}/"}
        finally:
            server.shutdown()
    for stack in stacks:
        use({}, stack)
        (stack / _BACKEND).unlink(missing_ok=True)


def initialise(stacks: Sequence[Path], root: Path, environment: Mapping[str, str]) -> None:
    """Let Terraform know of the local states, for whoever plans in the folder of a stack without cdktf.

    Raises RehearsalFailed where that fails.
    """
    with Children(cwd=root, environment=environment, grace=_GRACE_SECONDS) as children:
        binary = terraform_binary(environment)
        inits = {stack: children.start([binary, *_INIT], cwd=stack) for stack in stacks}
        for stack, init in inits.items():
            lines = [printable(line) for line in init.lines()]
            if children.finish(init) != 0:
                raise RehearsalFailed(
                    "\n".join([*lines, f"`{Path(binary).name} init` of {stack.name} failed"])
                )


def use(environment: Mapping[str, str], folder: Path) -> None:
    """Give the synthesized stack in `folder` the state that a rehearsal with that environment has for it."""
    if VARIABLE in environment:
        backend = {"http": {"address": f"{environment[VARIABLE]}{folder.name}"}}
    else:
        backend = {"local": {"path": f"{LOCAL_FOLDER}/{LOCAL_STATE.format(stack=folder.name)}"}}
    path = folder / _DOCUMENT
    document = json.loads(path.read_text(encoding="utf-8"))
    document["terraform"].pop("cloud", None)  # HCP Terraform is no backend, in Terraform's language
    document["terraform"]["backend"] = backend
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
