"""Several looks at once, of which none is waited for beyond a moment that is fixed beforehand."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

Result = TypeVar("Result")


def by_the_deadline(
    tasks: Mapping[str, Callable[[], Result]], seconds: float, failed: Callable[[Exception], Result]
) -> dict[str, Result]:
    """The results that came in time, by name; `failed` makes one of an exception.

    Threads that are late end with the process, which does not wait for them.
    """
    done: dict[str, Result] = {}

    def run(name: str, task: Callable[[], Result]) -> None:
        try:
            done[name] = task()
        except Exception as error:
            done[name] = failed(error)

    threads = [threading.Thread(target=run, args=item, daemon=True) for item in tasks.items()]
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive() and time.monotonic() < deadline:
            thread.join(0.1)  # so that Ctrl-C is noticed
    return dict(done)
