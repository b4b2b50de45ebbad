"""The CDKTF app: every environment becomes stacks, as stacks/ composes them. `cdktf deploy` runs it."""

from __future__ import annotations

import sys

try:
    from vectorform.start import synthesize
except ModuleNotFoundError as error:
    if error.name != "vectorform":
        raise
    sys.exit(f"main.py: {sys.executable} has no vectorform: activate the environment of Python that has it")

if __name__ == "__main__":
    sys.exit(synthesize(__file__, app="stacks.app"))
