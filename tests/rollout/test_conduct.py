"""Waves, failures, interruption: the conductor with real processes and a Terraform that plays scenes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests import model
from tests.paths import ROOT
from tests.processes.test_tied import wait_until
from tests.rollout.stage import PROD, Stage, phases
from vectorform.desired.model import Retirement, Verification
from vectorform.errors import UserError
from vectorform.guard.lifting import told
from vectorform.rollout import remote_run
from vectorform.rollout.plain import PlainLines
from vectorform.rollout.progress import Board, Planned
from vectorform.rollout.region import RegionRollout
from vectorform.rollout.report import exit_code, report
from vectorform.rollout.selection import selected

LOSS = [["replace", "aws_s3vectors_index", 'unprotected_indexes_notes["notes/pages"]']]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage.built(tmp_path, PROD)


def test_a_wave_starts_when_the_one_before_has_ended(stage: Stage) -> None:
    regions = stage.run(stage.board())
    assert set(phases(regions).values()) == {"done"}
    assert exit_code(regions) == 0
    calls = stage.calls()
    stacks = [call.partition(" ")[0] for call in calls]
    assert stacks[:6] == ["prod"] * 6
    assert set(stacks[6:18]) == {"prod-us-east-1", "prod-us-west-2"}
    assert stacks[18:] == ["prod-sa-east-1"] * 6
    assert [call for call in calls if call.startswith("prod ")] == [
        f"prod {command} {what}" for command in ("init", "plan", "apply") for what in ("starts", "ends")
    ]


def test_the_regions_of_a_wave_go_at_the_same_time(stage: Stage) -> None:
    """Each of the two waits for a file that exists only once both apply."""
    both = stage.root / "both"
    for region in ("us-east-1", "us-west-2"):
        stage.scene(region, hold=str(both))
    board = stage.board()

    def release() -> None:
        while sum(call.endswith("apply starts") for call in stage.calls()) < 3:
            time.sleep(0.01)
        both.touch()

    releasing = threading.Thread(target=release)
    releasing.start()
    regions = stage.run(board)
    releasing.join()
    assert set(phases(regions).values()) == {"done"}


def test_one_at_a_time_when_asked(stage: Stage) -> None:
    stage.run(stage.board(), parallel=1)
    stacks = [call.partition(" ")[0] for call in stage.calls()]
    assert len([stack for stack, before in zip(stacks, ["", *stacks], strict=False) if stack != before]) == 4


def test_a_failed_verification_holds_what_comes_after(stage: Stage) -> None:
    stage.scene("us-east-1", verifier=["Executing: [sh]", "notes/pages: dimension: expected 8, found 16"])
    regions = stage.run(stage.board())
    assert phases(regions) == {
        "eu-west-1": "done",
        "us-east-1": "failed",
        "us-west-2": "done",
        "sa-east-1": "held",
    }
    assert exit_code(regions) == 1
    assert not any(call.startswith("prod-sa-east-1") for call in stage.calls())
    told = report("prod", regions, 12.4)
    assert "us-east-1 failed:\n  the verification failed:\n  notes/pages: dimension: expected 8" in told
    assert "Executing" not in told and "one long line" not in told
    assert "not started:  sa-east-1" in told
    assert told.endswith("vectorform rollout prod --from us-east-1\n")


@pytest.mark.parametrize(
    ("scene", "said"),
    [
        ({"init_error": "no such provider"}, "Error: no such provider"),
        ({"plan_error": {"summary": "Invalid", "detail": "why", "address": "a.b"}}, "a.b: Invalid\nwhy"),
        ({"apply_error": {"summary": "Refused", "detail": "403"}}, "Refused\n403"),
        (
            {"plan_error": {"summary": "Error acquiring the state lock", "detail": "ID: 1"}},
            "Another deploy of prod is running",
        ),
        (
            {
                "apply_error": {
                    "summary": "Insufficient access to perform\nasynchronous indexing",
                    "detail": "",
                }
            },
            'policy of its KMS key needs this statement: {"Sid": "S3VectorsIndexing"',
        ),
        (
            {"plan_error": {"summary": "with an explicit deny in a resource-based policy", "detail": ""}},
            "run this as a role that the Deny exempts",
        ),
        (
            {"plan_error": {"summary": "Instance cannot be destroyed", "detail": "Resource a.b has"}},
            "the safe way: vectorform guard prod",
        ),
        (
            {"plan_error": {"summary": "Resource instance cannot be destroyed", "detail": "a.b has"}},
            "the safe way: vectorform guard prod",
        ),
    ],
)
def test_what_terraform_says_is_told(stage: Stage, scene: dict[str, object], said: str) -> None:
    stage.scene("eu-west-1", **scene)
    regions = stage.run(stage.board())
    assert phases(regions)["eu-west-1"] == "failed"
    assert set(phases(regions).values()) == {"failed", "held"}
    assert said in regions[0].problems[0]


@pytest.mark.parametrize("action", ["replace", "delete"])
def test_a_plan_that_loses_vectors_is_not_applied_unless_accepted(stage: Stage, action: str) -> None:
    stage.scene("eu-west-1", changes=[[action, *LOSS[0][1:]]])
    regions = stage.run(stage.board())
    assert phases(regions)["eu-west-1"] == "failed"
    done = {"replace": "replaced by an empty one", "delete": "deleted"}[action]
    assert f"prod: index notes/pages would be {done}\n" in regions[0].problems[0]
    assert not any("apply" in call for call in stage.calls())
    assert set(phases(stage.run(stage.board(), accept_loss=True)).values()) == {"done"}


@pytest.mark.parametrize("remote", [False, True])
def test_what_the_yaml_has_retired_and_confirmed_is_applied(stage: Stage, remote: bool) -> None:
    changes = [["delete", "aws_s3vectors_index", 'confirmed_deletions["notes/pages"]']]
    before = 'aws_s3vectors_index.retired_indexes["notes/pages"]'
    stage.scene("eu-west-1", changes=changes, previous_address=before, remote=remote)
    assert phases(stage.run(stage.board()))["eu-west-1"] == "failed"
    retirement = Retirement("replaced", confirm_destroy=True)
    pages = model.index("pages", bucket="notes", retirement=retirement)
    home = model.region(model.vector_bucket(key="notes", leaving=(pages,)))
    stage.desired = replace(stage.desired, regions=(home, *stage.desired.regions[1:]))
    assert set(phases(stage.run(stage.board())).values()) == {"done"}


def test_a_plan_that_comes_as_text_is_read_before_it_is_applied(stage: Stage) -> None:
    """As from a workspace of HCP Terraform without structured output."""
    stage.scene("eu-west-1", remote=True, changes=LOSS)
    refused = stage.run(stage.board())
    assert phases(refused)["eu-west-1"] == "failed"
    assert "index notes/pages would be" in refused[0].problems[0]
    stage.scene("eu-west-1", remote=True, show_error="no permission")
    unread = stage.run(stage.board())
    assert "no permission\nThe plan cannot be read" in unread[0].problems[0]
    assert not any("apply" in call for call in stage.calls())
    stage.scene("eu-west-1", remote=True)
    assert stage.run(stage.board())[0].planned == Planned(add=1)


def test_what_is_no_loss_is_applied(stage: Stage) -> None:
    stage.scene("eu-west-1", changes=[["replace", "aws_iam_policy", 'access_policies["reader"]']])
    regions = stage.run(stage.board())
    assert regions[0].phase == "done"
    assert regions[0].planned == Planned(add=1, change=0, destroy=1)


def test_a_deletion_in_words_that_are_not_known_is_looked_at(stage: Stage) -> None:
    """The summary counts a deletion of which no event told in words that are known."""
    stage.scene("eu-west-1", changes=[["shred", *LOSS[0][1:]]], removed=2, actions={"shred": ["delete"]})
    regions = stage.run(stage.board())
    assert regions[0].phase == "failed" and "the plan loses vectors" in regions[0].problems[0]
    assert not any("apply" in call for call in stage.calls())


def test_a_dry_run_plans_everything_and_applies_nothing(stage: Stage) -> None:
    stage.scene("us-east-1", changes=LOSS)
    stage.scene("sa-east-1", plan_error={"summary": "Down", "detail": ""})
    board = stage.board()
    with stage.children() as children:
        plans = stage.rollout(board, children, accept_loss=True).plan()
    assert [plan.stack for plan in plans] == ["prod", "prod-us-east-1", "prod-us-west-2"]
    assert phases(board.all())["sa-east-1"] == "failed"
    assert exit_code(board.all()) == 1
    assert report("prod", board.all(), 3.0, dry_run=True).endswith(
        "prod: some regions could not be planned, after 3 s; nothing was changed\n"
        "fix that, then plan again: vectorform rollout prod --dry-run\n"
    )
    assert not any("apply" in call for call in stage.calls())


def test_what_only_some_roles_may_apply_is_told_before_the_apply(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    role = "arn:aws:iam::123456789012:role/admin"
    condition = {"ArnNotLike": {"aws:PrincipalArn": [role]}}
    policy = json.dumps({"Statement": [{"Sid": "ProtectionLiftedBy", "Condition": condition}]})
    changes = [["update", "aws_s3vectors_vector_bucket_policy", 'vector_bucket_policies["notes"]']]
    stage.scene("eu-west-1", changes=changes, before={"policy": policy})
    board = Board(selected(stage.desired, None, ["eu-west-1"]), PlainLines(None).observe)
    regions = stage.run(board, notes=told)
    note = f"vector bucket notes: only {role} may apply this; its policy changes: protection_lifted_by"
    lines = [line for line in capfd.readouterr().err.splitlines() if "eu-west-1" in line]
    steps = [
        ("applying" if "applying" in line else "note") for line in lines if note in line or "applying" in line
    ]
    assert steps == ["note", "applying"]
    assert note in report("prod", regions, 1.0)


@pytest.mark.parametrize(
    "line",
    [
        "Waiting for 1 run(s) to finish before being queued... (30s elapsed)",
        "Waiting for the manually locked workspace to be unlocked... (30s elapsed)",
        "Waiting for the plan to start... (30s elapsed)",
    ],
)
def test_a_run_does_not_wait_for_ever(stage: Stage, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    """One that another got in front of, after nothing was found in its way."""
    monkeypatch.setattr(remote_run, "WAITING_SECONDS", 0.3)
    stage.scene("eu-west-1", waiting=f"\x1b[0m{line}\x1b[0m")
    regions = stage.run(stage.board())
    assert phases(regions)["eu-west-1"] == "failed"
    assert phases(regions)["us-east-1"] == "held"
    assert f"gave up after 0 minutes: {line}" in report("prod", regions, 1.0)
    assert stage.calls()[-2:] == ["prod was interrupted 1 time", "prod plan ends"]


def test_from_and_only(stage: Stage) -> None:
    assert phases(stage.run(stage.board(start="us-west-2"))) == {
        "eu-west-1": "skipped",
        "us-east-1": "done",
        "us-west-2": "done",
        "sa-east-1": "done",
    }
    assert phases(stage.run(stage.board(only=["us-west-2"]))) == {
        "eu-west-1": "skipped",
        "us-east-1": "skipped",
        "us-west-2": "done",
        "sa-east-1": "skipped",
    }


@pytest.mark.parametrize(
    ("start", "only", "said"),
    [
        ("us-est-1", [], "prod has no region us-est-1; did you mean `us-east-1`"),
        (None, ["mars"], "has no region mars"),
        ("eu-west-1", ["us-east-1"], "exclude each other"),
    ],
)
def test_regions_that_cannot_be_meant(start: str | None, only: list[str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        selected(PROD, start, only)


def test_interrupted_once_terraform_finishes_and_the_rest_is_held(stage: Stage) -> None:
    """As Ctrl-C does: KeyboardInterrupt in the main thread while two regions apply."""
    for region in ("us-east-1", "us-west-2"):
        stage.scene(region, hold=str(stage.root / "never"))
    board = stage.board()

    def interrupt() -> None:
        while sum(call.endswith("apply starts") for call in stage.calls()) < 3:
            time.sleep(0.01)
        while any(one.wave == 2 and one.phase != "applying" for one in board.all()):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    interrupting = threading.Thread(target=interrupt)
    interrupting.start()
    with pytest.raises(KeyboardInterrupt):
        stage.run(board)
    interrupting.join()
    assert phases(board.all()) == {
        "eu-west-1": "done",
        "us-east-1": "stopped",
        "us-west-2": "stopped",
        "sa-east-1": "held",
    }
    assert exit_code(board.all()) == 130
    interrupted = sorted(call for call in stage.calls() if "interrupted" in call)
    assert interrupted == [
        "prod-us-east-1 was interrupted 1 time",
        "prod-us-west-2 was interrupted 1 time",
    ]
    assert sum(call.endswith("apply ends") for call in stage.calls()) == 3


DRIVER = """
import sys
from pathlib import Path
from tests.rollout.stage import PROD, Stage
stage = Stage(Path(sys.argv[1]), PROD)
stage.run(stage.board())
"""


def test_killed_itself_it_leaves_every_terraform_the_time_to_finish(stage: Stage) -> None:
    """Terraform goes on to write after its reader has gone, and must not die of that."""
    stage.scene("eu-west-1", hold=str(stage.root / "never"))
    variables = {**os.environ, "TMPDIR": str(stage.root)}
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, str(stage.root)], cwd=ROOT, env=variables)
    wait_until(lambda: "prod apply starts" in stage.calls(), "it applies")
    driver.kill()
    driver.wait()
    wait_until(lambda: "prod apply ends" in stage.calls(), "Terraform has ended in good order")
    assert "prod was interrupted 1 time" in stage.calls()


@pytest.mark.parametrize(("within", "ran"), [(True, []), (False, ["search-settings"])])
def test_search_settings_where_the_apply_leaves_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, within: bool, ran: list[str]
) -> None:
    """The settings come before the verification, which the played Terraform runs itself."""
    bucket = model.vector_bucket(model.index(text_search={"title": "en"}))
    desired = model.environment(
        model.region(bucket), verification=Verification(after_apply=within), waves=(("eu-west-1",),)
    )
    verbs: list[str] = []
    monkeypatch.setattr(RegionRollout, "_run", lambda _, verb: verbs.append(verb))
    stage = Stage.built(tmp_path, desired)
    assert set(phases(stage.run(stage.board())).values()) == {"done"}
    assert verbs == ran
