"""Once per machine: have jsii write its index of the bindings' types, so that every synth is a fast one.

`python -m vectorform.blocks.warm_up` loads the bindings without the Node hook and stays until the index is
there (some seconds; see `vectorform.blocks.bindings.type_index_exists`). It also compiles the few Python
modules of the bindings that are used, which the set-up leaves out of its compilation.
"""

from __future__ import annotations

import compileall
import importlib
import pkgutil
import sys
import time
from pathlib import Path

from vectorform.blocks import bindings

PATIENCE_SECONDS = 120.0


def main() -> int:
    """Warm up; 0 done, 1 the index did not appear (synth then works, at 2.4 s instead of 1 s)."""
    bindings.prepare(lazily=False)
    for block in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if block.name != Path(__file__).stem:
            importlib.import_module(f"vectorform.blocks.{block.name}")
    for name, module in list(sys.modules.items()):
        if name.startswith(bindings.chosen().package) and getattr(module, "__file__", None):
            compileall.compile_file(str(module.__file__), quiet=2)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not bindings.type_index_exists():
        if time.monotonic() > deadline:
            return 1
        time.sleep(0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
