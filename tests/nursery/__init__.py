"""Commands, offline providers and local AWS that start by a fork, in a twentieth of the time.

Terraform starts a provider three or four times per command and the verifier after every apply, and each time
Python reads gRPC, boto3 and the language anew; every local AWS reads moto: two thirds of what a deployment in
the tests costs. Here a process that has read all of them waits, and each is a fork of it: the same code from
`main` on, in a process, working directory and environment of its own. `client/sitecustomize.py` stands
between whoever starts it and the fork. Tests of these processes themselves start them as users do.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from s3vectors_local import process
from s3vectors_local.process import LocalAws
from tests.nursery.forking import start
from tests.paths import ROOT

SOCKET = "TESTS_NURSERY"
PREFIX = "TESTS_NURSERY_PREFIX"  # whose packages the forks have: another environment of Python starts its own
CLIENT = Path(__file__).parent / "client"


@functools.cache
def socket() -> str:
    """Where the nursery listens. It is started by the first call and ends with us."""
    return start("tests.nursery.serve")


def variables() -> dict[str, str]:
    """What a child process needs to find the nursery."""
    return {SOCKET: socket(), PREFIX: sys.prefix, "PYTHONPATH": f"{CLIENT}{os.pathsep}{ROOT}"}


@contextlib.contextmanager
def local_aws(**options: Any) -> Iterator[LocalAws]:
    """`s3vectors_local.process.local_aws` with a local AWS that is a fork."""
    with contextlib.ExitStack() as running:
        with mock.patch.dict(os.environ, variables()):
            aws = running.enter_context(process.local_aws(**options))
        yield aws
