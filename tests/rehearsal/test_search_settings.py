"""What a rehearsal does about index modes and text search; the step itself runs in test_permissions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests import model
from vectorform.desired.model import Environment, Verification
from vectorform.rehearsal import rehearse
from vectorform.rehearsal.beforehand import older_vector_buckets
from vectorform.rehearsal.failure import RehearsalFailed


def searched(within_apply: bool) -> Environment:
    bucket = model.vector_bucket(model.index(text_search={"title": "en"}))
    return model.environment(model.region(bucket), verification=Verification(within_apply))


def test_vector_buckets_with_a_classic_mode_are_old_enough_for_it() -> None:
    kept = model.vector_bucket(model.index(index_mode="CLASSIC"), name="kept")
    default = model.vector_bucket(key="others", name="others", default_index_mode="CLASSIC")
    new = model.vector_bucket(model.index(index_mode="ENHANCED"), key="new")
    assert older_vector_buckets(model.environment(model.region(kept, default, new))) == ["kept", "others"]


@pytest.mark.parametrize(("within_apply", "calls"), [(True, 0), (False, 1)])
def test_the_step_is_run_where_the_apply_leaves_it(
    within_apply: bool, calls: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(rehearse, "run_tied", lambda command, **_: commands.append(command) or 0)
    rehearse._set_search(searched(within_apply), tmp_path, {}, lambda _: None)
    assert [command[1:] for command in commands] == [["-m", "vectorform", "search-settings", "prod"]] * calls
    bare = replace(searched(within_apply), regions=(model.region(model.vector_bucket()),))
    rehearse._set_search(bare, tmp_path, {}, lambda _: None)
    assert len(commands) == calls


def test_a_step_that_fails_fails_the_rehearsal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rehearse, "run_tied", lambda *_, **__: 1)
    with pytest.raises(RehearsalFailed, match="`vectorform search-settings prod` failed"):
        rehearse._set_search(searched(within_apply=False), tmp_path, {}, lambda _: None)
