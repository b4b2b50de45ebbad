"""The maps of a stack, written into its synthesized JSON as Terraform locals, one line per resource.

They do not pass through CDKTF: that would cost 2 s for 10,000 indexes (type checks, jsii, token search in
every string) and the blocks only refer to them. As locals rather than inside `for_each` itself because
Terraform evaluates a `for_each` expression again for every instance: planning 1,000 entries took 25 s
with the map in place and 4 s with a local (Terraform 1.11).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vectorform.blocks import rows
from vectorform.blocks.advice import with_advice
from vectorform.blocks.maps import additions, maps
from vectorform.blocks.moves import moves, removals
from vectorform.blocks.unbuilt import built, has
from vectorform.desired import kinds
from vectorform.desired.addresses import DEFAULT_INDEX_MODES, block_name
from vectorform.desired.model import Environment, Region
from vectorform.desired.placement import Placement


def complete(
    path: Path, environment: Environment, region: Region, placement: Placement | None = None
) -> None:
    """Add the maps, the moves and the removals of one stack to the JSON that CDKTF wrote at `path`.

    `placement` is where its state has the indexes, None if that is not known.
    """
    document = json.loads(path.read_bytes())
    document.get("//", {}).get("metadata", {}).pop(
        "version", None
    )  # of the framework: it would be all that differs
    blocks = maps(environment, region, state_is_known=placement is not None)
    blocks = built(document, blocks, environment.stack_id(region))
    for block, attributes in additions(blocks):
        if has(document, block):
            kind, name = block.split(".")
            document["resource"][kind][name] |= attributes
    _create_indexes_after_modes(document)
    keys_of = environment.name if region.brought_keys else None
    home = environment.home
    roles_of = environment.stack_id(home) if region.name != home.name else None
    head = with_advice(document, environment.stack_id(region), keys_of, roles_of)
    sections = [_locals(blocks)]
    for name, entries in (("moved", moves(environment, region, placement)), ("removed", removals(region))):
        if entries:
            sections.append(_list(name, entries))
    text = ",\n".join([head.removesuffix("\n}"), *sections]) + "\n}\n"
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _create_indexes_after_modes(document: dict[str, Any]) -> None:
    """A vector bucket's default mode is that of indexes created after it was set."""
    if has(document, DEFAULT_INDEX_MODES):
        for indexes in document["resource"].get(kinds.INDEX.type, {}).values():
            indexes.setdefault("depends_on", []).append(DEFAULT_INDEX_MODES)


def _locals(blocks: Mapping[str, rows.Rows]) -> str:
    lines = [_map(block_name(block), entries) for block, entries in blocks.items()]
    return '  "locals": {\n' + ",\n".join(lines) + "\n  }"


def _map(name: str, entries: rows.Rows) -> str:
    lines = [f"      {_json(key)}: {_json(row)}" for key, row in entries.items()]
    return f"    {_json(name)}: {{" + _indented(lines, "    ") + "}"


def _list(name: str, entries: Sequence[Mapping[str, Any]]) -> str:
    return f"  {_json(name)}: [" + _indented([f"    {_json(entry)}" for entry in entries], "  ") + "]"


def _indented(lines: Sequence[str], closing: str) -> str:
    return "\n" + ",\n".join(lines) + f"\n{closing}" if lines else ""


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
