"""The first one alone: nobody else is inside until somebody has come through."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from vectorform.rollout.first_alone import FirstAlone

COMING = 6
PATIENCE_SECONDS = 60.0


def inside(first: FirstAlone, alone: int, failing: int = 0) -> list[int]:
    """How many were inside, at each entrance, of six that come at once; the first `failing` fail.

    Those after the first `alone` wait inside for each other: they come through only if nobody keeps them out.
    """
    lock, count, seen = threading.Lock(), 0, []
    together = threading.Barrier(COMING - alone)

    def go(number: int) -> None:
        nonlocal count
        with first:
            with lock:
                count += 1
                seen.append(count)
                entrance = len(seen)
            if entrance > alone:
                together.wait(PATIENCE_SECONDS)
            else:
                time.sleep(0.05)  # for others to come in, if they could
            with lock:
                count -= 1
            if entrance <= failing:
                raise ValueError(number)

    with ThreadPoolExecutor(COMING) as pool:
        done = [pool.submit(go, number) for number in range(COMING)]
    failed = [one.exception() for one in done if one.exception() is not None]
    assert [type(error) for error in failed] == [ValueError] * failing
    return seen


@pytest.mark.parametrize("failing", [0, 2])
def test_with_a_shared_cache(monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    monkeypatch.setenv("TF_PLUGIN_CACHE_DIR", "/cache")
    alone = failing + 1
    seen = inside(FirstAlone(), alone, failing)
    assert seen[:alone] == [1] * alone
    assert max(seen) > 1  # afterwards together


def test_without_one_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_PLUGIN_CACHE_DIR", raising=False)
    assert max(inside(FirstAlone(), alone=0)) == COMING
