"""The notes on the figures: the source of the prices, what is unknown, what is not counted."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.cost.changes import CostChange
from vectorform.cost.costs import Amount, EnvironmentCost
from vectorform.cost.prices import Prices
from vectorform.cost.traps import Trap
from vectorform.cost.wording import change as signed
from vectorform.cost.wording import plural, usd

# As many names of indexes as one sentence lists.
_LISTED = 5


def amount(found: Amount) -> str:
    """An amount, and whether it is all of it."""
    if found.more:
        return f"at least {usd(found.usd)}" if found.usd else "not known"
    return usd(found.usd)


def difference(before: Amount, after: Amount) -> str:
    """How much more or less, as far as that is known."""
    more = after.usd - before.usd
    if before.more or after.more:
        return f"at least {signed(more)}" if more > 0 and not before.more else "not known"
    return signed(more)


def of_change(change: CostChange) -> str:
    """The difference that a change makes, in brackets behind what it costs before and after."""
    found = difference(*change.differing)
    return f"change {found}" if found == "not known" else found


def remarks(cost: EnvironmentCost, prices: Prices) -> list[str]:
    """Sentences on what the figures stand for, most important first."""
    return [*_unsaid(cost), *_unpriced(cost, prices), *_measured(cost), *_kept(cost), *_sources(cost, prices)]


def _unsaid(cost: EnvironmentCost) -> Iterator[str]:
    if cost.unsaid:
        unsaid = {index.address: None for index in cost.unsaid}  # each once, however many regions have it
        declared = {index.address for index in cost.indexes}
        which = "has" if len(unsaid) == 1 else "have"
        yield (
            f"{plural(len(unsaid), 'index', 'indexes')} of {len(declared):,} {which} no expected usage, and "
            f"{'is' if which == 'has' else 'are'} not counted: {listed([*unsaid])}. Write `expected:` in the "
            "index, or count with --measure."
        )


def _unpriced(cost: EnvironmentCost, prices: Prices) -> Iterator[str]:
    regions = list(dict.fromkeys(index.region for index in cost.indexes))
    unknown = [region for region in regions if region not in prices.regions]
    if left := [region for region in unknown if region not in cost.priced_as]:
        yield (
            f"The prices of {', '.join(left)} are not known. Prices are known for "
            f"{', '.join(prices.regions)} (use them with --prices-of)."
        )
    if taken := [region for region in unknown if region in cost.priced_as]:
        yield (
            f"The prices of {', '.join(taken)} are not known: "
            f"{', '.join(sorted(set(cost.priced_as.values())))}'s are used instead."
        )


def _measured(cost: EnvironmentCost) -> Iterator[str]:
    counted = [index for index in cost.indexes if index.measured]
    if counted:
        yield (
            f"The vectors of {plural(len(counted), 'index', 'indexes')} were counted in AWS; puts, queries "
            "and other requests are as expected: AWS publishes no count of them."
        )
    if cut := [index.address for index in counted if index.measured and not index.measured.complete]:
        yield f"Not counted completely: {listed(cut)}."


def _kept(cost: EnvironmentCost) -> Iterator[str]:
    if kept := [index.address for index in cost.indexes if index.kept]:
        yield f"Removed from Terraform, but AWS keeps them and bills them: {listed(kept)}."


def _sources(cost: EnvironmentCost, prices: Prices) -> Iterator[str]:
    regions = {cost.priced_as.get(index.region, index.region) for index in cost.indexes} & set(prices.regions)
    sources = {source for region in regions for source in prices.of(region).sources}
    pages = (f"{source.url} (read on {source.read})" for source in sorted(sources, key=lambda each: each.url))
    if sources:
        yield f"Prices in USD before tax: {', '.join(pages)}."


def concerned(trap: Trap) -> str:
    """The index that a trap's sentence is about, and how many others are in it."""
    others = f" and {plural(len(trap.others), 'other')}" if trap.others else ""
    return f"{trap.index.region}{others}"


def listed(names: list[str]) -> str:
    """The first of several names, each once, and how many more there are."""
    each = list(dict.fromkeys(names))
    more = f" and {len(each) - _LISTED:,} more" if len(each) > _LISTED else ""
    return ", ".join(each[:_LISTED]) + more
