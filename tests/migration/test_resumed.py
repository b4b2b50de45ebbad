"""What a migration that was killed says when it is run again, with an application that writes meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from s3vectors_local.faults import Fault
from tests.migration.conftest import Pair
from tests.paths import ROOT

# What holds each phase long enough to be killed in the middle of it, and how its beginning is seen.
PHASES = {
    "before the copy": ("s3vectors:GetIndex", 1),
    "copy": ("s3vectors:PutVectors", 2),
    "check": ("s3vectors:GetVectors", 21),  # 15 calls look for what is there before anything is copied
}
COUNT = 1500


def command(pair: Pair) -> list[str]:
    names = [f"{end.bucket}/{end.index}" for end in (pair.source, pair.target)]
    options = ["--region", pair.source.region, "--segments", "1"]
    return [sys.executable, "-m", "vectorform", "migrate", *names, *options]


def run(pair: Pair) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command(pair), cwd=pair.folder, env=environment, capture_output=True, text=True)


def kill_in(pair: Pair, phase: str) -> None:
    """Kill -9 a migration in the middle of a phase."""
    operation, calls = PHASES[phase]
    pair.aws.inject(Fault("latency", operation=operation.partition(":")[2], milliseconds=100))
    pair.aws.forget_requests()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command(pair), cwd=pair.folder, env=environment, stderr=subprocess.DEVNULL
    ) as child:
        while pair.aws.requests().get(operation, 0) < calls:
            assert child.poll() is None, "it ended before that phase"
            time.sleep(0.005)
        child.kill()
    pair.aws.clear_faults()


def write(pair: Pair, place: Any, numbers: range) -> None:
    """What an application does: newer vectors under the same keys."""
    vectors = [
        {"key": f"vector-{number:06}", "data": {"float32": [9.0, 1.0, 1.0, 1.0]}} for number in numbers
    ]
    pair.client(place).put_vectors(**place.parameters, vectors=vectors)


def rewritten(pair: Pair) -> None:
    write(pair, pair.source, range(200))


def vanished(pair: Pair) -> None:
    keys = [f"vector-{number:06}" for number in range(100)]
    pair.client(pair.target).delete_vectors(**pair.target.parameters, keys=keys)


def added(pair: Pair) -> None:
    """Keys that sort before all others, on pages that were seen."""
    vectors = [{"key": f"a-{number}", "data": {"float32": [1.0] * 4}} for number in range(7)]
    pair.client(pair.source).put_vectors(**pair.source.parameters, vectors=vectors)


@pytest.mark.parametrize(
    ("meanwhile", "found"),
    [(rewritten, "0 missing, 200 different"), (vanished, "100 missing, 0 different")],
    ids=["rewritten in the source", "deleted in the target"],
)
def test_a_resumed_comparison_sees_what_was_written_to_pages_that_were_compared(
    pair: Pair, meanwhile: Callable[[Pair], None], found: str
) -> None:
    pair.fill(pair.source, COUNT)
    kill_in(pair, "check")
    meanwhile(pair)
    done = run(pair)
    assert done.returncode == 1, done.stderr
    assert "resumed in the comparison, which started over" in done.stdout
    assert found in done.stdout and "the same content" not in done.stdout


@pytest.mark.long
def test_what_was_missing_is_copied_by_the_next_run(pair: Pair) -> None:
    pair.fill(pair.source, COUNT)
    kill_in(pair, "check")
    added(pair)
    first, second = run(pair), run(pair)
    assert (first.returncode, "7 missing" in first.stdout) == (1, True)
    assert second.returncode == 0 and f"{COUNT + 7:,} vectors, 7 copied" in second.stdout
    assert "resumed" not in second.stdout


@pytest.mark.long
@pytest.mark.parametrize("meanwhile", [rewritten, vanished, added])
@pytest.mark.parametrize("phase", PHASES)
def test_killed_in_any_phase_it_says_equal_of_equals_alone(
    pair: Pair, phase: str, meanwhile: Callable[[Pair], None]
) -> None:
    """Whatever was written when: exit 0 means that the contents are the same now, exit 1 that not."""
    pair.fill(pair.source, COUNT)
    kill_in(pair, phase)
    meanwhile(pair)
    done = run(pair)
    source, target = pair.content(pair.source), pair.content(pair.target)
    equal = all(target.get(key) == vector for key, vector in source.items())
    assert done.returncode == (0 if equal else 1), done.stdout + done.stderr
    assert ("the same content" in done.stdout) == equal
    assert "UTC" in done.stdout
