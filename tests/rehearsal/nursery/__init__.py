"""Offline providers that start by a fork, in a twentieth of the time.

Terraform starts a provider three or four times per command, and each time Python reads gRPC and boto3 anew:
two thirds of what a deployment in the tests costs. Here a process that has read both waits, and every
provider is a fork of it: the same code from `main` on, in a process, working directory and environment of
its own. `client/sitecustomize.py` stands between Terraform and the fork. Tests of the provider's own process
start it as users do.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path

from tests.forking import start
from tests.paths import ROOT

SOCKET = "PROVIDER_NURSERY"
CLIENT = Path(__file__).parent / "client"


@functools.cache
def variables() -> dict[str, str]:
    """What a child process needs to find the nursery, which is started by the first call and ends with us."""
    path = start("tests.rehearsal.nursery.serve")
    return {SOCKET: path, "PYTHONPATH": f"{CLIENT}{os.pathsep}{ROOT}"}
