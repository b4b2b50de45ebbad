"""Several tasks at once: results in order, and an end in good order for Ctrl-C and for failures."""

from __future__ import annotations

import signal
import threading
import time
from functools import partial

import pytest

from vectorform.threads import at_once


def _nothing() -> None:
    pytest.fail("nobody asked for an end")


def test_results_come_in_the_order_of_the_tasks() -> None:
    def after(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    tasks = [partial(after, seconds) for seconds in (0.05, 0.0, 0.02)]
    assert at_once(tasks, name="test", stop=_nothing) == [0.05, 0.0, 0.02]
    assert at_once([], name="test", stop=_nothing) == []


def test_no_more_threads_than_asked_for() -> None:
    running = []
    most = []

    def task() -> None:
        running.append(1)
        most.append(len(running))
        time.sleep(0.01)
        running.pop()

    at_once([task] * 6, name="test", stop=_nothing, threads=2)
    assert max(most) <= 2


def test_the_first_failure_is_raised_once_all_have_ended() -> None:
    ended = []

    def slow() -> None:
        time.sleep(0.1)
        ended.append("slow")
        raise ValueError("later")

    def quick() -> None:
        raise OSError("first")

    with pytest.raises(OSError, match="first"):
        at_once([slow, quick], name="test", stop=_nothing)
    assert ended == ["slow"]


def test_together_one_that_fails_stops_the_others_and_is_what_is_raised() -> None:
    stop = threading.Event()

    def waiting() -> None:
        assert stop.wait(10)
        raise InterruptedError("stopped")

    def failing() -> None:
        time.sleep(0.05)
        raise OSError("refused")

    with pytest.raises(OSError, match="refused"):
        at_once([waiting, failing, waiting], name="test", stop=stop.set, together=True)


def test_ctrl_c_stops_the_tasks_and_waits_for_their_end() -> None:
    stop = threading.Event()
    ended = []

    def task() -> None:
        assert stop.wait(10)
        time.sleep(0.3)  # longer than one step of the wait
        ended.append(1)

    timer = threading.Timer(0.1, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        at_once([task] * 3, name="test", stop=stop.set)
    timer.join()
    assert ended == [1, 1, 1]
