"""Start, use and end a local AWS from another process. Imports nothing heavy."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from s3vectors_local.faults import Fault

START_SECONDS = 30.0
END_SECONDS = 10.0
LOCAL_CREDENTIAL = "local-rehearsal"


class LocalAwsError(Exception):
    """The local AWS did not start, or did not answer."""


@dataclass(frozen=True)
class LocalAws:
    """A running local AWS. Its default credentials are the root of `account_id`."""

    endpoint: str
    pid: int
    account_id: str
    _keep: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)

    def environment(self) -> dict[str, str]:
        """The variables that point boto3, the AWS provider and Terraform's backends at this local AWS.

        They are to be laid over a surrounding without AWS variables of its own: see `surroundings`.
        """
        return {
            "AWS_ACCESS_KEY_ID": LOCAL_CREDENTIAL,
            "AWS_CONFIG_FILE": os.devnull,
            # With an endpoint of its own even IAM, which has no region, is signed for one.
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_SECRET_ACCESS_KEY": LOCAL_CREDENTIAL,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def surroundings(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The whole environment of a child process: `base` (default: this process's) turned to the local AWS.

        No AWS_* variable survives: a profile, a session token, a role or an endpoint of a single service
        would lead away from the local AWS. Nor may a proxy come between.
        """
        kept = {k: v for k, v in (os.environ if base is None else base).items() if not k.startswith("AWS_")}
        for name in ("NO_PROXY", "no_proxy"):
            kept[name] = ",".join(filter(None, [kept.get(name, ""), "127.0.0.1"]))
        return {**kept, **self.environment()}

    def keep(self) -> None:
        """Let this local AWS outlive the `with` block and the process that started it."""
        self._keep()

    def inject(self, *faults: Fault) -> None:
        """Set faults, in addition to those that are set. Raises LocalAwsError if one is refused."""
        self._control("POST", "/faults", [fault.to_json() for fault in faults])

    def clear_faults(self) -> None:
        """No faults from now on."""
        self._control("DELETE", "/faults")

    def older(self, names: Iterable[str]) -> None:
        """Vector buckets of these names count as created before there was ENHANCED, once they are."""
        self._control("POST", "/older-vector-buckets", sorted(names))

    def requests(self) -> dict[str, int]:
        """How many calls came in, by `service:Operation`."""
        counts: dict[str, int] = self._control("GET", "/requests")
        return counts

    def forget_requests(self) -> None:
        """Count from zero."""
        self._control("DELETE", "/requests")

    def answers(self) -> bool:
        """Whether this very process still answers at its endpoint."""
        try:
            identity = self._control("GET", "")
        except LocalAwsError:
            return False
        return bool(identity == {"account": self.account_id, "pid": self.pid})

    def _control(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.endpoint}/_local{path}", data=data, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=END_SECONDS) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                raise LocalAwsError(json.loads(refused.read()).get("message", str(refused))) from None
        except (OSError, ValueError) as problem:
            raise LocalAwsError(f"no local AWS answers at {self.endpoint}: {problem}") from problem


@contextlib.contextmanager
def local_aws(
    *, account_id: str = "123456789012", state: Path | None = None, organization: str | None = None
) -> Iterator[LocalAws]:
    """A local AWS for the length of a `with` block; it also ends when this process dies.

    `state` is a directory that keeps everything it holds. `organization` is the id of that which the account
    is in. Raises LocalAwsError if it does not start.
    """
    command = [sys.executable, "-m", "s3vectors_local", "--tied", "--account", account_id]
    if state is not None:
        command += ["--state", str(state)]
    if organization is not None:
        command += ["--organization", organization]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=_importing(os.environ),
            start_new_session=True,  # Ctrl-C is for whoever uses it; it ends by its stdin
        )
        kept: list[bool] = []

        def keep() -> None:
            assert process.stdin is not None
            process.stdin.write("keep\n")
            process.stdin.flush()
            kept.append(True)

        try:
            started = _started(process, log)
            yield LocalAws(started["endpoint"], started["pid"], account_id, keep)
        finally:
            _close(process, ended=not kept)


def _started(process: subprocess.Popen[str], log: IO[str]) -> dict[str, Any]:
    """The line that says that it is ready. Raises LocalAwsError with what it said instead."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else ""
    if not line:
        process.kill()
        process.wait()
        log.seek(0)
        raise LocalAwsError(log.read().strip() or "the local AWS did not get ready")
    started: dict[str, Any] = json.loads(line)
    return started


def _close(process: subprocess.Popen[str], *, ended: bool) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    if not ended:
        process.returncode = 0  # it is nobody's child now; Popen would warn that it still runs
        return
    process.terminate()
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _importing(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment in which the child finds this very package, whatever is installed besides."""
    here = str(Path(__file__).parents[1])
    paths = [here, *filter(None, environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {**environ, "PYTHONPATH": os.pathsep.join(paths)}
