"""Who comes first does it alone: several at once would write one file.

Terraform's plugin cache is such a place ("Provider Plugin Cache" of its documentation: not safe for several
`terraform init` at once). Once the first one has filled it, the others only link what is there.
"""

from __future__ import annotations

import os
import threading

_CACHE = "TF_PLUGIN_CACHE_DIR"


class FirstAlone:
    """A context: as long as nobody has come through, one at a time; then all who want. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._passed = threading.Event()
        self._inside = threading.local()
        if not os.environ.get(_CACHE):
            self._passed.set()

    def __enter__(self) -> None:
        self._inside.alone = False
        if self._passed.is_set():
            return
        self._lock.acquire()
        if self._passed.is_set():
            self._lock.release()
        else:
            self._inside.alone = True

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if not self._inside.alone:
            return
        if error is None:
            self._passed.set()
        self._lock.release()
