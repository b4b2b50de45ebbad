"""Terraform's time by the number of indexes: the project's stack, and the same with a block for each index.

    .venv/bin/python -m benchmarks.terraform [--indexes N ...] [--terraform PATH ...]

For every number of indexes in one vector bucket, with real Terraform, the offline provider and a local AWS:

- create: the plan that creates all of them
- plan: a plan without a change, after the state has lived through two changes of protection, a retirement
  that was taken back and a change of the spread
- each: a plan without a change of the same indexes of the same AWS, with a block for each and no moves
- one more: the plan that adds one index
- with models: the first two when every index says its embedding model

Seconds are processor time of Terraform with its provider, which other work on the machine disturbs less than
the time on a clock; the share of the provider and that of the local AWS, which it calls, stand by themselves.
Target: plan within 1.5 times of each, creating 2,000 within 6 times of 500, below 2 GB. Prints Markdown.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from s3vectors_local.process import LocalAws, local_aws
from vectorform.blocks import bindings
from vectorform.desired import kinds
from vectorform.desired.index_blocks import blocks_for
from vectorform.desired.model import (
    Embedding,
    Environment,
    Index,
    IndexBlocks,
    Region,
    Retirement,
    VectorBucket,
    Verification,
)
from vectorform.rehearsal.first_states import behind_an_address, use
from vectorform.rehearsal.provider.mirror import install
from vectorform.state.placements import placements

SIZES = (500, 2_000, 10_000)
HEADINGS = (
    "| Terraform | indexes | blocks | create s | plan s | each s | plan / each | one more s "
    "| of the provider s | of the local AWS s | MB | create, with models s | plan, with models s |"
    "\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """One Terraform command: processor seconds, and the memory of Terraform itself in MB."""

    seconds: float
    provider: float
    local_aws: float
    megabytes: float


@dataclass
class Stack:
    """The stack `dev` in a folder of its own."""

    root: Path
    terraform: str
    aws: LocalAws

    @property
    def folder(self) -> Path:
        return self.root / "cdktf.out" / "stacks" / "dev"

    @property
    def state(self) -> Path:
        return self.root / "terraform.dev.tfstate"

    def synthesize(self, environment: Environment) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        bindings.prepare()
        from stacks.app import synthesize

        synthesize([environment], self.root / "cdktf.out", placements([environment], self.root))

    def apply(self, environment: Environment) -> None:
        """Apply it, with a state that Terraform does not write after each resource."""
        self.synthesize(environment)
        with behind_an_address(self.root, [self.folder]) as variables:
            use(variables, self.folder)
            for command in ("init -reconfigure", "apply -auto-approve"):
                self.run(*command.split(), "-input=false", "-no-color")
        self.run("init", "-input=false", "-no-color")

    def plan(self) -> Measured:
        return self.run("plan", "-input=false", "-no-color", "-out=plan")

    def run(self, *arguments: str) -> Measured:
        """Run a command, which has to succeed."""
        if arguments[0] != "init" and not (self.folder / ".terraform").exists():
            self.run("init", "-input=false", "-no-color")
        environment = {**self.aws.surroundings(), "CHECKPOINT_DISABLE": "1"}
        environment["TF_CLI_CONFIG_FILE"] = str(install(self.root / "terraform"))
        before = _processor_seconds(self.aws.pid)
        with (self.root / "output").open("w") as output:
            child = subprocess.Popen(
                [self.terraform, *arguments], cwd=self.folder, env=environment, stdout=output, stderr=output
            )
            watch = _Watch(child.pid)
            watch.start()
            try:
                _, status, used = os.wait4(child.pid, 0)
            except KeyboardInterrupt:
                child.terminate()
                child.wait()
                raise
            child.returncode = os.waitstatus_to_exitcode(status)
        watch.join()
        if child.returncode:
            raise SystemExit(
                f"terraform {arguments[0]} failed:\n{(self.root / 'output').read_text()[-3000:]}"
            )
        return Measured(
            used.ru_utime + used.ru_stime,
            watch.provider_seconds,
            _processor_seconds(self.aws.pid) - before,
            watch.megabytes,
        )


class _Watch(threading.Thread):
    """What the provider below a Terraform process uses, and Terraform's memory, looked at now and then."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.provider_seconds = 0.0
        self.megabytes = 0.0

    def run(self) -> None:
        providers: dict[int, float] = {}
        with contextlib.suppress(OSError, IndexError, ValueError, StopIteration):
            while True:
                status = Path(f"/proc/{self.pid}/status").read_text()
                peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
                self.megabytes = int(peak) / 1024
                for child in _children(self.pid):
                    with contextlib.suppress(OSError, IndexError):
                        providers[child] = _processor_seconds(child)
                self.provider_seconds = sum(providers.values())
                time.sleep(0.05)


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def environment(indexes: int, spread: int, **values: Any) -> Environment:
    """One vector bucket with so many indexes in so many blocks; the first is retired if there is a reason."""
    reason = values.pop("reason", None)
    model = values.pop("model", None)
    found = [
        Index(f"tenant-{number}", f"tenants/tenant-{number}", f"tenant-{number}", 4, "cosine",
              non_filterable_metadata_keys=("text",), embedding_model=model)
        for number in range(indexes)
    ]  # fmt: skip
    if reason:
        found[0] = replace(found[0], retirement=Retirement(reason))
    bucket = VectorBucket("tenants", "tenants", indexes=tuple(found), index_blocks=IndexBlocks(spread, ()))
    region = Region("eu-west-1", (replace(bucket, **values),))
    return Environment("dev", "tenants", "123456789012", (region,), verification=Verification(False))


def with_a_block_for_each(stack: Stack, root: Path) -> Stack:
    """The same indexes, of the same AWS, as one block each, in a stack and a state of its own."""
    other = Stack(root, stack.terraform, stack.aws)
    other.folder.mkdir(parents=True)
    document = json.loads((stack.folder / "cdk.tf.json").read_text())
    state = json.loads(stack.state.read_text())
    names: dict[str, str] = {}
    each: dict[str, Any] = {}
    for block in document["resource"][kinds.INDEX.type].values():
        rows = document["locals"][block["for_each"].removeprefix("${local.").removesuffix("}")]
        for key, row in rows.items():
            names[key] = f"index_{len(names)}"
            each[names[key]] = {
                "index_name": row["name"],
                **{name: row[name] for name in ("data_type", "dimension", "distance_metric", "tags")},
                "vector_bucket_name": row["vector_bucket_name"],
                "metadata_configuration": row["metadata_configuration"],
                "depends_on": block["depends_on"],
                "lifecycle": {"prevent_destroy": True},
            }
    blocks = {f"{kinds.INDEX.type}.{name}" for name in document["resource"][kinds.INDEX.type]}
    document["resource"][kinds.INDEX.type] = each
    (policies,) = document["resource"]["aws_s3vectors_vector_bucket_policy"].values()
    policies["depends_on"] = sorted({*policies["depends_on"]} - blocks)
    del document["moved"]
    del document["output"]
    resources = []
    for resource in state["resources"]:
        if resource["type"] != kinds.INDEX.type:
            resources.append(resource)
            continue
        for instance in resource["instances"]:
            alone = {name: value for name, value in instance.items() if name != "index_key"}
            resources.append(
                {**{k: v for k, v in resource.items() if k != "each"}, "name": names[instance["index_key"]],
                 "instances": [alone]}
            )  # fmt: skip
    state |= {"resources": resources, "outputs": {}}
    (other.folder / "cdk.tf.json").write_text(json.dumps(document, indent=1))
    other.state.write_text(json.dumps(state))
    return other


@contextlib.contextmanager
def workspace() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="benchmark-terraform-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def row(terraform: str, indexes: int) -> str:
    """One line of the table."""
    spread = blocks_for(indexes)
    with workspace() as folder, local_aws() as aws:
        stack = Stack(folder / "product", terraform, aws)
        settled = environment(indexes, spread)
        with_models = environment(indexes, spread, model=Embedding("our-own-model"))
        stack.synthesize(with_models)
        created_with_models = stack.plan()
        half = environment(indexes, max(1, spread // 2))
        stack.synthesize(half)
        created = stack.plan()
        stack.apply(half)
        stack.apply(environment(indexes, max(1, spread // 2), deletion_protection=False))
        stack.apply(environment(indexes, spread, reason="to see"))
        stack.apply(settled)
        stack.synthesize(settled)
        planned = _without_change(stack)
        each = _without_change(with_a_block_for_each(stack, folder / "each"))
        stack.synthesize(environment(indexes + 1, spread))
        one_more = stack.plan()
        stack.apply(with_models)
        planned_with_models = _without_change(stack)
    return (
        f"| {_version(terraform)} | {indexes:,} | {spread} | {created.seconds:.1f} | {planned.seconds:.1f} "
        f"| {each.seconds:.1f} | {planned.seconds / each.seconds:.2f} | {one_more.seconds:.1f} "
        f"| {planned.provider:.1f} | {planned.local_aws:.1f} | {planned.megabytes:,.0f} "
        f"| {created_with_models.seconds:.1f} | {planned_with_models.seconds:.1f} |"
    )


def _without_change(stack: Stack) -> Measured:
    measured = stack.plan()
    if "No changes." not in (text := (stack.root / "output").read_text()):
        raise SystemExit(f"the plan is not empty:\n{text[-3000:]}")
    return measured


def _version(terraform: str) -> str:
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1"}
    told = subprocess.run([terraform, "version"], env=environment, capture_output=True, text=True, check=True)
    return next(line for line in told.stdout.splitlines() if " v" in line)  # warnings may precede it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--indexes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--terraform", nargs="+", default=["terraform"])
    arguments = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):  # also in the background, where a shell ignores Ctrl-C
        signal.signal(number, signal.default_int_handler)
    print(HEADINGS)
    for terraform in arguments.terraform:
        for indexes in arguments.indexes:
            print(row(terraform, indexes), flush=True)


if __name__ == "__main__":
    main()
