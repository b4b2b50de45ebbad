"""So many indexes in one Terraform block make every plan slow."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.index_blocks import CROWDED_BLOCK, blocks_for
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import BucketIn

CROWDED = Rule("VF404", "crowded-index-block", "hint")


def check(within: BucketIn) -> Iterator[Problem]:
    """Whether the bucket's indexes are in so few blocks."""
    bucket, spread = within.bucket, within.bucket.index_blocks
    if len(bucket.indexes) / spread.count <= CROWDED_BLOCK:
        return
    count = blocks_for(len(bucket.indexes))
    local = within.environment.backend.type == "local"
    before = list(dict.fromkeys((*(spread.former or ()), spread.count)))
    write = str(count) if local else f"{[*before, count]}"
    message = f"{len(bucket.indexes):,} indexes are in {spread.count} Terraform block"
    message += f"{'' if spread.count == 1 else 's'}, which makes every plan slow"
    hint = f"write index_blocks: {write}; nothing changes in AWS"
    if not local:
        hint += f", and once every region has applied it, index_blocks: {count}"
    written = within.node.mapping.get("index_blocks")
    path = within.path if written is None else (*within.path, "index_blocks")
    yield CROWDED.at(written or within.node, path, message, hint, key=True)
