"""The first one alone: nobody else is inside until somebody has come through."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from vectorform.rollout.first_alone import FirstAlone


def inside(first: FirstAlone, failing: int = 0) -> list[int]:
    """How many were inside, at each entrance, of six that come at once; the first `failing` fail."""
    lock, count, seen = threading.Lock(), 0, []

    def go(number: int) -> None:
        nonlocal count
        with first:
            with lock:
                count += 1
                seen.append(count)
                fails = len(seen) <= failing
            time.sleep(0.05)
            with lock:
                count -= 1
            if fails:
                raise ValueError(number)

    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(go, number) for number in range(6)]
    assert sum(one.exception() is not None for one in done) == failing
    return seen


@pytest.mark.parametrize("failing", [0, 2])
def test_with_a_shared_cache(monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    monkeypatch.setenv("TF_PLUGIN_CACHE_DIR", "/cache")
    seen = inside(FirstAlone(), failing)
    assert seen[: failing + 1] == [1] * (failing + 1)
    assert max(seen) > 1  # afterwards together


def test_without_one_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_PLUGIN_CACHE_DIR", raising=False)
    assert inside(FirstAlone())[1] > 1
