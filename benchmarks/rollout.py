"""14 regions x 50 indexes: synth, plan and deploy, each region and in all, parallel or one after the other.

    .venv/bin/python benchmarks/rollout.py [--regions N] [--indexes N] [--latency MILLISECONDS]

The real thing but for AWS: synth, Terraform, the offline provider and the verifier against a local
AWS that is new for each of the two deploys. `--latency` delays each call to it, as a network would. The time
outside Terraform is what remains of the whole when no Terraform command is running. Prints Markdown.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["PYTHONPATH"] = str(ROOT)

from s3vectors_local.faults import Fault  # noqa: E402
from s3vectors_local.process import local_aws  # noqa: E402
from vectorform.guard import consent  # noqa: E402
from vectorform.language import load  # noqa: E402
from vectorform.processes import project  # noqa: E402
from vectorform.processes.children import Children  # noqa: E402
from vectorform.rehearsal.provider.mirror import offline  # noqa: E402
from vectorform.rollout.conduct import Rollout  # noqa: E402
from vectorform.rollout.progress import WELL, Board, RegionProgress  # noqa: E402
from vectorform.rollout.selection import selected  # noqa: E402
from vectorform.state.cloud.runs import Runs  # noqa: E402

# The 14 regions of general availability, the home region first.
REGIONS = (
    "ap-southeast-2",
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "eu-central-1",
    "ap-south-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ca-central-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
)
GRACE_SECONDS = 60.0
OUTSIDE_LIMIT = 0.1


@dataclass(frozen=True)
class Timed:
    """One run over all regions, in seconds. `terraform` is when at least one Terraform command ran."""

    name: str
    whole: float
    synth: float
    regions: tuple[RegionProgress, ...]
    terraform: float

    @property
    def outside(self) -> float:
        """The share of the whole in which no Terraform command was running."""
        return (self.whole - self.terraform) / self.whole


def main() -> None:
    """Run everything and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regions", type=int, default=len(REGIONS))
    parser.add_argument("--indexes", type=int, default=50)
    parser.add_argument(
        "--latency", type=int, default=0, help="milliseconds, for every call to the local AWS"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = project_in(Path(folder) / "project", REGIONS[: options.regions], options.indexes)
        runs = []
        for name, parallel in (("one after the other", 1), ("in parallel", None)):
            with local_aws() as aws:
                variables = aws.surroundings(os.environ)
                os.environ.clear()
                os.environ.update(variables)
                os.environ.update({**offline(Path(folder) / "terraform"), "DISABLE_VERSION_CHECK": "1"})
                if options.latency:
                    aws.inject(Fault("latency", milliseconds=options.latency))
                runs.append(timed(f"plan, {name}", root, parallel, dry=True))
                runs.append(timed(f"deploy, {name}", root, parallel, dry=False))
                runs.append(timed(f"deploy again, {name}", root, parallel, dry=False))
            for state in root.glob("terraform.*"):
                state.unlink()
            shutil.rmtree(root / "cdktf.out")
    show(runs, options)


def project_in(root: Path, regions: Sequence[str], indexes: int) -> Path:
    """A project of one environment."""
    (root / "config").mkdir(parents=True)
    for name in ("main.py", "cdktf.json"):
        shutil.copy(ROOT / name, root / name)
    (root / ".venv").symlink_to(sys.prefix)
    lines = [
        "project: tenants",
        'account_id: "123456789012"',
        f"regions: [{', '.join(regions)}]",
        "access: {reader: {permissions: read, grants: [{bucket: documents}]}}",
        "vector_buckets:",
        "  documents:",
        "    indexes:",
    ]
    fields = "{dimension: 1024, distance_metric: cosine, non_filterable_metadata_keys: [text]}"
    lines += [f"      tenant-{number:04}: {fields}" for number in range(indexes)]
    (root / "config" / "prod.yaml").write_text("\n".join(lines) + "\n")
    return root


def timed(name: str, root: Path, parallel: int | None, *, dry: bool) -> Timed:
    """One rollout, or its dry run."""
    desired = load("prod", root)
    board = Board(selected(desired, None, []))
    surroundings = project.surroundings(root)
    start = time.monotonic()
    with Children(cwd=root, environment=surroundings, grace=GRACE_SECONDS) as children:
        folders = project.synth(root, children, map(desired.stack_id, desired.regions))
        synth = time.monotonic() - start
        binary = project.terraform_binary(surroundings)
        refusal = functools.partial(consent.refusal, desired)
        rollout = Rollout(
            desired, board, children, binary, folders, refusal, Runs(desired), parallel=parallel
        )
        if dry:
            rollout.plan()
        else:
            rollout.run(lambda _wave: None)
    whole = time.monotonic() - start
    regions = board.all()
    failed = [problem for one in regions if one.phase not in WELL for problem in one.problems]
    if failed:
        sys.exit("\n".join(failed))
    return Timed(name, whole, synth, regions, together(regions))


def together(regions: Sequence[RegionProgress]) -> float:
    """How long at least one Terraform command was running."""
    intervals = sorted(interval for one in regions for interval in one.terraform_intervals)
    seconds, until = 0.0, float("-inf")
    for start, end in intervals:
        seconds += max(0.0, end - max(start, until))
        until = max(until, end)
    return seconds


def show(runs: Sequence[Timed], options: argparse.Namespace) -> None:
    """The table."""
    print(f"{options.regions} regions x {options.indexes} indexes, {options.latency} ms latency, seconds:\n")
    print("| | whole | synth | a region: median | slowest | outside Terraform |")
    print("|---|---:|---:|---:|---:|---:|")
    for run in runs:
        each = [one.seconds for one in run.regions]
        print(
            f"| {run.name} | {run.whole:.1f} | {run.synth:.1f} | {statistics.median(each):.1f} "
            f"| {max(each):.1f} | {run.outside:.1%} |"
        )
    deploys = [run for run in runs if run.name.startswith("deploy,")]
    worst = max(run.outside for run in deploys)
    verdict = "within" if worst <= OUTSIDE_LIMIT else "above"
    print(
        f"\nOutside Terraform while deploying: at most {worst:.1%}, "
        f"{verdict} the limit of {OUTSIDE_LIMIT:.0%}."
    )
    print("\n| region | planned and deployed one after the other | in parallel |\n|---|---:|---:|")
    for alone, parallel in zip(*(run.regions for run in deploys), strict=True):
        print(f"| {alone.region} | {alone.seconds:.1f} | {parallel.seconds:.1f} |")


if __name__ == "__main__":
    main()
