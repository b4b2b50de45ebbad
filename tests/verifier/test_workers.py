"""Concurrency: bounded, lazy, and stopped by the first error."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator

import pytest

from vectorform.verifier.workers import Stalled, concurrently


def test_every_item_once_within_the_bound() -> None:
    meet = threading.Barrier(4)  # only passable when four run at once

    def together(item: int) -> int:
        meet.wait(timeout=10)
        return item

    assert sorted(concurrently(together, range(40), threads=4)) == list(range(40))


def test_items_are_taken_only_as_they_are_worked_off() -> None:
    taken: list[int] = []
    go_on = threading.Semaphore(3)  # three may finish, then both workers hang on one item each

    def items() -> Iterator[int]:
        for item in range(1000):
            taken.append(item)
            yield item

    def work(item: int) -> int:
        assert go_on.acquire(timeout=10)
        return item

    results = concurrently(work, items(), threads=2)
    assert len({next(results) for _ in range(3)}) == 3
    assert len(taken) <= 5
    go_on.release(1000)
    assert len(list(results)) == 997


def test_an_error_is_raised_here_and_nothing_more_is_begun() -> None:
    begun: list[int] = []

    def fail(item: int) -> int:
        begun.append(item)
        raise ValueError(str(item))

    with pytest.raises(ValueError, match="0"):
        list(concurrently(fail, range(1000), threads=1))
    assert begun == [0]


def test_nothing_to_do() -> None:
    assert list(concurrently(str, [], threads=8)) == []


@pytest.mark.parametrize("limits", [{"patience": 0.3}, {"total": 0.3}])
def test_what_takes_too_long_is_left_alone(limits: dict[str, float]) -> None:
    start = time.monotonic()
    with pytest.raises(Stalled) as stalled:
        list(concurrently(lambda _: time.sleep(30), [1, 2], threads=2, **limits))
    assert stalled.value.seconds == 0.3 and time.monotonic() - start < 5


def test_what_goes_on_coming_ends_at_the_deadline() -> None:
    with pytest.raises(Stalled):
        list(concurrently(lambda _: time.sleep(0.1), itertools.count(), threads=1, patience=5, total=0.5))
