"""A drawing laid out by hand, for a page that loads nothing: actors on the left, frames to the right of them.

Lengths are in pixels of the SVG's own grid; text is taken to be as wide as its characters on average.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from textwrap import wrap
from typing import Literal

from vectorform.picture.drawing import Bucket, Drawing, Frame, State

_MARGIN = 8
_ACTOR_WIDTH, _ARROW_WIDTH = 290, 352
_INDEX_WIDTH = 414
_COLUMNS, _COLUMN_WIDTH = 3, 340  # of indexes, where no arrow has to get to them
_GAP, _PADDING, _LINE = 14, 12, 18
_CHARACTER = 8.3  # of a bold 13 pixel sans serif font, on the wide side
_PORT = 20  # between two arrows that end at the same box


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A box; `role` is its class in the style sheet."""

    x: float
    y: float
    width: float
    height: float
    role: Literal["frame", "bucket", "index", "actor"]
    state: State


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; `y` is its base line."""

    x: float
    y: float
    text: str
    role: Literal["title", "detail", "arrow"]


@dataclass(frozen=True, slots=True)
class Curve:
    """An arrow, as the `d` of an SVG path."""

    path: str
    state: State


@dataclass(slots=True)
class Layout:
    """Everything to be drawn, in the order in which it is."""

    frame_left: int
    frame_width: int
    columns: int  # in which the indexes of a bucket are
    height: float = 0
    rectangles: list[Rectangle] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def width(self) -> int:
        """Where the frames end, and the margin."""
        return self.frame_left + self.frame_width + _MARGIN


def layout(drawing: Drawing) -> Layout:
    """Where everything of a drawing is; frames without actors have the picture for themselves."""
    whole = _empty(drawing)
    ends: dict[str, list[float]] = {}
    top: float = _GAP
    ports = {id: sum(arrow.end == id for arrow in drawing.arrows) for id in {a.end for a in drawing.arrows}}
    for frame in drawing.frames:
        top = _frame(frame, top, ports, whole, ends) + _GAP
    starts, bottom = _actors(drawing, top, whole)
    whole.height = max(top, bottom)
    for arrow in drawing.arrows:
        y = ends[arrow.end].pop(0)
        x = whole.frame_left - 6
        leaves, from_y = _MARGIN + _ACTOR_WIDTH, starts[arrow.start]
        bend = f"C{leaves + 70},{from_y:g} {leaves + 40},{y:g} {leaves + 75},{y:g}"
        whole.curves.append(Curve(f"M{leaves},{from_y:g} {bend} H{x}", arrow.state))
        label = f"{arrow.state}: {arrow.what}" if arrow.state else arrow.what
        whole.texts.append(Text(leaves + 78, y - 4, _cut(label, x - leaves - 82), "arrow"))
    return whole


def _empty(drawing: Drawing) -> Layout:
    around = 4 * _PADDING
    if drawing.figures:
        return Layout(_MARGIN + _ACTOR_WIDTH + _ARROW_WIDTH, _INDEX_WIDTH + around, 1)
    most = max((len(bucket.boxes) for frame in drawing.frames for bucket in frame.buckets), default=0)
    columns = max(1, min(most, _COLUMNS))
    return Layout(_MARGIN, columns * _COLUMN_WIDTH + (columns - 1) * _PADDING + around, columns)


def _actors(drawing: Drawing, height: float, into: Layout) -> tuple[dict[str, float], float]:
    """Where the arrows of each actor start; the actors are spread over the height of the frames."""
    lines = [
        _lines(f"{figure.actor.kind} {figure.actor.name}", figure.actor.details, _ACTOR_WIDTH, figure.state)
        for figure in drawing.figures
    ]
    heights = [_LINE * len(each) + 2 * _PADDING for each in lines]
    free = max(0.0, height - sum(heights)) / (len(heights) + 1)
    gap = max(float(_GAP), free)
    starts: dict[str, float] = {}
    top = gap
    for figure, own, tall in zip(drawing.figures, lines, heights, strict=True):
        into.rectangles.append(Rectangle(_MARGIN, top, _ACTOR_WIDTH, tall, "actor", figure.state))
        into.texts += _placed(own, _MARGIN + _PADDING, top + _PADDING)
        starts[figure.id] = top + tall / 2
        top += tall + gap
    return starts, top


def _frame(
    frame: Frame, top: float, ports: dict[str, int], into: Layout, ends: dict[str, list[float]]
) -> float:
    """Lay out a frame from `top` on; where it ends."""
    place = len(into.rectangles)
    title = _lines(", ".join(frame.regions), (), into.frame_width)
    into.texts += _placed(title, into.frame_left + _PADDING, top + _PADDING)
    below = top + _PADDING + _LINE * len(title) + 6
    for bucket in frame.buckets:
        below = _bucket(bucket, below, ports, into, ends) + _GAP
    into.rectangles.insert(place, Rectangle(into.frame_left, top, into.frame_width, below - top, "frame", ""))
    return below


def _bucket(
    bucket: Bucket, top: float, ports: dict[str, int], into: Layout, ends: dict[str, list[float]]
) -> float:
    place = len(into.rectangles)
    left, width = into.frame_left + _PADDING, into.frame_width - 2 * _PADDING
    lines = _lines(f"vector bucket {bucket.title}", bucket.details, width, bucket.state)
    into.texts += _placed(lines, left + _PADDING, top + _PADDING)
    head = max(_LINE * len(lines), _PORT * ports.get(bucket.id, 0)) + _PADDING
    ends[bucket.id] = list(_spread(top, head + _PADDING, ports.get(bucket.id, 0)))
    below = top + head + 8
    own_width = (width - (into.columns + 1) * _PADDING) / into.columns
    for start in range(0, len(bucket.boxes), into.columns):
        row = bucket.boxes[start : start + into.columns]
        lines_of = [_lines(box.title, box.details, own_width, box.state) for box in row]
        height = (
            max(
                max(_LINE * len(own), _PORT * ports.get(box.id, 0))
                for box, own in zip(row, lines_of, strict=True)
            )
            + 2 * 8
        )
        for column, (box, own) in enumerate(zip(row, lines_of, strict=True)):
            x = left + _PADDING + column * (own_width + _PADDING)
            into.rectangles.append(Rectangle(x, below, own_width, height, "index", box.state))
            into.texts += _placed(own, x + _PADDING, below + 8)
            ends[box.id] = list(_spread(below, height, ports.get(box.id, 0)))
        below += height + 8
    into.rectangles.insert(place, Rectangle(left, top, width, below - top + 4, "bucket", bucket.state))
    return below + 4


def _spread(top: float, height: float, count: int) -> Iterator[float]:
    """The heights at which so many arrows end at a box."""
    for number in range(count):
        yield top + height * (number + 1) / (count + 1)


def _lines(title: str, details: Sequence[str], width: float, state: State = "") -> list[tuple[str, bool]]:
    """Lines that fit a width, and whether each is of the title."""
    most = int((width - 2 * _PADDING) / _CHARACTER)
    first = f"{state}: {title}" if state else title
    return [(line, True) for line in wrap(first, most) or [""]] + [
        (line, False) for detail in details for line in wrap(detail, most)
    ]


def _placed(lines: Sequence[tuple[str, bool]], x: float, top: float) -> Iterator[Text]:
    for number, (text, of_title) in enumerate(lines):
        yield Text(x, top + _LINE * number + 13, text, "title" if of_title else "detail")


def _cut(text: str, width: float) -> str:
    most = int(width / _CHARACTER * 1.25)  # a smaller font, and not bold
    return text if len(text) <= most else f"{text[: most - 1]}…"
