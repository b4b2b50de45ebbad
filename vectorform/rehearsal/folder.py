"""`.rehearsal/`: everything that a rehearsal leaves on disk, and the record of a kept local AWS."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from s3vectors_local.process import LocalAws
from vectorform.errors import UserError

STOP_SECONDS = 15.0


@dataclass(frozen=True)
class Kept:
    """The variables that turn a shell to a kept local AWS, and those that would lead it elsewhere."""

    exports: Mapping[str, str]
    unset: Sequence[str]


@dataclass(frozen=True)
class Folder:
    """The rehearsal folder of a project. Apart from `lock`, its content belongs to one rehearsal."""

    path: Path

    @property
    def synthesized(self) -> Path:
        """Where cdktf writes the stacks; Terraform's state is next to it, as without rehearsal."""
        return self.path / "cdktf.out"

    @property
    def _record(self) -> Path:
        return self.path / "aws.json"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder alone. Raises UserError when another rehearsal has it."""
        self.path.mkdir(exist_ok=True)
        with (self.path / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise UserError(
                    f"another rehearsal is running in {self.path} (process {lock.read().strip()}): "
                    "wait for it, or rehearse in another clone"
                ) from None
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            yield

    def clear(self) -> None:
        """Start from nothing."""
        for entry in self.path.iterdir():
            if entry.name == "lock":
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def kept_aws(self) -> LocalAws | None:
        """The local AWS that an earlier rehearsal left running, if it still answers."""
        try:
            record = json.loads(self._record.read_text(encoding="utf-8"))
            aws = LocalAws(record["endpoint"], record["pid"], record["account_id"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return aws if aws.answers() else None

    def kept(self) -> Kept | None:
        """How to reach what was kept; None if nothing was, or it does not answer."""
        if self.kept_aws() is None:
            return None
        record = json.loads(self._record.read_text(encoding="utf-8"))
        return Kept(record.get("exports", {}), record.get("unset", []))

    def keep(self, aws: LocalAws, kept: Kept) -> None:
        """Remember a local AWS that is to outlive this process."""
        record = {"endpoint": aws.endpoint, "pid": aws.pid, "account_id": aws.account_id, **asdict(kept)}
        self._record.write_text(json.dumps(record), encoding="utf-8")

    def stop(self) -> bool:
        """End the kept local AWS; False when there was none. Its process is asked, by its identity."""
        aws = self.kept_aws()
        if aws is not None:
            os.kill(aws.pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while aws.answers():
                if time.monotonic() > deadline:
                    os.kill(aws.pid, signal.SIGKILL)
                    break
                time.sleep(0.05)
        self._record.unlink(missing_ok=True)
        return aws is not None
