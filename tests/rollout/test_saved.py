"""Plans that were kept: exactly they are applied, or what has changed since then is named."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.rollout.stage import PROD, Stage, phases
from vectorform.errors import UserError
from vectorform.rollout.progress import RegionProgress
from vectorform.rollout.saved import Keeper, SavedPlan, read
from vectorform.rollout.selection import selected, with_plans

HOME = "eu-west-1"
LOSS = [["replace", "aws_s3vectors_index", 'unprotected_indexes_notes["notes/pages"]']]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage.built(tmp_path, PROD)


def kept(stage: Stage, *, only: Sequence[str] = (HOME,)) -> dict[str, SavedPlan]:
    """The plans of these regions (none named: of all), in a folder."""
    keeper = Keeper.of(stage.root / "kept", "prod")
    with stage.children() as children:
        stage.rollout(stage.board(only=only), children, accept_loss=True, keeper=keeper).plan()
    keeper.finish()
    return dict(read(keeper.folder, "prod"))


def applied(stage: Stage, **options: Any) -> RegionProgress:
    """The home region after its plan was to be applied."""
    return stage.run(stage.board(only=[HOME]), **options)[0]


def test_what_was_kept_is_applied_and_nothing_is_planned(stage: Stage) -> None:
    plans = kept(stage, only=())
    before = stage.calls()
    regions = stage.run(stage.board(), saved=plans)
    assert set(phases(regions).values()) == {"done"}
    calls = stage.calls()[len(before) :]
    assert sum("apply starts" in call for call in calls) == 4
    assert not any("plan starts" in call for call in calls)


def test_nobody_else_may_read_them(stage: Stage) -> None:
    plans = kept(stage)
    folder = stage.root / "kept"
    assert folder.stat().st_mode & 0o777 == 0o700
    files = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    assert set(files) == {"plans.json", *(plan.path.name for plan in plans.values())}
    assert set(files.values()) == {0o600}


@pytest.mark.parametrize(
    ("scene", "why"),
    [
        ({"serial": 5}, "its state has changed since then: serial 4, now 5"),
        ({}, "its state has changed since then: serial 4, now 0"),
        ({"serial": 4, "version": "1.15.5"}, "it was planned by terraform 1.11.4, this is terraform 1.15.5"),
    ],
    ids=["state", "lost state", "tool"],
)
def test_terraform_or_the_state_has_changed(scene: dict[str, Any], why: str, stage: Stage) -> None:
    stage.scene(HOME, serial=4)
    plans = kept(stage)
    stage.scene(HOME, **scene)
    region = applied(stage, saved=plans)
    assert region.phase == "failed" and not region.began
    (problem,) = region.problems
    assert problem.splitlines() == [
        "its plan is out of date:",
        why,
        "plan again: vectorform rollout prod --plan-out FOLDER",
    ]


def test_the_configuration_the_app_or_the_provider_has_changed(stage: Stage) -> None:
    plans = kept(stage)
    lock = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "6.61.0"\n'
    (stage.folder(HOME) / ".terraform.lock.hcl").write_text(lock)
    (stage.folder(HOME) / "cdk.tf.json").write_text('{"resource": {}}')
    (problem,) = applied(stage, saved=plans).problems
    assert "the synthesized Terraform has changed, with the same desired state" in problem
    assert "the provider registry.terraform.io/hashicorp/aws was none, and is 6.61.0" in problem
    stage.desired = replace(stage.desired, account_id="210987654321")
    (problem,) = applied(stage, saved=plans).problems
    assert "the configuration has changed" in problem


def test_a_plan_file_that_is_another_one(stage: Stage) -> None:
    plans = kept(stage)
    plans["prod"].path.write_text("another plan")
    (problem,) = applied(stage, saved=plans).problems
    assert "is not the file that was saved" in problem
    plans["prod"].path.unlink()
    (problem,) = applied(stage, saved=plans).problems
    assert "cannot be read: No such file" in problem


def test_what_a_kept_plan_loses_is_judged_before_it_is_applied(stage: Stage) -> None:
    stage.scene(HOME, changes=LOSS)
    plans = kept(stage)
    region = applied(stage, saved=plans)
    assert (region.phase, region.began) == ("failed", False)
    assert "notes/pages" in region.problems[0]
    assert applied(stage, saved=plans, accept_loss=True).phase == "done"


def test_only_regions_with_a_plan(stage: Stage) -> None:
    regions = with_plans(selected(PROD, None, []), {"prod"}, named=False)
    assert [one.phase for one in regions] == ["waiting", "skipped", "skipped", "skipped"]
    with pytest.raises(UserError, match="no plan was saved for us-east-1"):
        with_plans(selected(PROD, None, [HOME, "us-east-1"]), {"prod"}, named=True)


def test_a_folder_that_has_something_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="name an empty one"):
        Keeper.of(tmp_path, "prod")
    with pytest.raises(UserError, match="has no plans"):
        read(tmp_path, "prod")
    (tmp_path / "plans.json").write_text(json.dumps({"format": 1, "environment": "dev", "stacks": {}}))
    with pytest.raises(UserError, match="has plans for dev, not for prod"):
        read(tmp_path, "prod")
    (tmp_path / "plans.json").write_text("{")
    with pytest.raises(UserError, match="is damaged"):
        read(tmp_path, "prod")
