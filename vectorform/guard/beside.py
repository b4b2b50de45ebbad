"""The entry of a second index next to the first: as the YAML has it today, under a free key and name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.desired.model import Environment, Index, Region
from vectorform.wording import quoted

LONGEST = 63  # characters of a key, and of an index's name (service model, "IndexName")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*\Z", re.ASCII)
# What YAML readers take for something else than text.
_WORDS = {"yes", "no", "on", "off", "y", "n", "true", "false", "null"}
_VERSION = re.compile(r"(.*?)-v([0-9]{1,4})\Z")


def free_key(environment: Environment, bucket: str, key: str, name: str | None) -> str:
    """A key that no index of the bucket has, had or is called by: `pages-v2`, and from there upwards.

    `name` is that of the first index in AWS.
    """
    taken = {name, *_former_keys(environment, bucket)}
    for index in _indexes(environment, bucket):
        taken |= {index.key, index.name}
    return _counted_up(key, taken)


def entry(environment: Environment, bucket: str, index: Index, key: str, name: str | None) -> list[str]:
    """The lines of the entry. `name` is what the first one keeps in AWS, so that this one cannot have it."""
    written = dict(index.written)
    if "name" in written and index.name == name:
        template = str(written["name"])
        if "{index}" not in template:
            names = {other.name for other in _indexes(environment, bucket)}
            written["name"] = _counted_up(template, names, LONGEST - len(index.name) + len(template))
    return [f"{yaml(key)}:", *(f"  {member}: {yaml(value)}" for member, value in written.items())]


def differs_elsewhere(environment: Environment, region: Region, index: Index) -> bool:
    """Whether another region has another definition of the same index."""
    return any(
        other.address == index.address and other.written != index.written
        for there in environment.regions
        if there is not region
        for bucket in there.written_vector_buckets
        for other in bucket.written_indexes
    )


def yaml(value: Any) -> str:
    """A value on one line of YAML, with quotes wherever a reader could take it for something else."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{yaml(key)}: {yaml(child)}' for key, child in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(yaml, value))}]"
    if not isinstance(value, str):
        return json.dumps(value)
    return value if _PLAIN.match(value) and value.lower() not in _WORDS else quoted(value)


def _counted_up(text: str, taken: set[str | None] | set[str], longest: int = LONGEST) -> str:
    match = _VERSION.match(text)
    base, number = (match[1], int(match[2])) if match else (text, 1)
    while True:
        number += 1
        end = f"-v{number}"
        candidate = f"{base[: longest - len(end)].rstrip('-._')}{end}"
        if candidate not in taken:
            return candidate


def _indexes(environment: Environment, bucket: str) -> Iterator[Index]:
    for region in environment.regions:
        for other in region.written_vector_buckets:
            if other.key == bucket:
                yield from other.written_indexes


def _former_keys(environment: Environment, bucket: str) -> Iterator[str]:
    for key in environment.moved:
        former, _, index = key.partition("/")
        if former == bucket and index:
            yield index
