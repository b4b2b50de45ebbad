"""The maps of a stack, written into its synthesized JSON as Terraform locals, one line per resource.

They do not pass through CDKTF: that would cost 2 s for 10,000 indexes (type checks, jsii, token search in
every string) and the blocks only refer to them. As locals rather than inside `for_each` itself because
Terraform evaluates a `for_each` expression again for every instance: planning 1,000 entries took 25 s
with the map in place and 4 s with a local (Terraform 1.11).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from environments import addresses
from environments.model import Environment, Region
from stacks import rows
from stacks.moves import moves, removals

_LAST = "~"  # sorts after every argument


def complete(path: Path, environment: Environment, region: Region) -> None:
    """Add the locals, the moves and the removals of one stack to the JSON that CDKTF wrote at `path`."""
    head = _with_advice(json.loads(path.read_bytes()), environment.stack_id(region))
    sections = [_locals(_maps(environment, region))]
    for name, entries in (("moved", moves(environment, region)), ("removed", removals(region))):
        if entries:
            sections.append(_list(name, entries))
    text = ",\n".join([head.removesuffix("\n}"), *sections]) + "\n}\n"
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _with_advice(document: dict[str, Any], stack: str) -> str:
    """The JSON with what to do when Terraform refuses to destroy a resource, or AWS to create it.

    Terraform shows the first line of a block with the one and its last line with the other. Their own words
    cannot be changed.
    """
    guard = f"protected; what would be lost, and the safe way: vectorform guard {stack}"
    adopt = f"if it exists already: vectorform adopt {stack}"
    resources = document.get("resource", {})
    for kind, block in ((kind, block) for kind, blocks in resources.items() for block in blocks.values()):
        if block.get("lifecycle", {}).get("prevent_destroy"):
            block["//"] = {"advice": guard, **block["//"]}
        if kind in addresses.REFUSED_TWICE:
            block[_LAST] = {"//": adopt, **block.pop("lifecycle", {})}
    text = json.dumps(document, indent=2, sort_keys=True)
    text = re.sub(r'\{\s+"//": \{\s+"advice"', '{ "//": { "advice"', text)
    return re.sub(rf'"{_LAST}": (\{{[^{{}}]*\}})\s+\}}', _last_line, text)


def _last_line(match: re.Match[str]) -> str:
    return f'"lifecycle": {_json(json.loads(match[1]))} }}'


def _maps(environment: Environment, region: Region) -> dict[str, rows.Rows]:
    """The map of every block, under the block's own name."""
    return {
        _name(addresses.VECTOR_BUCKETS): rows.vector_bucket_rows(region, protected=True),
        _name(addresses.UNPROTECTED_VECTOR_BUCKETS): rows.vector_bucket_rows(region, protected=False),
        _name(addresses.INDEXES): rows.index_rows(region, addresses.INDEXES),
        _name(addresses.RETIRED_INDEXES): rows.index_rows(region, addresses.RETIRED_INDEXES),
        _name(addresses.UNPROTECTED_INDEXES): rows.index_rows(region, addresses.UNPROTECTED_INDEXES),
        _name(addresses.VECTOR_BUCKET_POLICIES): rows.vector_bucket_policy_rows(environment, region),
        _name(addresses.ENCRYPTION_KEYS): rows.encryption_key_rows(environment, region, protected=True),
        _name(addresses.UNPROTECTED_ENCRYPTION_KEYS): rows.encryption_key_rows(
            environment, region, protected=False
        ),
        _name(addresses.ACCESS_POLICIES): rows.access_policy_rows(environment, region),
        _name(addresses.ACCESS_ROLES): rows.access_role_rows(environment, region),
    }


def _name(block: str) -> str:
    return block.rpartition(".")[2]


def _locals(maps: Mapping[str, rows.Rows]) -> str:
    return '  "locals": {\n' + ",\n".join(_map(name, entries) for name, entries in maps.items()) + "\n  }"


def _map(name: str, entries: rows.Rows) -> str:
    lines = [f"      {_json(key)}: {_json(row)}" for key, row in entries.items()]
    return f"    {_json(name)}: {{" + _indented(lines, "    ") + "}"


def _list(name: str, entries: Sequence[Mapping[str, Any]]) -> str:
    return f"  {_json(name)}: [" + _indented([f"    {_json(entry)}" for entry in entries], "  ") + "]"


def _indented(lines: Sequence[str], closing: str) -> str:
    return "\n" + ",\n".join(lines) + f"\n{closing}" if lines else ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
