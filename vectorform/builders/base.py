"""What builders have in common, and the types of what several of them take."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import islice

Texts = str | Sequence[str]
# {"access": NAME}: the role of an access entry; {"deployer": True}: that of the provider.
Reference = Mapping[str, object]
Conditions = Mapping[str, Mapping[str, Texts | Sequence[str | Reference] | Reference]]


@dataclass(frozen=True, slots=True)
class Call:
    """Where a builder was called: absolute file name, line and column from 1."""

    file: str
    line: int
    column: int


@dataclass(slots=True)
class Builder:
    """What all builders share: they remember where they were called."""

    call: Call = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        frame = sys._getframe(2)  # the caller of the generated __init__
        position = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), None)
        line, _, column, _ = position or (None, None, None, None)
        self.call = Call(frame.f_code.co_filename, line or frame.f_lineno, (column or 0) + 1)

    def given(self) -> dict[str, object]:
        """The fields that were given a value. `except_` is `except`, which is a word of Python's own."""
        values = {f.name.rstrip("_"): getattr(self, f.name) for f in fields(self) if f.name != "call"}
        return {name: value for name, value in values.items() if value is not None}
