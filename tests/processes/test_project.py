"""A synth as the commands start it, with an app that is a line of shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vectorform.processes import project
from vectorform.processes.children import Children

MANIFEST = '{"stacks": {"dev": {"workingDirectory": "stacks/dev"}}}'


def synthesized(folder: Path, app: str) -> dict[str, Path]:
    (folder / "cdktf.json").write_text(json.dumps({"app": app}), encoding="utf-8")
    (folder / "cdktf.out").mkdir()
    (folder / "cdktf.out" / "manifest.json").write_text(MANIFEST, encoding="utf-8")
    with Children(cwd=folder, environment=project.surroundings(folder), grace=5.0) as children:
        return project.synth(folder, children, ["dev"])


def test_what_the_app_says_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = synthesized(tmp_path, r"echo noted; printf 'prod has \033[31mno stack\n' >&2")
    assert folders == {"dev": tmp_path / "cdktf.out" / "stacks" / "dev"}
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "noted\nprod has \\u001b[31mno stack\n"


def test_a_failed_synth_says_it_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(project.SynthFailed, match=r"^broken\n`echo broken; exit 3` failed, so nothing"):
        synthesized(tmp_path, "echo broken; exit 3")
    assert capsys.readouterr().err == ""
