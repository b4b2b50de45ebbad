"""The CDKTF app: every environment becomes stacks, as stacks/ composes them. `cdktf deploy` runs it."""

from __future__ import annotations

import sys
from pathlib import Path

try:
    from vectorform.synthesis.run import run
except ModuleNotFoundError as error:
    if error.name != "vectorform":
        raise
    sys.exit(f"main.py: {sys.executable} has no vectorform: activate the environment of Python that has it")

if __name__ == "__main__":
    sys.exit(run(Path(__file__).resolve().parent, app="stacks.app"))
