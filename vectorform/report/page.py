"""What the page of an environment says, gathered for its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from vectorform import __version__
from vectorform.cost.costs import Amount, EnvironmentCost
from vectorform.cost.prices import Prices
from vectorform.cost.remarks import amount, remarks
from vectorform.cost.traps import BESIDE, Trap, traps
from vectorform.desired.model import Environment
from vectorform.language.explain import Line
from vectorform.pages.render import render as rendered
from vectorform.picture.draw import TooMuch, drawing
from vectorform.picture.layout import Layout, layout
from vectorform.report.access import Sentence, sentences
from vectorform.report.verification import Verification

# As many indexes as the chart of the costliest has.
COSTLIEST = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: its share of the whole, in percent."""

    name: str
    amount: str
    share: float


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the page says."""

    environment: Environment
    lines: Sequence[Line]
    picture: Layout | None
    no_picture: str
    access: Sequence[Sentence]
    cost: str
    by_item: Sequence[Bar]
    by_index: Sequence[Bar]
    traps: Sequence[Trap]
    remarks: Sequence[str]
    verification: Verification | None
    version: str = __version__
    beside: Sequence[str] = BESIDE

    @property
    def figures(self) -> dict[str, str]:
        """What the page begins with."""
        regions = self.environment.regions
        buckets = [bucket for region in regions for bucket in region.written_vector_buckets]
        bases = sum(len(region.knowledge_bases) for region in regions)
        return {
            "Regions": f"{len(regions):,}",
            "Vector buckets": f"{len(buckets):,}",
            "Indexes": f"{sum(len(bucket.written_indexes) for bucket in buckets):,}",
            "Access entries": f"{sum(not access.knowledge_base for access in self.environment.access):,}",
            **({"Knowledge bases": f"{bases:,}"} if bases else {}),
            "Cost a month": self.cost,
        }


def content(
    environment: Environment,
    lines: Sequence[Line],
    cost: EnvironmentCost,
    prices: Prices,
    verification: Verification | None = None,
) -> Content:
    """What is said of an environment."""
    picture, no_picture = None, ""
    try:
        drawn = drawing(environment)
        picture = layout(drawn) if drawn.boxes else None
        no_picture = f"{environment.name} has no vector buckets, so there is nothing to draw."
    except TooMuch as error:
        no_picture = str(error)
    return Content(
        environment,
        lines,
        picture,
        no_picture,
        sentences(environment),
        amount(cost.amount),
        _bars([(item, found) for item, found in cost.items().items()]),
        _costliest(cost),
        traps(cost, prices),
        remarks(cost, prices),
        verification,
    )


def render(page: Content) -> str:
    """The HTML document."""
    return rendered("report.html", page=page)


def _costliest(cost: EnvironmentCost) -> list[Bar]:
    ordered = sorted(cost.indexes, key=lambda index: -index.amount.usd)
    named = [(f"{index.address} ({index.region})", index.amount) for index in ordered if index.amount.usd]
    rest = named[COSTLIEST:]
    together = sum((found for _, found in rest), Amount())
    return _bars(named[:COSTLIEST] + ([(f"{len(rest):,} more", together)] if rest else []))


def _bars(named: Sequence[tuple[str, Amount]]) -> list[Bar]:
    whole = sum((found.usd for _, found in named), Fraction(0))
    return [
        Bar(name, amount(found), float(found.usd / whole * 100))
        for name, found in named
        if whole and found.usd
    ]
