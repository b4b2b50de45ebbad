"""The commands that are written into an environment of Python: found again, and nobody else's overwritten."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from vectorform.toolchain import commands, project
from vectorform.toolchain.steps import SetUpError
from vectorform.toolchain.versions import Tool


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "node").touch(0o755)
    monkeypatch.setattr(commands, "BIN", tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return tmp_path / "bin"


def run(folder: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([folder / "cdktf", "synth"], cwd=cwd, capture_output=True, text=True, check=False)


def test_cdktf_is_that_of_the_project_one_is_in(folder: Path, tmp_path: Path) -> None:
    commands.link_cdktf()
    for name in ("first", "second"):
        script = tmp_path / name / "node_modules" / ".bin" / "cdktf"
        script.parent.mkdir(parents=True)
        script.write_text(f'#!/bin/sh\necho {name} "$@" $CHECKPOINT_DISABLE\n')
        script.chmod(0o755)
        (tmp_path / name / "deep" / "er").mkdir(parents=True)
        assert run(folder, tmp_path / name / "deep" / "er").stdout == f"{name} synth 1\n"


def test_cdktf_gets_the_tool_that_the_project_has_chosen(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TERRAFORM_BINARY_NAME", raising=False)
    commands.link_cdktf()
    script = tmp_path / "node_modules" / ".bin" / "cdktf"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\necho $TERRAFORM_BINARY_NAME\n")
    script.chmod(0o755)
    settings = tmp_path / "cdktf.json"
    settings.write_text('{"context": {"engine": {"binary": "tofu"}}}')
    assert run(folder, tmp_path).stdout == "tofu\n"
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", "/opt/terraform")
    assert run(folder, tmp_path).stdout == "/opt/terraform\n"
    monkeypatch.delenv("TERRAFORM_BINARY_NAME")
    settings.write_text('{"context": {"engine": {"binary": "tfou"}}}')
    done = run(folder, tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and "did you mean `tofu`?" in done.stderr


def test_cdktf_starts_with_the_hook_after_ones_own_options(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path may have blanks and a quote in it; cdktf warns where NODE_OPTIONS has no limit of memory."""
    hook = tmp_path / 'it\'s "here"' / "quicker.cjs"
    monkeypatch.setattr(commands, "CLI_HOOK", hook)
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", "terraform")
    monkeypatch.delenv("NODE_OPTIONS", raising=False)
    commands.link_cdktf()
    script = tmp_path / "node_modules" / ".bin" / "cdktf"
    script.parent.mkdir(parents=True)
    script.write_text('#!/bin/sh\necho "$NODE_OPTIONS"\n')
    script.chmod(0o755)
    assert run(folder, tmp_path).stdout == "\n"  # vectorform is gone, and cdktf still starts
    hook.parent.mkdir()
    hook.touch()
    preload = '--require "' + str(hook).replace('"', '\\"') + '"'
    assert run(folder, tmp_path).stdout == f"--max-old-space-size=4096 {preload}\n"
    monkeypatch.setenv("NODE_OPTIONS", "--no-deprecation")
    assert run(folder, tmp_path).stdout == f"--no-deprecation {preload}\n"


def test_cdktf_outside_of_a_project_says_what_to_do(folder: Path) -> None:
    commands.link_cdktf()
    done = run(folder, Path("/"))
    assert done.returncode == 2 and "vectorform doctor --install" in done.stderr


def test_cdktf_without_node_says_what_to_do(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.link_cdktf()
    script = tmp_path / "node_modules" / ".bin" / "cdktf"
    script.parent.mkdir(parents=True)
    script.write_text("#!/usr/bin/env node\n")
    script.chmod(0o755)
    (folder / "node").unlink()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", "terraform")
    done = run(folder, tmp_path)
    assert done.returncode == 2
    assert done.stderr == "cdktf: no node on PATH: vectorform doctor --install\n"


def test_somebody_elses_command_is_left_alone(folder: Path) -> None:
    (folder / "cdktf").write_text("#!/usr/bin/env node\n")
    commands.link_cdktf()
    assert (folder / "cdktf").read_text() == "#!/usr/bin/env node\n" and not commands.ours("cdktf")


@pytest.mark.parametrize("there", [True, False])
def test_a_tool_that_is_neither_on_path_nor_installed_is_named(there: bool) -> None:
    tool = Tool("no-such-tool", "No Such", (1, 0), (2,), "nothing")
    provide: Callable[[], bool] = lambda: there  # noqa: E731
    if there:
        project._provide(tool, provide)
        return
    said = r"no no-such-tool on PATH\ninstall No Such 1.0 or newer, below 2, or install it"
    with pytest.raises(SetUpError, match=said):
        project._provide(tool, provide)


def test_a_suitable_tool_on_path_is_left_alone(folder: Path) -> None:
    (folder / "some-tool").write_text("#!/bin/sh\necho v1.5.0\n")
    (folder / "some-tool").chmod(0o755)

    def link() -> bool:
        raise AssertionError("it was replaced")

    project._provide(Tool("some-tool", "Some", (1, 0), (2,), "nothing"), link)
