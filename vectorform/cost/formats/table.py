"""A table for a terminal, 80 columns wide where names allow it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from textwrap import wrap

from vectorform.cost import remarks as remark
from vectorform.cost.changes import CostChange, IndexChange
from vectorform.cost.costs import Amount, EnvironmentCost, IndexCost, by_bucket, total
from vectorform.cost.prices import Prices
from vectorform.cost.traps import BESIDE, traps
from vectorform.cost.wording import number, usd
from vectorform.wording import printable

WIDTH = 80
# The columns of the table: their titles, and the parts of the bill that each adds up.
_COLUMNS = {
    "storage": ("storage",),
    "uploads": ("uploads",),
    "queries": ("queries", "data processed", "data returned"),
    "other": ("other requests",),
}


def render(cost: EnvironmentCost, prices: Prices, change: CostChange | None = None) -> str:
    """The whole of it as lines."""
    lines = list(_changed(change) if change else _all(cost))
    if found := traps(cost, prices, change.places if change else None):
        lines += ["", "Traps:"]
        for trap in found:
            where = f"{trap.index.address} ({remark.concerned(trap)})"
            lines += _item(f"{trap.kind}, {printable(where)}: {trap.text}")
    lines += ["", "Not counted:", *(line for text in BESIDE for line in _item(text))]
    notes = remark.remarks(cost, prices)
    lines += ["", *(line for text in notes for line in _wrapped(text))]
    return "\n".join(lines).rstrip() + "\n"


def _all(cost: EnvironmentCost) -> Iterator[str]:
    yield f"{cost.environment}: {remark.amount(cost.amount)} a month"
    rows: list[tuple[str, ...]] = [("", "vectors", *_COLUMNS, "a month")]
    region = ""
    for (of_region, bucket), indexes in by_bucket(cost.indexes).items():
        if of_region != region:
            region = of_region
            every = [index for index in cost.indexes if index.region == region]
            rows.append((region, *_figures(every)))
        rows.append((f"  {bucket}", *_figures(indexes)))
        rows += [(f"    {index.address.partition('/')[2]}", *_figures([index])) for index in indexes]
    yield ""
    yield from _aligned(rows)


def _changed(change: CostChange) -> Iterator[str]:
    before, after = change.amounts
    yield (
        f"{change.after.environment}: {remark.amount(before)} a month at {printable(change.reference)}, "
        f"{remark.amount(after)} now ({remark.of_change(change)})"
    )
    yield ""
    if not change.indexes:
        yield "The cost does not change."
        return
    rows: list[tuple[str, ...]] = [("", "before", "after", "change")]
    rows += [_changed_row(pair) for pair in change.indexes]
    yield from _aligned(rows)


def _changed_row(pair: IndexChange) -> tuple[str, ...]:
    was, now = pair.amounts
    name = f"{pair.index.region} {pair.index.address} ({pair.kind})"
    return name, _short(was), _short(now), remark.difference(was, now)


def _figures(indexes: Sequence[IndexCost]) -> tuple[str, ...]:
    said = [index for index in indexes if index.expected]
    if not said:
        return ("nothing said", *("" for _ in _COLUMNS), "")
    vectors = sum(index.expected.vectors for index in said if index.expected)
    columns = []
    for items in _COLUMNS.values():
        parts = [part.usd for index in said for part in index.parts if part.item in items]
        known = sum((amount for amount in parts if amount is not None), Fraction(0))
        columns.append(_short(Amount(known, None in parts)))
    return number(vectors), *columns, _short(total(indexes))


def _short(found: Amount) -> str:
    if found.more:
        return f"{usd(found.usd)}+" if found.usd else "?"
    return usd(found.usd) if found.usd else "0"


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """The rows in columns; a name that is too long for its column has a line of its own."""
    widths = [max(len(row[column]) for row in rows) for column in range(1, len(rows[0]))]
    room = max(16, WIDTH - sum(widths) - 2 * len(widths))
    longest = min(room, max(len(printable(row[0])) for row in rows))
    for name, *cells in rows:
        figures = "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        shown = printable(name)
        if len(shown) > longest:
            yield shown
            shown = ""
        yield f"{shown:<{longest}}{figures}".rstrip()


def _item(text: str) -> list[str]:
    return wrap(
        text,
        WIDTH,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
