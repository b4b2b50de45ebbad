"""What is retired, and the step that comes next (docs/how-to/retirement.md, steps 4 to 7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vectorform.desired.model import Environment, Index, Retirement
from vectorform.state.status.seen import Recorded


@dataclass(frozen=True, slots=True)
class Retiring:
    """A retired index, "bucket/index". `in_states` are the regions whose state still has it, where known."""

    index: str
    regions: tuple[str, ...]
    in_states: tuple[str, ...]
    compared: tuple[str, ...]
    next: str


def retiring(environment: Environment, recorded: Mapping[str, Recorded | None]) -> Iterator[Retiring]:
    """Every retired index. `recorded` is what the state of each region records, None where not known."""
    found: dict[str, tuple[Index, list[str]]] = {}
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            for index in bucket.written_indexes:
                if index.retirement:
                    found.setdefault(index.address, (index, []))[1].append(region.name)
    for address, (index, regions) in found.items():
        assert index.retirement is not None
        states = {region: recorded.get(region) for region in regions}
        has = tuple(region for region, state in states.items() if state and address in state.indexes)
        gone = all(state is not None and address not in state.indexes for state in states.values())
        compared = tuple(region for region in regions if region in index.retirement.compared)
        left = _next(environment.name, address, index.retirement, len(compared) == len(regions), gone)
        yield Retiring(address, tuple(regions), has, compared, left)


def _next(environment: str, address: str, retirement: Retirement, compared: bool, gone: bool) -> str:
    if retirement.removes:
        if gone:
            return f"delete its definition and its entry in `retired` of config/{environment}.yaml"
        verb = "delete" if retirement.confirm_destroy else "forget"
        return f"vectorform rollout {environment}, which lets Terraform {verb} it"
    if retirement.replaced_by is None:
        return "write `replaced_by`"
    if retirement.replaced_by.index is not None and not compared:
        return f"vectorform retire {environment} {address}"
    return "deploy the retirement, then write `confirm_destroy: true`"
