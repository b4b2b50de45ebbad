"""Migrations against the local AWS: whole, twice, cut off, disturbed."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from s3vectors_local.faults import Fault
from tests.migration.conftest import AWAY, Pair
from vectorform.errors import UserError
from vectorform.migration.calls import Refused, patiently
from vectorform.migration.journal import Progress, Segment
from vectorform.migration.pace import Pace

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("segments", [1, 3, 16])
def test_every_vector_arrives_with_its_content_and_a_second_run_changes_nothing(
    pair: Pair, segments: int
) -> None:
    pair.fill(pair.source, 1200)
    result = pair.migration(segments=segments).run()
    assert (result.seen, result.copied, result.complete) == (1200, 1200, True)
    assert pair.content(pair.target) == pair.content(pair.source)
    assert not list(pair.folder.glob(".vectorform/*.json"))
    pair.aws.forget_requests()
    again = pair.migration(segments=segments).run()
    assert (again.seen, again.copied, again.complete) == (1200, 0, True)
    assert "s3vectors:PutVectors" not in pair.aws.requests()


def test_what_the_target_has_already_is_left_and_told(pair: Pair) -> None:
    pair.fill(pair.source, 10)
    newer = [{"key": "vector-000003", "data": {"float32": [9.0, 9.0, 9.0, 9.0]}}]
    pair.client(pair.target).put_vectors(**pair.target.parameters, vectors=newer)
    result = pair.migration().run()
    assert result.compared is not None and not result.complete
    assert (result.copied, result.compared.different, result.compared.missing) == (9, 1, 0)
    assert result.compared.examples == ("vector-000003",)
    assert pair.content(pair.target)["vector-000003"]["data"]["float32"] == [9.0] * 4


def test_to_another_region_metric_and_metadata_keys(pair: Pair) -> None:
    pair.fill(pair.source, 20)
    away = replace(pair.target, region=AWAY, index="away")
    keys = {"nonFilterableMetadataKeys": ["tags"]}
    pair.create(away, distanceMetric="euclidean", metadataConfiguration=keys)
    pair.target = away
    assert pair.migration().run().complete
    assert pair.content(away) == pair.content(pair.source)


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("throttle", rate=0.3)],
        [Fault("server-error", rate=0.1)],
        [Fault("drop-after", operation="PutVectors", rate=0.3)],
        [Fault("drop", rate=0.1)],
    ],
    ids=["throttled at 30 %", "5xx at 10 %", "put and then cut off", "connections dropped"],
)
def test_a_service_that_is_unwell_only_takes_longer(pair: Pair, faults: list[Fault]) -> None:
    pair.fill(pair.source, 900)
    migration = pair.migration(segments=2)
    pair.aws.inject(*faults)
    result = migration.run()
    pair.aws.clear_faults()
    assert (result.seen, result.complete) == (900, True)
    assert pair.content(pair.target) == pair.content(pair.source)


def test_a_refusal_ends_it_and_the_next_run_goes_on(pair: Pair) -> None:
    pair.fill(pair.source, 3000)
    migration = pair.migration(segments=2)
    put = migration._to.put_vectors
    calls = []

    def third_fails(**parameters: object) -> object:
        calls.append(parameters)
        if len(calls) == 3:
            pair.aws.inject(Fault("deny", operation="PutVectors"))
        return put(**parameters)

    migration._to.put_vectors = third_fails
    with pytest.raises(Refused, match="AccessDenied"):
        migration.run()
    pair.aws.clear_faults()
    before = len(pair.content(pair.target))
    assert 0 < before < 3000
    again = pair.migration(segments=2)
    result = again.run()
    assert result.resumed is not None and result.resumed[0] == "copy" and 0 < result.resumed[1] < 3000
    assert (result.seen, result.complete) == (3000, True)
    assert pair.content(pair.target) == pair.content(pair.source)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_at_any_point_it_goes_on(pair: Pair, how: signal.Signals) -> None:
    """Killed again and again after ever so many pages, until a run reaches the end."""
    pair.fill(pair.source, 2000)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    names = [f"{end.bucket}/{end.index}" for end in (pair.source, pair.target)]
    command = [sys.executable, "-m", "vectorform", "migrate", *names, "--region", pair.source.region]
    for pages in (1, 2, 3):
        pair.aws.clear_faults()
        pair.aws.inject(Fault("latency", operation="PutVectors", milliseconds=150))
        pair.aws.forget_requests()
        child = subprocess.Popen(
            command, cwd=pair.folder, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE
        )
        with child:
            while pair.aws.requests().get("s3vectors:PutVectors", 0) < pages and child.poll() is None:
                time.sleep(0.01)
            child.send_signal(how)
            child.communicate()  # a pipe that is closed before the last words would be exit code 120
        assert child.returncode in (-9, 130, 0)
        if child.returncode == 0:
            break
    pair.aws.clear_faults()
    done = subprocess.run(command, cwd=pair.folder, env=environment, capture_output=True, text=True)
    assert (done.returncode, "with the same content" in done.stdout) == (0, True), done.stderr
    assert pair.content(pair.target) == pair.content(pair.source)


def test_not_compared_is_not_equal(pair: Pair) -> None:
    pair.fill(pair.source, 10)
    result = pair.migration(check=False).run()
    assert (result.seen, result.copied, result.compared, result.complete) == (10, 10, None, False)


def test_cut_off_in_the_comparison_and_not_compared_what_is_new_is_copied(pair: Pair) -> None:
    pair.fill(pair.source, 10)
    pair.migration(check=False).run()
    pair.journal().save(Progress("check", [Segment() for _ in range(4)], copied=10, total=10))
    pair.fill(pair.source, 15)
    result = pair.migration(check=False).run()
    assert (result.seen, result.copied, result.compared, result.resumed) == (15, 5, None, None)
    assert len(pair.content(pair.target)) == 15


def test_a_journal_of_another_index_of_that_name_is_not_used(pair: Pair) -> None:
    pair.fill(pair.source, 10)
    journal = pair.journal()
    pair.migration(check=False).run()
    journal.save(pair.migration().progress)
    pair.client(pair.target).delete_index(**pair.target.parameters)
    time.sleep(1.1)  # creation times are whole seconds
    pair.create(pair.target)
    fresh = pair.migration().run()
    assert (fresh.copied, fresh.resumed) == (10, None)


def test_a_token_that_the_service_has_forgotten_starts_the_segment_again(pair: Pair) -> None:
    pair.fill(pair.source, 600)
    migration = pair.migration(segments=1)
    migration.progress.segments[0].token = "forgotten"
    migration.progress.segments[0].seen = 500
    pair.journal().save(migration.progress)
    result = pair.migration(segments=1).run()
    assert (result.seen, result.copied, result.complete) == (600, 600, True)


def test_two_at_once_are_refused(pair: Pair) -> None:
    with pair.journal().held(), pytest.raises(UserError, match="is running here"), pair.journal().held():
        pass


def test_indexes_that_do_not_fit(pair: Pair) -> None:
    wide = replace(pair.target, index=f"wide-{secrets.token_hex(2)}")
    pair.create(wide, dimension=8)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "vectorform", "migrate", "--region", pair.source.region]
    for target, said in (
        (f"{wide.bucket}/{wide.index}", "the source has dimension 4, the target 8: embed the texts again"),
        (f"{pair.source.bucket}/old", "are the same index"),
        (f"{pair.source.bucket}/none", "The specified index could not be found"),
        ("old", "write an index as bucket/index"),
    ):
        done = subprocess.run(
            [*command, f"{pair.source.bucket}/old", target],
            cwd=pair.folder,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert (done.returncode, done.stdout) == (2, "") and said in done.stderr


def test_the_pace_is_kept_over_all_threads() -> None:
    pace, stop = Pace(vectors=1000, requests=1000), threading.Event()
    start = time.monotonic()
    threads = [threading.Thread(target=lambda: [pace.wait(50, stop) for _ in range(2)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - start >= 0.25  # six waits of 50 ms, the first of which is free


def test_what_stays_unwell_is_given_up(monkeypatch: pytest.MonkeyPatch, pair: Pair) -> None:
    monkeypatch.setattr("vectorform.migration.calls.PATIENCE_SECONDS", 0.2)
    client = pair.client(pair.source)
    pair.aws.inject(Fault("throttle", operation="GetIndex"))
    with pytest.raises(Refused, match="TooManyRequests"):
        patiently(client.get_index, threading.Event(), **pair.source.parameters)
