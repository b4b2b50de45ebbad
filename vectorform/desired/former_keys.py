"""What an entry was called before: `moved` of an environment, followed back and forth."""

from __future__ import annotations

from collections.abc import Mapping

# Before the keys of knowledge bases ("knowledge_bases/handbook") and data sources in `moved`.
_KNOWLEDGE_BASES = "knowledge_bases/"
# The same for KMS keys.
_KEYS = "keys/"


def former_keys(moved: Mapping[str, str], key: str) -> list[str]:
    """Every key that an entry has had, today's last. An index moves with its bucket, too."""
    before = {new: old for old, new in moved.items()}
    keys = [key]
    while (former := _step(before, keys[0])) is not None and former not in keys:
        keys.insert(0, former)
    return keys


def current_key(moved: Mapping[str, str], key: str) -> str | None:
    """The key of today of what was once called `key`; None if the moves lead in a circle."""
    seen = {key}
    while (following := _step(moved, key)) is not None:
        if following in seen:
            return None
        seen.add(following)
        key = following
    return key


def storage(moved: Mapping[str, str]) -> dict[str, str]:
    """The moves of vector buckets and indexes."""
    return {old: new for old, new in moved.items() if not old.startswith((_KNOWLEDGE_BASES, _KEYS))}


def knowledge_bases(moved: Mapping[str, str]) -> dict[str, str]:
    """The moves of knowledge bases and, as "handbook/manuals", of data sources, without what is before."""
    return _under(_KNOWLEDGE_BASES, moved)


def keys(moved: Mapping[str, str]) -> dict[str, str]:
    """The moves of KMS keys, without what is before."""
    return _under(_KEYS, moved)


def _under(prefix: str, moved: Mapping[str, str]) -> dict[str, str]:
    return {
        old.removeprefix(prefix): new.removeprefix(prefix)
        for old, new in moved.items()
        if old.startswith(prefix)
    }


def _step(moves: Mapping[str, str], key: str) -> str | None:
    if key in moves:
        return moves[key]
    bucket, slash, index = key.partition("/")
    new = moves.get(bucket) if slash else None
    return None if new is None or "/" in new else f"{new}/{index}"
