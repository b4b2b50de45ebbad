"""Several tasks at the same time, in threads that Ctrl-C ends in an orderly way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

Result = TypeVar("Result")

# A Ctrl-C that comes just before a wait is not noticed until the wait ends: so none is longer, in seconds.
SIGNAL_CHECK_SECONDS = 0.2


def at_once(
    tasks: Sequence[Callable[[], Result]],
    *,
    name: str,
    stop: Callable[[], None],
    threads: int | None = None,
    together: bool = False,
) -> list[Result]:
    """The results of all tasks, in their order, from at most `threads` threads (None: one for each).

    On KeyboardInterrupt `stop` is called, which is to make the tasks come to their end; that is awaited, and
    the interrupt raised again. Of the tasks that raise something, the first one's is raised when all have
    ended; with `together`, it also calls `stop`.
    """
    failures: list[BaseException] = []
    failing = threading.Lock()

    def run(task: Callable[[], Result]) -> Result:
        try:
            return task()
        except BaseException as error:
            with failing:
                failures.append(error)
            if together:
                stop()
            raise

    if not tasks:
        return []
    with ThreadPoolExecutor(threads or len(tasks), thread_name_prefix=name) as pool:
        running: list[Future[Result]] = []
        try:
            running += (pool.submit(run, task) for task in tasks)
            _await(running)
        except BaseException:
            stop()
            _await(running)
            raise
    if failures:
        raise failures[0]
    return [future.result() for future in running]


def _await(futures: Sequence[Future[Result]]) -> None:
    pending: set[Future[Result]] = set(futures)
    while pending:
        _, pending = wait(pending, SIGNAL_CHECK_SECONDS)
