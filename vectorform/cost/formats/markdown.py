"""Markdown for a pull request: what the change costs, and the rest folded."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from vectorform.cost.changes import CostChange, IndexChange
from vectorform.cost.costs import Amount, EnvironmentCost, IndexCost
from vectorform.cost.prices import Prices
from vectorform.cost.remarks import amount, concerned, difference, of_change, remarks
from vectorform.cost.traps import BESIDE, traps
from vectorform.cost.wording import number
from vectorform.plans.markdown import code

# A comment is read, not studied: the costliest of more rows than these, and the others as one.
ROWS = 15


def render(cost: EnvironmentCost, prices: Prices, change: CostChange | None = None) -> str:
    """The whole of it."""
    lines = list(_changed(change) if change else _all(cost))
    lines += ["", "<details><summary>What the figures mean</summary>", ""]
    lines += [
        f"- **{trap.kind}**, {code(trap.index.address)} ({concerned(trap)}): {trap.text}"
        for trap in traps(cost, prices, change.places if change else None)
    ]
    lines += [f"- {text}" for text in remarks(cost, prices)]
    lines += [f"- Not counted: {text}." for text in BESIDE]
    return "\n".join([*lines, "", "</details>"]) + "\n"


def _changed(change: CostChange) -> Iterator[str]:
    before, after = change.amounts
    name = code(change.after.environment)
    if not change.indexes:
        yield f"### Cost of {name}: unchanged, {amount(after)} a month"
        return
    yield f"### Cost of {name}: {amount(before)} → {amount(after)} a month ({of_change(change)})"
    yield from ("", "| index | region | before | now | change |", "|---|---|---:|---:|---:|")
    pairs = sorted(change.indexes, key=lambda pair: -abs(_difference(pair)))
    for pair in pairs[:ROWS]:
        was, now = (_cell(index) for index in (pair.before, pair.after))
        mark = "" if pair.kind == "changed" else f" ({pair.kind})"
        yield (
            f"| {code(pair.index.address)}{mark} | {pair.index.region} | {was} | {now} "
            f"| {difference(*pair.amounts)} |"
        )
    if more := pairs[ROWS:]:
        rest = [sum(amounts, Amount()) for amounts in zip(*(pair.amounts for pair in more), strict=True)]
        yield f"| and {number(len(more))} more | | | | {difference(*rest)} |"


def _all(cost: EnvironmentCost) -> Iterator[str]:
    yield f"### Cost of {code(cost.environment)}: {amount(cost.amount)} a month"
    yield from ("", "| index | region | vectors | a month |", "|---|---|---:|---:|")
    indexes = sorted(cost.indexes, key=lambda index: -index.amount.usd)
    for index in indexes[:ROWS]:
        vectors = number(index.expected.vectors) if index.expected else "not said"
        yield f"| {code(index.address)} | {index.region} | {vectors} | {_cell(index)} |"
    if more := indexes[ROWS:]:
        rest = sum((index.amount for index in more), Amount())
        yield f"| and {number(len(more))} more | | | {amount(rest)} |"


def _cell(index: IndexCost | None) -> str:
    return "" if index is None else amount(index.amount)


def _difference(pair: IndexChange) -> Fraction:
    was, now = pair.amounts
    return now.usd - was.usd
