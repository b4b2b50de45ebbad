"""`cdktf deploy` itself: killed, and twice at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from s3vectors_local.faults import Fault
from tests.drills.drilled import Drilled, drilled, said
from tests.paths import ROOT
from tests.processes.test_tied import processes_about, wait_until
from vectorform.rehearsal.provider.mirror import offline

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("drills-cdktf")]

DEPLOY = ["cdktf", "deploy", "dev", "--auto-approve"]


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drilled]:
    folder = tmp_path_factory.mktemp("cdktf")
    with drilled(folder) as dev:
        dev.environment |= {**offline(folder / "terraform"), "CI": "true", "DISABLE_VERSION_CHECK": "1"}
        settings = json.loads((dev.root / "cdktf.json").read_text())
        settings |= {"language": "python", "projectId": "drilled", "sendCrashReports": "false"}
        (dev.root / "cdktf.json").write_text(json.dumps(settings))
        (dev.root / "node_modules").symlink_to(ROOT / "node_modules")
        yield dev


def start(dev: Drilled) -> subprocess.Popen[str]:
    """A deploy that waits for its index."""
    dev.aws.forget_requests()
    process = subprocess.Popen(
        DEPLOY,
        cwd=dev.root,
        env=dev.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    asked = "s3vectors:CreateIndex"
    wait_until(lambda: process.poll() is not None or asked in dev.aws.requests(), "the index is asked for")
    assert process.poll() is None, process.communicate()[0]
    return process


def deploy(dev: Drilled, **environment: str) -> subprocess.CompletedProcess[str]:
    environ = dev.environment | environment
    return subprocess.run(DEPLOY, cwd=dev.root, env=environ, capture_output=True, text=True)


def test_ten_at_once(dev: Drilled) -> None:
    """In one output folder they come one after the other, and all end well."""
    dev.add("wanted-by-ten")
    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(lambda _: deploy(dev), range(10)))
    assert [one.returncode for one in done] == [0] * 10, [said(one) for one in done]
    assert sum("cdktf.out: waiting for `cdktf deploy dev" in said(one) for one in done) >= 8
    assert sum("1 added, 0 changed" in said(one) or "2 added, 0 changed" in said(one) for one in done) == 1
    dev.settled()


def test_twice_at_once(dev: Drilled) -> None:
    """From another output folder the second is refused by the lock on the state; the first goes on."""
    dev.add("contended")
    dev.aws.inject(Fault("latency", "CreateIndex", milliseconds=12_000, count=1))
    first = start(dev)
    try:
        second = deploy(dev, CDKTF_OUTPUT="other.out")
        assert first.poll() is None
    finally:
        output, _ = first.communicate(timeout=120)
    assert second.returncode == 1
    assert "Error acquiring the state lock" in said(second)
    assert first.returncode == 0, output
    assert "matches the configuration" in output
    dev.settled()


@pytest.mark.parametrize("everything", [True, False], ids=["machine", "parent"])
def test_killed_during_the_apply(dev: Drilled, everything: bool) -> None:
    """Of its parent's death Terraform need not know; when the machine fails, it is killed as well."""
    name = "with-all" if everything else "alone"
    dev.add(name)
    dev.aws.inject(Fault("latency", "CreateIndex", milliseconds=2000, count=1))
    process = start(dev)
    mine = processes_about(str(dev.root)) if everything else [process.pid]
    for pid in mine:
        os.kill(pid, signal.SIGKILL)
    process.communicate()
    wait_until(lambda: not processes_about(str(dev.root)), "nothing of it runs any more")
    wait_until(lambda: name in dev.names(), "the creation that was under way is done")
    if deploy(dev).returncode != 0:
        assert name in dev.adopt()
        done = deploy(dev)
        assert done.returncode == 0, said(done)
    dev.settled()
