"""Whole-process `vectorform validate`, beside check-jsonschema on the same files and schema.

    .venv/bin/python benchmarks/validate.py [--runs N] [--check-jsonschema COMMAND]

Two inputs: the shipped config/, and one environment with 10,000 indexes. The two tools run in turn, A B A B,
so that a machine whose speed drifts slows both. check-jsonschema is no dependency of this project: install it
in a virtual environment of its own and name its command, or it is left out. It reads every file for itself;
vectorform also merges, resolves names and checks references, limits and conflicts. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "schemas" / "environment.schema.json"
INDEXES = 10_000
LIMITS = {"shipped config/": 0.3, f"{INDEXES:,} indexes": 2.5}


@dataclass
class Candidate:
    name: str
    command: list[str]
    folder: Path
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    def run(self) -> None:
        before, started = _children_cpu(), time.perf_counter()
        done = subprocess.run(
            self.command,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )
        self.seconds.append(time.perf_counter() - started)
        self.cpu_seconds.append(_children_cpu() - before)
        if done.returncode != 0:
            sys.exit(f"{self.name} failed:\n{done.stdout}{done.stderr}")


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def large_project(folder: Path) -> Path:
    (folder / "config").mkdir(parents=True)
    (folder / "cdktf.json").write_text("{}")
    lines = [
        "project: tenants",
        'account_id: "123456789012"',
        "regions: [us-east-1]",
        "vector_buckets:",
        "  documents:",
        "    indexes:",
    ]
    for number in range(INDEXES):
        lines += [
            f"      tenant-{number:05}:",
            "        dimension: 1024",
            "        distance_metric: cosine",
            "        non_filterable_metadata_keys: [text, source]",
            f"        tags: {{Tenant: t-{number:05}}}",
        ]
    (folder / "config" / "tenants.yaml").write_text("\n".join(lines) + "\n")
    return folder


def candidates(project: Path, check_jsonschema: str | None) -> list[Candidate]:
    ours = Candidate("vectorform validate", [sys.executable, "-m", "vectorform", "validate"], project)
    if check_jsonschema is None:
        return [ours]
    files = sorted(str(path) for path in (project / "config").rglob("*.yaml"))
    command = [check_jsonschema, "--schemafile", str(SCHEMA), *files]
    return [ours, Candidate("check-jsonschema", command, project)]


def measure(project: Path, check_jsonschema: str | None, runs: int) -> list[Candidate]:
    found = candidates(project, check_jsonschema)
    for candidate in found:
        candidate.run()  # the first one compiles and fills caches
        candidate.seconds.clear()
        candidate.cpu_seconds.clear()
    for _ in range(runs):
        for candidate in found:
            candidate.run()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--check-jsonschema", default=shutil.which("check-jsonschema"), metavar="COMMAND")
    options = parser.parse_args(arguments)
    # Like an installed command: with bytecode, wherever the machine's settings put it.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("PYTHONPYCACHEPREFIX", f"{folder}/bytecode")
        projects = dict(zip(LIMITS, (ROOT, large_project(Path(folder) / "large")), strict=True))
        print("| input | tool | median s | fastest s | CPU s | to stay below |")
        print("|---|---|---|---|---|---|")
        slow = False
        for name, project in projects.items():
            for candidate in measure(project, options.check_jsonschema, options.runs):
                median = statistics.median(candidate.seconds)
                limit = LIMITS[name] if candidate.name.startswith("vectorform") else None
                slow = slow or (limit is not None and median > limit)
                cpu = statistics.median(candidate.cpu_seconds)
                figures = (f"{median:.2f}", f"{min(candidate.seconds):.2f}", f"{cpu:.2f}", str(limit or ""))
                print(f"| {' | '.join((name, candidate.name, *figures))} |")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nLargest process: {memory:.0f} MiB. Load average: {os.getloadavg()[0]:.1f}.")
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
