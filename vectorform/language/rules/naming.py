"""The message for a name that does not fit: the result, and the template and parts that made it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vectorform.desired.service_limits import NAME_LENGTH
from vectorform.language.nodes import Node, Path
from vectorform.wording import show


def named(node: Node, path: Path) -> tuple[Node, Path]:
    """Where an entry's name was written: its `name`, or else its key."""
    if "name" in node.mapping:
        return node.mapping["name"], (*path, "name")
    return Node(None, node.file, *node.key_position), path


def name_fault(name: str) -> str:
    """What is wrong with the name of a vector bucket or an index."""
    low, high = NAME_LENGTH
    would = f"the name would be {show(name)}"
    if not low <= len(name) <= high:
        return f"{would}, {len(name)} character{'' if len(name) == 1 else 's'} long"
    wrong = next((character for character in name if not re.match(r"[a-z0-9.-]", character)), None)
    if wrong is not None:
        return f"{would}, with {show(wrong)} in it"
    for end in (name[0], name[-1]):
        if end in ".-":
            return f"{would}, with {show(end)} at its beginning or end"
    return f"{would}, with `.` in it"


def name_parts(template: str, values: Mapping[str, str]) -> str:
    """The hint for a name that is too long: how long each part of its template is, and which to shorten.

    `values` are the variables that are known; "" where there is one that is not, or nothing to say.
    """
    used = list(dict.fromkeys(re.findall(r"\{([^{}]*)\}", template)))
    if len(used) < 2 or not all(values.get(name) for name in used):
        return ""
    lengths = {name: len(values[name]) for name in used}
    longest = max(lengths, key=lambda name: lengths[name])
    listed = ", ".join(f"{{{name}}} {length}" for name, length in lengths.items())
    return f"of {template}: {listed}; shorten {{{longest}}}"


def name_origin(node: Node) -> str:
    """What to do where the name comes from the default."""
    return "" if "name" in node.mapping else "; set `name` where the default does not fit"
