"""States are looked at all at once, and what does not answer is not waited for."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests import model
from tests.cli.terminal import run
from tests.language.projects import SOUND, project
from vectorform.desired.model import Backend
from vectorform.state.status.look import look

PLACE = {"bucket": "states", "region": "eu-west-1"}


def test_a_backend_that_does_not_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = ("eu-west-1", "us-east-1", "us-west-2")
    regions = [model.region(name=name, backend_settings={**PLACE, "key": name}) for name in names]
    desired = replace(model.environment(*regions), backend=Backend("s3", PLACE))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
        start = time.monotonic()
        found = look(desired, tmp_path, seconds=1.5)
        assert time.monotonic() - start < 3
    assert {(name, seen.kind, seen.lock_seen) for name, seen in found.items()} == {
        (name, "unknown", False) for name in names
    }
    assert all("no answer within" in seen.checks[0].what for seen in found.values())


def test_a_service_that_is_not_there_is_said_and_nothing_else_fails(tmp_path: Path) -> None:
    """The whole command, within its 10 seconds."""
    backend = "backend: {type: s3, bucket: states, region: ap-southeast-2}\n"
    root = project(tmp_path, dev=SOUND + backend)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    there = {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "a"}
    start = time.monotonic()
    done = run(root, "status", "dev", **there, AWS_SECRET_ACCESS_KEY="b")
    assert time.monotonic() - start < 10
    assert (done.returncode, done.stderr) == (2, "")
    assert "not seen:\n" in done.stdout
    assert "Could not connect to the endpoint URL" in " ".join(done.stdout.split())
    assert "`aws sso login`" in done.stdout  # a command is never cut in two


def test_an_apply_that_was_killed_and_the_owner_of_a_local_state(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    state = {"version": 4, "serial": 3, "lineage": "x", "resources": []}
    (root / "terraform.dev.tfstate").write_text(json.dumps(state))
    info = {"Operation": "OperationTypeApply", "Who": "ines@laptop", "Created": "2026-11-26T01:02:03.4Z"}
    (root / ".terraform.dev.tfstate.lock.info").write_text(json.dumps(info))
    done = run(root, "status", "dev", "--format", "json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    (region,) = found["regions"]
    assert (region["serial"], region["by"] != "", region["lock"]) == (3, True, None)
    assert any(
        "started by ines@laptop at 2026-11-26T01:02:03.4Z, was killed" in it["what"] for it in found["wrong"]
    )
