"""Whole-process synth: this project, the same stacks written as in a tutorial, and bare cdktf.

    .venv/bin/python benchmarks/synth.py [--runs N]

All are run in turn, A B C A B C ..., in one go, so that a machine whose speed drifts slows all of them; what
counts are the ratios. `naive` imports the bindings as every tutorial does and makes one construct per
resource; `bare` makes the same stacks with cdktf core alone, without any provider package. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAIN = ROOT / "main.py"

_STACKS = """
import sys
from cdktf import App, TerraformStack{imports}
outdir, names = sys.argv[1], ("dev", "staging", "prod", "workshop")
app = App(outdir=outdir)
for name in names:
    stack = TerraformStack(app, name)
    tags = {{"Project": "Aspexa", "Component": "BypassKnowledge", "Environment": name}}
{resources}
app.synth()
"""

_NAIVE = _STACKS.format(
    imports="""
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.s3_vectors_index import S3VectorsIndex
from cdktf_cdktf_provider_aws.s3_vectors_vector_bucket import S3VectorsVectorBucket
from cdktf_cdktf_provider_aws.s3_vectors_vector_bucket_policy import S3VectorsVectorBucketPolicy""",
    resources="""
    AwsProvider(stack, "aws", region="ap-southeast-2", allowed_account_ids=["123456789012"])
    bucket = S3VectorsVectorBucket(stack, "bucket", vector_bucket_name=f"aspexa-{name}", tags=tags)
    S3VectorsIndex(stack, "episodes", vector_bucket_name=bucket.vector_bucket_name, index_name="episodes",
                   data_type="float32", dimension=3072, distance_metric="cosine", tags=tags)
    IamPolicy(stack, "application", name=f"application-{name}", policy="{}")""",
)

_BARE = _STACKS.format(
    imports=", TerraformProvider, TerraformResource",
    resources="""
    provider = TerraformProvider(stack, "aws", terraform_resource_type="aws")
    bucket = TerraformResource(stack, "bucket", terraform_resource_type="aws_s3vectors_vector_bucket")
    bucket.add_override("vector_bucket_name", f"aspexa-{name}")
    index = TerraformResource(stack, "episodes", terraform_resource_type="aws_s3vectors_index")
    for key, value in dict(index_name="episodes", data_type="float32", dimension=3072,
                           distance_metric="cosine", tags=tags).items():
        index.add_override(key, value)
    policy = TerraformResource(stack, "application", terraform_resource_type="aws_iam_policy")
    policy.add_override("policy", "{}")""",
)


@dataclass(frozen=True)
class Candidate:
    """Something that synthesizes: a name and a command that takes the output folder last."""

    name: str
    command: Sequence[str]
    cwd: Path


@dataclass(frozen=True)
class Measured:
    """One run: seconds of wall time, and the memory of the largest process in MB."""

    seconds: float
    megabytes: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=5)
    runs = arguments.parse_args().runs
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shipped = [
            Candidate("vectorform", project(folder / "shipped", None), folder / "shipped"),
            Candidate("naive", [sys.executable, "-c", _NAIVE, str(folder / "naive")], folder),
            Candidate("bare", [sys.executable, "-c", _BARE, str(folder / "bare")], folder),
        ]
        print("## The shipped configuration\n")
        show(compare(shipped, runs), against="vectorform")
        sized = [
            Candidate(f"{count:,} indexes", project(folder / str(count), count), folder / str(count))
            for count in (1, 100, 1_000, 10_000)
        ]
        print("\n## One environment, by number of indexes\n")
        show(compare(sized, runs), against="1 indexes")


def project(folder: Path, indexes: int | None) -> list[str]:
    """A project folder with the shipped configuration, or with one environment of so many indexes."""
    (folder / "config").mkdir(parents=True)
    if indexes is None:
        subprocess.run(["cp", "-r", str(ROOT / "config"), str(folder)], check=True)
    else:
        lines = [
            f"      tenant-{i:05}: {{dimension: 1024, distance_metric: cosine, "
            "non_filterable_metadata_keys: [text]}"
            for i in range(indexes)
        ]
        head = (
            'project: tenants\naccount_id: "123456789012"\nregions: [eu-west-1]\n'
            "vector_buckets:\n  documents:\n    indexes:\n"
        )
        (folder / "config" / "dev.yaml").write_text(head + "\n".join(lines) + "\n")
    for name in ("main.py", "cdktf.json"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    return [sys.executable, "main.py"]


def compare(candidates: Sequence[Candidate], runs: int) -> dict[str, list[Measured]]:
    """Every candidate `runs` times, in turn, after one run that does not count."""
    results: dict[str, list[Measured]] = {candidate.name: [] for candidate in candidates}
    for run in range(runs + 1):
        for candidate in candidates:
            measured = measure(candidate)
            if run:
                results[candidate.name].append(measured)
    return results


def measure(candidate: Candidate) -> Measured:
    start = time.monotonic()
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION"] = "20"
    process = subprocess.Popen(
        candidate.command, cwd=candidate.cwd, env=environment, stdout=subprocess.DEVNULL
    )
    # Its own peak or that of a process it waited for, whichever is larger (getrusage(2), ru_maxrss); nothing
    # looks at it while it runs, which would take time from it.
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{candidate.name} failed")
    return Measured(seconds, usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024))


def show(results: dict[str, list[Measured]], *, against: str) -> None:
    base = results[against]
    print(f"| | median s | min-max s | largest process MB | times {against} |\n|---|---|---|---|---|")
    for name, runs in results.items():
        seconds = [run.seconds for run in runs]
        ratios = [run.seconds / other.seconds for run, other in zip(runs, base, strict=True)]
        print(
            f"| {name} | {statistics.median(seconds):.2f} | {min(seconds):.2f}-{max(seconds):.2f} "
            f"| {max(run.megabytes for run in runs):.0f} | {statistics.median(ratios):.2f} |"
        )


if __name__ == "__main__":
    main()
