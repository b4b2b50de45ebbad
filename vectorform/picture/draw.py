"""From facts to a drawing: what is alike is drawn once, what nobody could read is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from vectorform.desired.model import Environment
from vectorform.errors import UserError
from vectorform.picture.changes import Stated, changed, unchanged
from vectorform.picture.drawing import Arrow, Box, Bucket, Drawing, Figure, Frame, State
from vectorform.picture.facts import Facts, Place, facts

# More indexes of a bucket than these are drawn by kind.
SINGLE_INDEXES = 8
# What a reader can take in; GitHub's renderer ends at 500 arrows.
MOST_INDEXES = 1000
MOST_BOXES = 120
MOST_ARROWS = 300


class TooMuch(UserError):
    """There is more than a picture can show."""


def drawing(environment: Environment, bucket: str = "") -> Drawing:
    """An environment, or one of its vector buckets. Raises TooMuch."""
    return _drawn(environment.name, unchanged(facts(environment, bucket)), of_change=False)


def drawing_of_change(before: Environment | None, after: Environment, bucket: str = "") -> Drawing:
    """What differs between an environment at a commit (None: it was not there) and now. Raises TooMuch."""
    was = facts(before, bucket) if before else Facts()
    return _drawn(after.name, changed(was, facts(after, bucket)), of_change=True)


@dataclass(slots=True)
class _Frames:
    """The frames so far, and which boxes stand for a place."""

    stated: Stated
    frames: list[Frame] = field(default_factory=list)
    ids: dict[Place, str] = field(default_factory=dict)


def _drawn(name: str, stated: Stated, *, of_change: bool) -> Drawing:
    if len(stated.facts.indexes) > MOST_INDEXES:
        raise _too_much(name, f"{len(stated.facts.indexes):,} indexes", of_change)
    frames = _Frames(stated)
    for regions in _alike(stated):
        _frame(regions, frames)
    figures = {
        key: Figure(f"a{number}", actor, stated.actors[key])
        for number, (key, actor) in enumerate(stated.facts.actors.items())
    }
    arrows = dict.fromkeys(
        Arrow(figures[actor].id, frames.ids[place], what, stated.may[actor, place, what])
        for actor, place, what in sorted(stated.facts.may)
        if place in frames.ids
    )
    whole = Drawing(name, tuple(frames.frames), tuple(figures.values()), tuple(arrows), of_change)
    if whole.boxes > MOST_BOXES or len(whole.arrows) > MOST_ARROWS:
        raise _too_much(name, f"{whole.boxes:,} boxes and {len(whole.arrows):,} arrows", of_change)
    return whole


def _too_much(name: str, what: str, of_change: bool) -> TooMuch:
    part = f"`vectorform explain {name} vector_buckets.KEY --format mermaid` draws one vector bucket"
    change = "" if of_change else ", and --against main draws only what changes"
    return TooMuch(f"{name} has {what} to draw, too many for one picture: {part}{change}")


def _alike(stated: Stated) -> list[tuple[str, ...]]:
    """The regions in which the same is drawn, together, in their order."""
    every = {**stated.facts.buckets, **stated.facts.indexes}
    content: dict[str, list[object]] = {}
    for place, lines in every.items():
        content.setdefault(place[0], []).append((place[1:], lines, stated.places[place]))
    for actor, place, what in sorted(stated.facts.may):
        if place in every:
            content[place[0]].append((actor, place[1:], what, stated.may[actor, place, what]))
    together: dict[object, list[str]] = {}
    for region, found in content.items():
        together.setdefault(tuple(found), []).append(region)
    return [tuple(regions) for regions in together.values()]


def _frame(regions: tuple[str, ...], into: _Frames) -> None:
    first, number = regions[0], len(into.frames)
    buckets = []
    own = [place for place in into.stated.facts.buckets if place[0] == first]
    for position, place in enumerate(own):
        id = f"r{number}b{position}"
        boxes = tuple(_boxes(place, id, into, regions))
        details = into.stated.facts.buckets[place]
        buckets.append(Bucket(id, place[1], details, boxes, into.stated.places[place]))
        into.ids |= {(region, place[1], ""): id for region in regions}
    into.frames.append(Frame(f"r{number}", regions, tuple(buckets)))


def _boxes(bucket: Place, id: str, into: _Frames, regions: tuple[str, ...]) -> Iterator[Box]:
    """The indexes of a bucket: each for itself, or, where there are many, those that are alike together."""
    stated = into.stated
    indexes = {place: lines for place, lines in stated.facts.indexes.items() if place[:2] == bucket[:2]}
    if len(indexes) <= SINGLE_INDEXES:
        groups = [[place] for place in indexes]
    else:
        granted: dict[Place, list[tuple[str, str, State]]] = {}
        for actor, place, what in sorted(stated.facts.may):
            granted.setdefault(place, []).append((actor, what, stated.may[actor, place, what]))
        alike: dict[object, list[Place]] = {}
        for place, lines in indexes.items():
            kind = (lines, stated.places[place], tuple(granted.get(place, ())))
            alike.setdefault(kind, []).append(place)
        groups = list(alike.values())
    for number, group in enumerate(groups):
        keys = [place[2] for place in group]
        title = keys[0] if len(keys) == 1 else f"{len(keys)} indexes: {', '.join(keys[:2])}"
        title += ", …" if len(keys) > 2 else ""
        box = Box(f"{id}i{number}", title, indexes[group[0]], len(group), stated.places[group[0]])
        into.ids |= {(region, bucket[1], key): box.id for region in regions for key in keys}
        yield box
