"""The facts of two commits laid over each other: what is new, gone or different, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from vectorform.picture.drawing import State
from vectorform.picture.facts import Actor, Facts, Place

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Stated:
    """Facts that are drawn, each with its state: those of places, of actors, and of what they may."""

    facts: Facts
    places: Mapping[Place, State]
    actors: Mapping[str, State]
    may: Mapping[tuple[str, Place, str], State]


def unchanged(found: Facts) -> Stated:
    """All of the facts, none of them a change."""
    places: dict[Place, State] = dict.fromkeys((*found.buckets, *found.indexes), "")
    return Stated(found, places, dict.fromkeys(found.actors, ""), dict.fromkeys(found.may, ""))


def changed(before: Facts, after: Facts) -> Stated:
    """What differs, with the vector buckets and actors that it belongs to."""
    places = _states(_described(before), _described(after))
    actors = _states(before.actors, after.actors)
    may = {
        granted: state
        for granted, state in _states(dict.fromkeys(before.may, ""), dict.fromkeys(after.may, "")).items()
        if state
    }
    shown = {place for place, state in places.items() if state} | {place for _, place, _ in may}
    shown |= {(region, bucket, "") for region, bucket, _ in shown}
    acting = {key for key, state in actors.items() if state} | {key for key, _, _ in may}
    buckets = {**before.buckets, **after.buckets}
    indexes = {**before.indexes, **after.indexes}
    whoever: dict[str, Actor] = {**before.actors, **after.actors}
    kept = Facts(
        {place: lines for place, lines in buckets.items() if place in shown},
        {place: lines for place, lines in indexes.items() if place in shown},
        {key: actor for key, actor in whoever.items() if key in acting},
        frozenset(may),
    )
    return Stated(kept, places, actors, may)


def _described(found: Facts) -> dict[Place, object]:
    return {
        place: (lines, found.rest.get(place)) for place, lines in {**found.buckets, **found.indexes}.items()
    }


def _states(before: Mapping[Key, object], after: Mapping[Key, object]) -> dict[Key, State]:
    states: dict[Key, State] = {}
    for key in {**before, **after}:
        if key not in before:
            states[key] = "new"
        elif key not in after:
            states[key] = "gone"
        else:
            states[key] = "" if before[key] == after[key] else "changed"
    return states
