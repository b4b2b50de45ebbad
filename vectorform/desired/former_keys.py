"""What an entry was called before: `moved` of an environment, followed back and forth."""

from __future__ import annotations

from collections.abc import Mapping


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


def _step(moves: Mapping[str, str], key: str) -> str | None:
    if key in moves:
        return moves[key]
    bucket, slash, index = key.partition("/")
    new = moves.get(bucket) if slash else None
    return None if new is None or "/" in new else f"{new}/{index}"
