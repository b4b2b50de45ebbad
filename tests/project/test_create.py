"""`vectorform init`: what it writes is whole, valid, and never over something."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.cli.terminal import run, run_anew
from tests.paths import ROOT
from vectorform.project import files, record
from vectorform.project.create import Answers, Occupied, create

ANSWERS = Answers("search", "123456789012", "eu-west-1", "dev")
OPTIONS = ("--project", "search", "--account-id", "123456789012", "--region", "eu-west-1")


def test_every_copied_file_is_in_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packed = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for source in files.COPIED.values():
        assert (ROOT / source).is_file(), source
        folders = [f"{folder}" for folder in Path(source).parents if folder != Path()]
        assert any(packed.get(part) == f"vectorform/project/files/{part}" for part in [source, *folders]), (
            source
        )


def test_a_new_project_is_valid_and_said_to_be_written(tmp_path: Path) -> None:
    done = run_anew(tmp_path, "init", ".", *OPTIONS, "--environment", "dev")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines == sorted(lines) and all((tmp_path / line).is_file() for line in lines)
    assert done.stderr.splitlines()[0] == "next: vectorform doctor --install"
    validated = run(tmp_path, "validate", "--strict")
    assert (validated.returncode, validated.stderr) == (0, "dev: no problems\n")


@pytest.mark.parametrize("framework", ["cdktf", "cdktn"])
@pytest.mark.parametrize("binary", ["terraform", "tofu"])
def test_the_engine_is_written_down_and_can_be_changed(tmp_path: Path, framework: str, binary: str) -> None:
    """One line of cdktf.json; `upgrade` brings the rest of the other framework, and calls nothing edited."""
    engine = ("--framework", framework, "--binary", binary)
    assert run(tmp_path, "init", ".", *OPTIONS, "--environment", "dev", *engine).returncode == 0
    settings = tmp_path / "cdktf.json"
    line = f'"context": {{"engine": {{"framework": "{framework}", "binary": "{binary}"}}}}'
    assert line in settings.read_text() and f'"{framework}-cli"' in (tmp_path / "package.json").read_text()
    assert f"vectorform[{framework}," in (tmp_path / "requirements-deploy.txt").read_text()
    other = "cdktn" if framework == "cdktf" else "cdktf"
    settings.write_text(settings.read_text().replace(f'"{framework}"', f'"{other}"'))
    assert run(tmp_path, "upgrade").returncode == 0
    assert f'"{other}-cli"' in (tmp_path / "package.json").read_text()
    assert f"vectorform[{other}," in (tmp_path / "requirements-deploy.txt").read_text()
    made = record.read(tmp_path)
    assert made is not None and all(made.unchanged(tmp_path, path) for path in made.digests)
    assert "cdktf.json" in made.digests


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "app.py").write_text("mine")
    with pytest.raises(Occupied, match=r"has stacks/app\.py already: nothing was written"):
        create(tmp_path, ANSWERS)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["app.py"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (OPTIONS, "a new project needs --environment"),
        ((*OPTIONS, "--environment", "../x"), "`../x` cannot name an environment"),
        ((*OPTIONS, "--environment", "Dev Env"), "nothing was written"),
        ((*OPTIONS[:3], "12345", *OPTIONS[4:], "--environment", "dev"), "account_id"),
        ((*OPTIONS[:5], "moon", "--environment", "dev"), "`moon` is not an AWS region"),
    ],
    ids=("unanswered", "path", "name", "account", "region"),
)
def test_answers_are_checked_before_anything_is_written(
    tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    done = run(tmp_path, "init", *options)
    assert (done.returncode, done.stdout) == (2, "") and said in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.toolchain
def test_its_own_test_passes_beside_folders_of_everyday_names(tmp_path: Path) -> None:
    create(tmp_path, ANSWERS)
    for name in ("state", "environments", "plans", "guard"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_record_names_every_file(tmp_path: Path) -> None:
    written = {path.relative_to(tmp_path).as_posix() for path in create(tmp_path, ANSWERS)}
    made = record.read(tmp_path)
    assert made is not None
    recorded = set(made.digests)
    assert recorded | {record.RECORD} == {path for path in written if not path.startswith("wheels/")}
    assert all(made.unchanged(tmp_path, path) for path in recorded)
