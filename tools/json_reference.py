"""docs/reference/json.md from schemas/output: `make reference` writes it, a test compares it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "json.md"
_OPENING = """\
# Members of the JSON output

<!-- `make reference` writes this page from schemas/output. -->

[Output for programs](output.md) lists the commands that print JSON. This page has the top-level members of
each object. `vectorform schema COMMAND` prints the complete JSON Schema.

Environment files have a schema of their own: `vectorform schema` prints it, and
[Configuration](configuration.md) describes it.
"""


def page() -> str:
    """The page."""
    files = sorted((ROOT / "schemas" / "output").glob("*.schema.json"))
    return "\n".join([_OPENING, *(line for file in files for line in _section(file))])


def _section(file: Path) -> Iterator[str]:
    schema: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    yield f"## `{schema['title']}`\n"
    yield f"{schema.get('description', '')}\n"
    yield f"Schema: `{file.relative_to(ROOT).as_posix()}`\n"
    yield "| member | type | |"
    yield "|---|---|---|"
    for name, member in schema.get("properties", {}).items():
        rules = _followed(schema, member)
        optional = "" if name in schema.get("required", ()) else "Optional. "
        yield f"| `{name}` | {_type(rules)} | {optional}{_cell(rules.get('description', ''))} |"
    yield ""


def _followed(schema: Mapping[str, Any], rules: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = rules.get("$ref", "")
    if not reference.startswith("#/$defs/"):
        return rules
    return {**schema["$defs"][reference.removeprefix("#/$defs/")], **rules}


def _type(rules: Mapping[str, Any]) -> str:
    if "const" in rules:
        return f"`{json.dumps(rules['const'])}`"
    if "enum" in rules:
        return " or ".join(f"`{json.dumps(value)}`" for value in rules["enum"])
    found = rules.get("type", "any")
    return found if isinstance(found, str) else " or ".join(found)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
