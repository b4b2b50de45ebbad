"""Offline providers that start by a fork, in a twentieth of the time.

Terraform starts a provider three or four times per command, and each time Python reads gRPC and boto3 anew:
two thirds of what a deployment in the tests costs. Here a process that has read both waits, and every
provider is a fork of it: the same code from `main` on, in a process, working directory and environment of
its own. `client/sitecustomize.py` stands between Terraform and the fork. Tests of the provider's own process
start it as users do.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.paths import ROOT

SOCKET = "PROVIDER_NURSERY"
CLIENT = Path(__file__).parent / "client"


@functools.cache
def variables() -> dict[str, str]:
    """What a child process needs to find the nursery, which is started by the first call and ends with us."""
    folder = tempfile.mkdtemp(prefix="nursery-")
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.rehearsal.nursery.serve", f"{folder}/socket"],
        cwd=ROOT,
        stdin=subprocess.PIPE,  # its end is the nursery's
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert nursery.stdout is not None and nursery.stdin is not None
    assert nursery.stdout.readline() == b"ready\n"
    atexit.register(_end, nursery, folder)
    return {SOCKET: f"{folder}/socket", "PYTHONPATH": f"{CLIENT}{os.pathsep}{ROOT}"}


def _end(nursery: subprocess.Popen[bytes], folder: str) -> None:
    assert nursery.stdin is not None and nursery.stdout is not None
    nursery.stdin.close()
    nursery.wait(10)
    nursery.stdout.close()
    shutil.rmtree(folder, ignore_errors=True)
