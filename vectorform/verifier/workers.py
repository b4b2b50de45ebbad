"""Run a function over many items with a few threads; results come as they finish.

Unlike concurrent.futures it takes items only as fast as they are worked off, and its threads are daemons:
Ctrl-C ends the program at once instead of after the slowest call.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_SIGNAL_CHECK_SECONDS = 0.2


class _Finished:
    pass


def concurrently(
    function: Callable[[Item], Result], items: Iterable[Item], *, threads: int
) -> Iterator[Result]:
    """Yield `function(item)` of every item, in no particular order, from at most `threads` threads.

    An exception of the function is raised here, and no further item is begun.
    """
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
                continue
            if isinstance(result, _Finished):
                running -= 1
            elif isinstance(result, BaseException):
                raise result
            else:
                yield result
    finally:
        stop.set()
