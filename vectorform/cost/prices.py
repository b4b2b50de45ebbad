"""The prices of `prices.yaml`: exact fractions of a USD, each with the date and the page it was read from."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib import resources
from typing import Any

from vectorform.errors import UserError

GB = 2**30
TB = 2**40


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure was read, and when; `via` is who wrote it down there."""

    url: str
    read: date
    via: str


@dataclass(frozen=True, slots=True)
class Price:
    """So many USD for one unit."""

    usd: Fraction
    source: Source


@dataclass(frozen=True, slots=True)
class Tier:
    """The price of data processed for an index's vectors up to a position; None is the last tier."""

    up_to_vectors: int | None
    price: Price


@dataclass(frozen=True, slots=True)
class RegionPrices:
    """What one region charges; None, or no tiers, where that is not known."""

    storage_per_gb_month: Price | None = None
    put_per_gb: Price | None = None
    queries_per_million: Price | None = None
    processed_per_tb: tuple[Tier, ...] = ()
    returned_per_gb: Price | None = None
    other_requests_per_thousand: Price | None = None

    @property
    def sources(self) -> frozenset[Source]:
        """Every source that a price of the region has."""
        single = (
            self.storage_per_gb_month,
            self.put_per_gb,
            self.queries_per_million,
            self.returned_per_gb,
            self.other_requests_per_thousand,
        )
        tiers = (tier.price for tier in self.processed_per_tb)
        return frozenset(price.source for price in (*single, *tiers) if price is not None)


NOT_KNOWN = RegionPrices()


@dataclass(frozen=True, slots=True)
class Prices:
    """What S3 Vectors charges by region, and how it counts: the minima and what is free, in bytes."""

    regions: Mapping[str, RegionPrices]
    put_minimum_bytes: int
    result_minimum_bytes: int
    free_bytes_per_query: int

    def of(self, region: str) -> RegionPrices:
        """The prices of a region; NOT_KNOWN where none are known."""
        return self.regions.get(region, NOT_KNOWN)


@functools.cache
def prices() -> Prices:
    """The prices that come with this version."""
    import yaml

    text = resources.files("vectorform.cost").joinpath("prices.yaml").read_text(encoding="utf-8")
    written = yaml.load(text, yaml.CSafeLoader)
    sources = {name: Source(**source) for name, source in written["sources"].items()}
    counting = {name: figure["value"] for name, figure in written["counting"].items()}
    regions = {name: _region(figures, sources) for name, figures in written["regions"].items()}
    return Prices(regions, **counting)


def named_prices(region: str) -> str | None:
    """The region whose prices were asked for; None where none was. Raises UserError if they are not known."""
    if region and region not in prices().regions:
        known = ", ".join(prices().regions)
        raise UserError(f"the prices of {region} are not known; prices are known for {known}")
    return region or None


def _region(figures: Mapping[str, Any], sources: Mapping[str, Source]) -> RegionPrices:
    def price(figure: Mapping[str, Any]) -> Price:
        return Price(Fraction(figure["usd"]), sources[figure["source"]])

    read: dict[str, Any] = {
        name: tuple(Tier(tier.get("up_to_vectors"), price(tier)) for tier in figure)
        if isinstance(figure, list)
        else price(figure)
        for name, figure in figures.items()
    }
    return RegionPrices(**read)
