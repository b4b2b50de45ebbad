"""The schemas of `--format json`, and whether a document is as its schema says."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from tests.paths import ROOT

FOLDER = ROOT / "schemas" / "output"
NAMES = sorted(path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json"))


def schema(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))


def closed(part: Any) -> Any:
    """The schema with nothing allowed that it does not name: so that no member goes undocumented."""
    if isinstance(part, list):
        return [closed(member) for member in part]
    if not isinstance(part, dict):
        return part
    strict = {key: closed(member) for key, member in part.items()}
    if "properties" in part and isinstance(part.get("type"), str | list):
        strict.setdefault("additionalProperties", False)
    return strict


def accepts(name: str, document: Any) -> None:
    Draft202012Validator(closed(schema(name))).validate(document)
