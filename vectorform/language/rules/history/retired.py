"""`retired`: an index that is there, and protected; so many deletions in one apply."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.history.entries import (
    known,
    retired_indexes,
    same_kind,
    written_entries,
)
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import closest, show

NO_INDEX = Rule("VF710", "retired-without-such-index")
DELETED_AND_KEPT = Rule("VF711", "deleted-and-kept")
UNPROTECTED = Rule("VF712", "retired-without-protection")
MAX_DELETIONS = Rule("VF713", "too-many-deletions")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Every entry that is about an index."""
    environment, root = configuration.environment, configuration.root
    nodes = root.mapping["retired"].mapping if "retired" in root.mapping else {}
    if not nodes:
        return
    entries = written_entries(configuration)
    protected = {
        index.address
        for bucket, index in retired_indexes(environment)
        if bucket.deletion_protection or (index.retirement and index.retirement.keep)
    }
    confirmed: list[tuple[Node, Path]] = []
    for address, node in nodes.items():
        if node.broken or address.count("/") != 1:
            continue
        path: Path = ("retired", address)
        confirm, keep = (
            key in node.mapping and node.mapping[key].value is True for key in ("confirm_destroy", "keep")
        )
        if address not in entries:
            if known(configuration, address):
                near = closest(address, same_kind(entries, address))
                hint = f"did you mean `{near}`?" if near else ""
                hint = hint or "keep its definition until the index is gone; then delete both"
                yield NO_INDEX.at(node, path, f"there is no index {show(address)}", hint, key=True)
        elif confirm and keep:
            hint = "write confirm_destroy: true or keep: true"
            yield DELETED_AND_KEPT.at(node, path, "it cannot be both deleted and kept", hint, key=True)
        elif address not in protected:
            message = "it is not protected: its vector bucket has deletion_protection: false"
            hint = "delete its definition, and this entry"
            yield UNPROTECTED.at(node, path, message, hint, key=True)
        elif confirm:
            confirmed.append((node, path))
    if len(confirmed) > environment.max_deletions:
        node, path = confirmed[environment.max_deletions]
        limit = environment.max_deletions
        message = f"one apply may delete {limit} (max_deletions), but {len(confirmed)} are confirmed"
        hint = "confirm them one at a time, or raise max_deletions for this apply"
        yield MAX_DELETIONS.at(node, path, message, hint, key=True)
