"""A drawing as a Mermaid flowchart, which GitHub shows in comments and documents.

https://mermaid.js.org/syntax/flowchart.html; of a label nothing is markup, whatever it contains.
"""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.picture.drawing import Arrow, Box, Bucket, Drawing, Figure, Frame, State
from vectorform.picture.facts import ActorKind

# How a state looks, also for who does not tell colours apart: the words are in the labels.
_CLASSES: dict[State, str] = {
    "new": "fill:#d7f5e0,stroke:#146c3f,color:#0b3d24,stroke-width:2px",
    "changed": "fill:#fdf1d8,stroke:#8a5a00,color:#4a3000,stroke-width:2px",
    "gone": "fill:#fbe6e4,stroke:#b3261e,color:#5f1410,stroke-width:2px,stroke-dasharray:5 4",
}
_SHAPES: dict[ActorKind, tuple[str, str]] = {
    "role": ("([", "])"),
    "policy": ("{{", "}}"),
    "principal": ("{{", "}}"),
    "knowledge base": ("[/", "/]"),
}
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 ,/+=@-.:_")


def render(drawing: Drawing) -> str:
    """The flowchart, without the fence that Markdown needs around it."""
    return "\n".join(_lines(drawing)) + "\n"


def _lines(drawing: Drawing) -> Iterator[str]:
    yield "flowchart LR"
    if not drawing.boxes:
        nothing = "nothing in this picture changes" if drawing.of_change else "nothing is deployed"
        yield f"  nothing[{_label(nothing)}]"  # tags, for instance, are in none
        return
    for figure in drawing.figures:
        yield f"  {_figure(figure)}"
    for frame in drawing.frames:
        yield from _frame(frame)
    yield from map(_arrow, drawing.arrows)
    yield from _styles(drawing)


def _figure(figure: Figure) -> str:
    label = _label(f"{figure.actor.kind} {figure.actor.name}", *figure.actor.details, state=figure.state)
    opening, closing = _SHAPES[figure.actor.kind]
    return f"{figure.id}{opening}{label}{closing}"


def _frame(frame: Frame) -> Iterator[str]:
    yield f"  subgraph {frame.id}[{_label(', '.join(frame.regions))}]"
    for bucket in frame.buckets:
        yield from _bucket(bucket)
    yield "  end"


def _bucket(bucket: Bucket) -> Iterator[str]:
    """Its details are a box: Mermaid draws the first box over a title of more than one line."""
    label = _label(f"vector bucket {bucket.title}", state=bucket.state)
    yield f"    subgraph {bucket.id}[{label}]"
    yield f"      {bucket.id}d[{_label(*bucket.details)}]:::details"
    for box in bucket.boxes:
        yield f"      {_box(box)}"
    yield "    end"


def _box(box: Box) -> str:
    label = _label(box.title, *box.details, state=box.state)
    return f"{box.id}[({label})]" if box.count == 1 else f"{box.id}[[{label}]]"


def _arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.state == "gone" else "==>" if arrow.state else "-->"
    return f"  {arrow.start} {line}|{_label(arrow.what, state=arrow.state)}| {arrow.end}"


def _styles(drawing: Drawing) -> Iterator[str]:
    if drawing.frames:
        yield "  classDef details fill:none,stroke:none"
    states: dict[State, list[str]] = {}
    for figure in drawing.figures:
        states.setdefault(figure.state, []).append(figure.id)
    for frame in drawing.frames:
        for bucket in frame.buckets:
            states.setdefault(bucket.state, []).append(bucket.id)
            for box in bucket.boxes:
                states.setdefault(box.state, []).append(box.id)
    for state, look in _CLASSES.items():
        if ids := states.get(state):
            yield f"  classDef {state} {look}"
            yield f"  class {','.join(ids)} {state}"


def _label(*lines: str, state: State = "") -> str:
    """Text in quotes: whatever is no letter, digit or harmless is a character code."""
    first, *others = lines
    whole = [f"{state}: {first}" if state else first, *others]
    return '"' + "<br/>".join("".join(map(_escaped, line)) for line in whole) + '"'


def _escaped(character: str) -> str:
    return character if character in _PLAIN else f"#{ord(character)};"
