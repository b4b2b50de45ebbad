"""Which files `init` wrote, by which version: so that `upgrade` knows what was edited since."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vectorform.errors import UserError
from vectorform.project.files import digest

RECORD = ".vectorform-init.json"


@dataclass(frozen=True, slots=True)
class Record:
    """`values` fill the templates; `digests` are of the files as they were written."""

    version: str
    values: Mapping[str, str]
    digests: Mapping[str, str]

    def unchanged(self, root: Path, path: str) -> bool:
        """Whether a file is still as it was written."""
        try:
            return digest((root / path).read_text(encoding="utf-8")) == self.digests.get(path)
        except (OSError, ValueError):
            return False


def read(root: Path) -> Record | None:
    """What `init` wrote at `root`; None where it wrote nothing. Raises UserError for a damaged record."""
    path = root / RECORD
    if not path.exists():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Record(document["vectorform"], document["values"], document["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path} cannot be read: {error}; restore it from version control") from None


def text(version: str, values: Mapping[str, str], files: Mapping[str, str]) -> str:
    """The record of these files, as JSON."""
    digests = {path: digest(files[path]) for path in sorted(files)}
    return json.dumps({"vectorform": version, "values": dict(values), "files": digests}, indent=2) + "\n"
