"""What is made of the states that were seen: what is behind, wrong, not seen, and which step comes next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import model
from tests.cli.test_output import accepts
from tests.paths import ROOT
from vectorform.cli.output import plain
from vectorform.cli.status import document, lines
from vectorform.desired.fingerprint import fingerprint
from vectorform.desired.model import Comparison, Environment, Replacement, Retirement, Verification
from vectorform.state.status.seen import Lock, Recorded, Seen, recorded, unseen
from vectorform.state.status.standing import Status, status

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
HOME = "eu-west-1"


def environment(retirement: Retirement | None = None, **values: Any) -> Environment:
    index = model.index("pages", retirement=retirement)
    return model.environment(model.region(model.vector_bucket(index, model.index("new"))), **values)


def state(desired: Environment, *indexes: str, verified: bool | None = True, **values: Any) -> Seen:
    """A state of the home region whose last apply was of what the environment says."""
    mark = None if verified is None else fingerprint(desired, desired.home)
    record = Recorded(7, "lineage", 5, mark, verified, frozenset(indexes))
    return replace(Seen("read", NOW - timedelta(hours=2), "ines", recorded=record), **values)


def standing(desired: Environment, seen: Mapping[str, Seen], folder: Path) -> Status:
    return status(desired, seen, folder / "cdktf.out", NOW)


def test_all_is_as_written(tmp_path: Path) -> None:
    desired = environment()
    found = standing(desired, {HOME: state(desired)}, tmp_path)
    assert (found.exit_code, found.wrong, found.unseen, found.retiring) == (0, (), (), ())
    (region,) = found.regions
    assert (region.deployed, region.verified, region.by, region.serial) == (
        "up to date",
        "passed",
        "ines",
        7,
    )


@pytest.mark.parametrize(
    ("seen", "what", "fix", "code"),
    [
        (Seen("none"), "nothing is deployed", "`vectorform rollout prod --only eu-west-1`", 1),
        (
            state(environment(account_id="210987654321")),
            "the configuration has changed since the last apply",
            "--only eu-west-1 --dry-run`",
            1,
        ),
        (
            state(environment(), verified=False),
            "the verification of its last apply failed",
            "`vectorform verify prod --region eu-west-1`",
            1,
        ),
        (
            state(environment(), lock=Lock("ci@runner", NOW - timedelta(hours=3), "apply", "x unlock")),
            "locked by ci@runner since 2026-11-26 00:00 UTC (apply)",
            "if not: `x unlock`",
            1,
        ),
        (unseen("s3://states: AccessDenied", "other credentials"), "AccessDenied", "other credentials", 2),
    ],
    ids=["never", "behind", "failed", "locked", "unseen"],
)
def test_what_is_wrong_comes_with_what_to_do(
    seen: Seen, what: str, fix: str, code: int, tmp_path: Path
) -> None:
    found = standing(environment(), {HOME: seen}, tmp_path)
    (check,) = (*found.wrong, *found.unseen)
    assert check.what.startswith(f"{HOME}: ") and what in check.what
    assert fix in check.fix
    assert found.exit_code == code


def test_a_deploy_that_runs_is_nothing_wrong(tmp_path: Path) -> None:
    desired = environment()
    lock = Lock("ci@runner", NOW - timedelta(minutes=4), "apply")
    found = standing(desired, {HOME: state(desired, lock=lock)}, tmp_path)
    assert found.exit_code == 0
    assert "for 4 min" in "\n".join(lines(found, None, 80))


def test_where_applies_do_not_verify_nothing_is_called_behind(tmp_path: Path) -> None:
    desired = environment(verification=Verification(after_apply=False))
    found = standing(desired, {HOME: state(desired, verified=None)}, tmp_path)
    assert (found.exit_code, found.regions[0].deployed) == (0, "not recorded")
    # Where they do, a first apply ended before its verification.
    found = standing(environment(), {HOME: state(desired, verified=None)}, tmp_path)
    assert found.exit_code == 1 and "its last apply did not complete" in found.wrong[0].what


SUCCESSOR = Replacement("documents/new")
COMPARED = {HOME: Comparison("documents/new", "2026-11-26T01:00:00Z", 3, found=3)}


@pytest.mark.parametrize(
    ("retirement", "has", "step"),
    [
        (Retirement("old"), True, "write `replaced_by`"),
        (Retirement("old", replaced_by=SUCCESSOR), True, "vectorform retire prod documents/pages"),
        (
            Retirement("old", replaced_by=SUCCESSOR, compared=COMPARED),
            True,
            "deploy the retirement, then write `confirm_destroy: true`",
        ),
        (
            Retirement("old", replaced_by=Replacement(None)),
            True,
            "deploy the retirement, then write `confirm_destroy: true`",
        ),
        (
            Retirement("old", confirm_destroy=True),
            True,
            "vectorform rollout prod, which lets Terraform delete",
        ),
        (Retirement("old", keep=True), True, "vectorform rollout prod, which lets Terraform forget"),
        (Retirement("old", confirm_destroy=True), False, "delete its definition and its entry in `retired`"),
    ],
)
def test_the_next_step_of_a_retirement(retirement: Retirement, has: bool, step: str, tmp_path: Path) -> None:
    desired = environment(retirement)
    indexes = ["documents/pages"] if has else []
    (found,) = standing(desired, {HOME: state(desired, *indexes)}, tmp_path).retiring
    assert (found.index, found.in_states) == ("documents/pages", (HOME,) if has else ())
    assert found.next.startswith(step)


def test_what_a_real_state_records() -> None:
    path = ROOT / "tests" / "states" / "one-block-for-all-indexes.tfstate"
    content, found = recorded(path.read_bytes())
    assert content.kind == "read" and found is not None
    assert (found.serial, found.fingerprint, found.verified) == (11, None, None)
    assert found.indexes == {"docs/old", "docs/pages", "docs/plain", "scratch/bare", "scratch/notes"}


@pytest.mark.parametrize(
    "text", ["{", "[]", json.dumps({"lineage": "x", "resources": [{}]}), json.dumps({"lineage": "x"})]
)
def test_a_state_that_cannot_be_read_records_nothing(text: str) -> None:
    content, found = recorded(text.encode())
    assert (content.kind, found) == ("damaged", None)


def test_one_screen_of_80_columns_and_the_schema(tmp_path: Path) -> None:
    names = [f"ap-southeast-{number}" for number in range(1, 8)]
    desired = replace(
        environment(Retirement("old", replaced_by=SUCCESSOR)),
        regions=tuple(model.region(model.vector_bucket(), name=name) for name in names),
    )
    long_ago = Lock("somebody.with.a.long.name@a-runner-of-the-pipeline", NOW - timedelta(days=2), "apply")
    seen = {name: state(desired, by="somebody.with.a.long.name") for name in names[:-3]}
    seen |= {names[-3]: state(desired, lock=long_ago), names[-2]: Seen("none"), names[-1]: unseen("x", "y")}
    found = standing(desired, seen, tmp_path)
    shown = list(lines(found, None, 80))
    assert [line for line in shown if len(line) > 80] == []
    assert found.exit_code == 2
    accepts("status", plain(document(found, None)))
