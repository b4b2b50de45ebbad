"""The CDKTF app: every environment, one stack for each of its regions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from stacks.region_stack import RegionStack
from vectorform.blocks.document import complete
from vectorform.blocks.framework import App
from vectorform.desired.model import Environment
from vectorform.desired.placement import Placement


def synthesize(
    environments: Iterable[Environment],
    outdir: Path | None = None,
    placements: Mapping[str, Placement] | None = None,
) -> None:
    """Write the Terraform JSON of all stacks.

    `outdir` None is the cdktf CLI's choice (CDKTF_OUTDIR), or `cdktf.out` in the current folder. `placements`
    say where states have their indexes, by stack, as far as that is known.
    """
    app = App(outdir=str(outdir) if outdir else None)
    environments = tuple(environments)
    for environment in environments:
        _add_stacks(app, environment)
    app.synth()
    for environment in environments:
        for region in environment.regions:
            stack = environment.stack_id(region)
            document = Path(app.outdir) / "stacks" / stack / "cdk.tf.json"
            complete(document, environment, region, (placements or {}).get(stack))


def _add_stacks(app: App, environment: Environment) -> None:
    """One stack per region, each after all stacks of the wave before its own.

    The dependencies only order what the cdktf CLI does: the stacks share no value, so the Terraform JSON
    says nothing of them.
    """
    stacks = {region.name: RegionStack(app, environment, region) for region in environment.regions}
    for earlier, later in pairwise(environment.waves):
        for stack in later:
            for first in earlier:
                stacks[stack].add_dependency(stacks[first])
