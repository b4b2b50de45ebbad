"""Deletes the smoke test's indexes when the smoke test itself no longer can.

It runs as a process of its own (`python -m vectorform.verifier.janitor`). It reads a JSON line that says by
whom AWS is reached: `[region, role, external_id]`, as `provider` in the YAML; then one per index:
`["created", region, bucket, index]` before it is created, `["deleted", ...]` once it is gone. At end of file,
which also comes when the other side is killed, it deletes what is left, and ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from vectorform.desired.model import Environment, Provider
from vectorform.desired.policies import SMOKE_INDEX_PREFIX

_WAIT_SECONDS = 30
# A creation may still be on its way when its caller dies; the second round deletes what the first missed.
_ROUNDS = 2
_PAUSE_SECONDS = 2


class Janitor:
    """The caller's side: say what exists; whatever was not taken back is deleted on leaving, or on dying."""

    def __init__(self, environment: Environment) -> None:
        reached = environment.provider
        self._reached = environment.home.name, reached.assume_role, reached.external_id
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH")) if part)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "vectorform.verifier.janitor"],
            stdin=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C in the terminal is for the caller, not for this one
        )
        self._tell(*self._reached)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._input().close()
        self._process.wait(timeout=_WAIT_SECONDS)

    def created(self, region: str, bucket: str, index: str) -> None:
        """Say that an index is about to be created."""
        self._tell("created", region, bucket, index)

    def deleted(self, region: str, bucket: str, index: str) -> None:
        """Say that an index has been deleted."""
        self._tell("deleted", region, bucket, index)

    def _tell(self, *words: str | None) -> None:
        with self._lock:
            self._input().write(json.dumps(words) + "\n")
            self._input().flush()

    def _input(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin


def main() -> None:
    """Read until end of file, then delete what is left."""
    left: set[tuple[str, str, str]] = set()
    home, role, external_id = json.loads(sys.stdin.readline() or "[null, null, null]")
    for line in sys.stdin:
        event, region, bucket, index = json.loads(line)
        if event == "created":
            left.add((region, bucket, index))
        else:
            left.discard((region, bucket, index))
    if left:
        _delete(left, home, Provider(assume_role=role, external_id=external_id))


def _delete(left: set[tuple[str, str, str]], home: str, provider: Provider) -> None:
    from vectorform.verifier.aws import Aws
    from vectorform.verifier.reading import Missing, Unreadable, read

    aws = Aws.reached_by(provider, home, frozenset({"DeleteIndex"}))
    for round_ in range(_ROUNDS):
        time.sleep(_PAUSE_SECONDS * round_)
        for region, bucket, index in left:
            if not index.startswith(SMOKE_INDEX_PREFIX):
                raise ValueError(f"{index} is not an index of a smoke test")
            try:
                read(aws.s3vectors(region).delete_index, vectorBucketName=bucket, indexName=index)
            except Missing:
                continue
            except Unreadable as error:
                message = (
                    f"{error.reason}\nleft behind: index {index} in {bucket}, {region}; delete it by hand"
                )
                print(message, file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
