"""Run a function over many items with a few threads; results come as they finish.

Unlike concurrent.futures it takes items only as fast as they are worked off, and its threads are daemons:
Ctrl-C ends the program at once instead of after the slowest call.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_SIGNAL_CHECK_SECONDS = 0.2


class _Finished:
    pass


class Stalled(Exception):
    """It takes too long; what is still under way is left alone. `seconds` is how long was waited."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


def concurrently(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    threads: int,
    patience: float = math.inf,
    total: float = math.inf,
) -> Iterator[Result]:
    """Yield `function(item)` of every item, in no particular order, from at most `threads` threads.

    An exception of the function is raised here, and no further item is begun. Raises Stalled when nothing has
    come for `patience` seconds, or not all within `total`.
    """
    start = latest = time.monotonic()
    source = iter(items)
    taking = threading.Lock()
    stop = threading.Event()
    results: queue.SimpleQueue[Result | BaseException | _Finished] = queue.SimpleQueue()

    def work() -> None:
        try:
            while not stop.is_set():
                with taking:
                    item = next(source)
                results.put(function(item))
        except StopIteration:
            pass
        except BaseException as error:
            results.put(error)
        finally:
            results.put(_Finished())

    workers = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
    for worker in workers:
        worker.start()
    try:
        running = len(workers)
        while running:
            try:
                # In steps: a Ctrl-C that comes just before a wait is not noticed until the wait ends.
                result = results.get(timeout=_SIGNAL_CHECK_SECONDS)
            except queue.Empty:
                now = time.monotonic()
                if now - latest > patience or now - start > total:
                    raise Stalled(patience if now - latest > patience else total) from None
                continue
            latest = time.monotonic()
            if latest - start > total:
                raise Stalled(total)
            if isinstance(result, _Finished):
                running -= 1
            elif isinstance(result, BaseException):
                raise result
            else:
                yield result
    finally:
        stop.set()
