"""Settings of all tests."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from hypothesis import HealthCheck, settings

# In the background of a shell Ctrl-C is ignored, and so it would be by every process that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests start hundreds of processes: they read what the first has compiled, whatever the shell asks for.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The same examples in every run and no time limit on one of them: a failure is a failure of the code. The
# campaigns marked `long` search further, with examples of their own choosing.
settings.register_profile(
    "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that start a toolchain come first, so that no worker has a long one left at the end."""
    costly = {item.path for item in items if item.get_closest_marker("toolchain")}
    items.sort(key=lambda item: item.path not in costly)
