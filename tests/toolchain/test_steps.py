"""A step of a set-up is done once for the same input, and again where its result is gone."""

from __future__ import annotations

from pathlib import Path

from vectorform.toolchain.steps import Steps


def test_a_step_is_done_again_for_other_input_and_for_a_lost_result(tmp_path: Path) -> None:
    steps, done = Steps(tmp_path, tmp_path / "stamps", tmp_path), []
    for digest, lost in (("a", False), ("a", False), ("b", False), ("b", True), ("b", False)):
        steps.step("index", digest, lambda d=digest: done.append(d), lost=lost)
    assert done == ["a", "b", "b"]
