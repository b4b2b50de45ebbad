"""`moved`: from a key that is gone to one that is there, of one kind, without another name in AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vectorform.desired.former_keys import current_key
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.resolve import BUCKET_NAME_DEFAULT, INDEX_NAME_DEFAULT
from vectorform.language.rule import Rule
from vectorform.language.rules.history.entries import known, same_kind, written_entries
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import did_you_mean, show

KINDS = Rule("VF701", "moved-to-other-kind")
CIRCLE = Rule("VF702", "moved-in-a-circle")
STILL_THERE = Rule("VF703", "moved-and-still-there")
NO_ENTRY = Rule("VF704", "moved-to-no-entry")
TWO_INTO_ONE = Rule("VF705", "two-moved-into-one")
OTHER_BUCKET = Rule("VF706", "moved-to-other-bucket")
NAME_CHANGES = Rule("VF707", "moved-with-other-name")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Each move by itself, and against those before it."""
    moved = configuration.environment.moved
    nodes = configuration.root.mapping["moved"].mapping if "moved" in configuration.root.mapping else {}
    entries = written_entries(configuration) if moved else {}
    targets: dict[str, str] = {}
    circled: set[str] = set()
    for old, new in moved.items():
        if max(old.count("/"), new.count("/")) > 1:
            continue
        path: Path = ("moved", old)
        current = current_key(moved, old)
        if ("/" in old) != ("/" in new):
            message = f"{show(old)} and {show(new)} are not of the same kind"
            yield KINDS.at(
                nodes[old], path, message, "write bucket to bucket, or bucket/index to bucket/index"
            )
        elif current is None and old in circled:
            pass  # said at the first of the circle
        elif current is None:
            circled |= _circle(moved, old)
            message = "the moves form a circle"
            yield CIRCLE.at(nodes[old], path, message, "write each from the former key to the new one")
        elif old in entries:
            message = f"there is still an entry {show(old)}"
            yield STILL_THERE.at(nodes[old], path, message, "only a key that no longer exists can have moved")
        elif current not in entries:
            if known(configuration, current):
                hint = did_you_mean(current, same_kind(entries, current))
                yield NO_ENTRY.at(nodes[old], path, f"there is no entry {show(current)}", hint)
        elif new in targets:
            message = f"{show(targets[new])} also moved there"
            yield TWO_INTO_ONE.at(nodes[old], path, message, "two entries cannot become one")
        elif _leaves_its_bucket(moved, old, current):
            message = "an index cannot move to another vector bucket"
            hint = "add it there, and copy its vectors: vectorform migrate"
            yield OTHER_BUCKET.at(nodes[old], path, message, hint)
        else:
            yield from _same_name(old, current, entries[current])
        targets.setdefault(new, old)


def _circle(moved: Mapping[str, str], old: str) -> set[str]:
    """The keys that lead to each other, from one of them on."""
    found: set[str] = set()
    while old not in found and old in moved:
        found.add(old)
        old = moved[old]
    return found


def _leaves_its_bucket(moved: Mapping[str, str], old: str, current: str) -> bool:
    bucket = current_key(moved, old.partition("/")[0]) or ""
    return "/" in old and bucket != current.partition("/")[0]


def _same_name(old: str, current: str, node: Node) -> Iterator[Problem]:
    """A name that is made from the key would change with it, and another name is another resource."""
    kind = "index" if "/" in old else "bucket"
    default = INDEX_NAME_DEFAULT if kind == "index" else BUCKET_NAME_DEFAULT
    name = node.mapping.get("name")
    template = str(name.value) if name is not None else default
    former_key, key = old.rpartition("/")[2], current.rpartition("/")[2]
    if f"{{{kind}}}" in template and former_key != key:
        path: Path = ("vector_buckets", *current.replace("/", "/indexes/").split("/"))
        former_name = template.replace(f"{{{kind}}}", former_key)
        message = "the name would change with the key"
        hint = f"a renamed entry keeps its name in AWS: write name: {former_name}"
        yield NAME_CHANGES.at(name or node, (*path, "name"), message, hint, key=name is None)
