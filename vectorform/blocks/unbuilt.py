"""What the YAML asks for and the project's own stack does not build: an older `stacks/`, or an edited one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vectorform.blocks.rows import Rows
from vectorform.desired import kinds
from vectorform.desired.addresses import SEARCH_STEPS
from vectorform.errors import UserError

_SEARCH = "deployed += add_search_settings(self, environment, region, deployed)"


class Unbuilt(UserError):
    """A stack without a block that the configuration needs: it would be planned as if nothing were asked."""

    exit_code = 1


def built(document: Mapping[str, Any], blocks: Mapping[str, Rows], stack: str) -> dict[str, Rows]:
    """The maps of the blocks that the document has. Raises Unbuilt where one that is needed is missing."""
    missing = {block for block in blocks if not has(document, block)}
    lines = dict.fromkeys(_lines(block for block in blocks if block in missing and blocks[block]))
    if lines:
        listed = "\n".join(f"  {line}" for line in lines)
        what = "stacks/region_stack.py does not build everything that the configuration needs"
        raise Unbuilt(f"{stack}: {what}:\n{listed}")
    return {block: rows for block, rows in blocks.items() if block not in missing}


def has(document: Mapping[str, Any], block: str) -> bool:
    """Whether a synthesized document has a block, by its address."""
    kind, name = block.split(".")
    return name in document.get("resource", {}).get(kind, {})


def _lines(blocks: Iterable[str]) -> Iterator[str]:
    for block in blocks:
        kind = kinds.of_block(block)
        if block in SEARCH_STEPS:
            yield "`index_mode`, `text_search` and `default_index_mode` need the line: " + _SEARCH
        elif kind is not None:
            yield f"`{kind.asked_by}` needs the line: {kind.built_by}"
        else:
            yield f"`{block}` needs the line: compare it with a new project's"
