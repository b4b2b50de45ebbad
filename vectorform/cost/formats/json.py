"""JSON, for programs: keys are stable, new ones may be added. Amounts are USD a month; null: not known."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from vectorform.cost.changes import CostChange
from vectorform.cost.costs import Amount, EnvironmentCost, IndexCost, by_bucket, total
from vectorform.cost.prices import Prices
from vectorform.cost.remarks import remarks
from vectorform.cost.traps import BESIDE, traps


def render(cost: EnvironmentCost, prices: Prices, change: CostChange | None = None) -> str:
    """The whole of it as an indented JSON object."""
    content = {
        "environment": cost.environment,
        "currency": "USD",
        **_total(cost.amount),
        "items": {item: _total(amount) for item, amount in cost.items().items()},
        "regions": [_region(region, cost, prices) for region in _regions(cost)],
        "traps": [
            {
                "kind": trap.kind,
                "text": trap.text,
                "indexes": [
                    {"region": index.region, "index": index.address} for index in (trap.index, *trap.others)
                ],
            }
            for trap in traps(cost, prices, change.places if change else None)
        ],
        "not_counted": list(BESIDE),
        "remarks": remarks(cost, prices),
        "change": _change(change) if change else None,
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _regions(cost: EnvironmentCost) -> list[str]:
    return list(dict.fromkeys(index.region for index in cost.indexes))


def _region(region: str, cost: EnvironmentCost, prices: Prices) -> dict[str, Any]:
    own = [index for index in cost.indexes if index.region == region]
    priced_as = cost.priced_as.get(region, region)
    return {
        "region": region,
        "prices_of": priced_as if priced_as in prices.regions else None,
        **_total(total(own)),
        "vector_buckets": [
            {
                "vector_bucket": bucket,
                **_total(total(indexes)),
                "indexes": [_index(index) for index in indexes],
            }
            for (_, bucket), indexes in by_bucket(own).items()
        ],
    }


def _index(index: IndexCost) -> dict[str, Any]:
    return {
        "index": index.address,
        "dimension": index.dimension,
        **_total(index.amount),
        "expected": index.expected and {name: getattr(index.expected, name) for name in _members(index)},
        "measured": index.measured is not None,
        "kept": index.kept,
        "items": {
            part.item: {"quantity": _rounded(part.quantity), "unit": part.unit, "usd": _rounded(part.usd)}
            for part in index.parts
        },
    }


def _members(index: IndexCost) -> tuple[str, ...]:
    return tuple(type(index.expected).__dataclass_fields__) if index.expected else ()


def _total(amount: Amount) -> dict[str, Any]:
    """What is known of an amount, and whether that is all."""
    return {"usd_per_month": _rounded(amount.usd), "complete": not amount.more}


def _change(change: CostChange) -> dict[str, Any]:
    before, after = change.amounts
    return {
        "against": change.reference,
        "existed": change.before is not None,
        "before": _total(before),
        "after": _total(after),
        "difference_usd_per_month": _rounded(after.usd - before.usd),
        "indexes": [
            {
                "region": pair.index.region,
                "index": pair.index.address,
                "kind": pair.kind,
                "before": _total(pair.before.amount) if pair.before else None,
                "after": _total(pair.after.amount) if pair.after else None,
            }
            for pair in change.indexes
        ],
    }


def _rounded(figure: Fraction | None) -> float | None:
    return None if figure is None else round(float(figure), 6)
