"""A picture as data: frames with boxes, actors next to them, arrows from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vectorform.picture.facts import Actor

# What a change does to it; "": nothing, or no change is drawn.
State = Literal["", "new", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Box:
    """One index, or several that are alike: `count` of them."""

    id: str
    title: str
    details: tuple[str, ...]
    count: int
    state: State


@dataclass(frozen=True, slots=True)
class Bucket:
    """A vector bucket and what is in it."""

    id: str
    title: str
    details: tuple[str, ...]
    boxes: tuple[Box, ...]
    state: State


@dataclass(frozen=True, slots=True)
class Frame:
    """A region, or several that have the same."""

    id: str
    regions: tuple[str, ...]
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """An actor in the picture."""

    id: str
    actor: Actor
    state: State


@dataclass(frozen=True, slots=True)
class Arrow:
    """That a figure may do something with a bucket or a box: ids."""

    start: str
    end: str
    what: str
    state: State


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture. `of_change`: only what changes is in it."""

    environment: str
    frames: tuple[Frame, ...]
    figures: tuple[Figure, ...]
    arrows: tuple[Arrow, ...]
    of_change: bool = False

    @property
    def boxes(self) -> int:
        """How many boxes it has, of every kind."""
        buckets = [bucket for frame in self.frames for bucket in frame.buckets]
        return len(buckets) + sum(len(bucket.boxes) for bucket in buckets) + len(self.figures)
