"""Finding projects and environments, and files that cannot be read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.language.projects import SOUND, project
from vectorform import language


def unreadable(name: str, root: Path) -> str:
    with pytest.raises(language.UnreadableError) as caught:
        language.load(name, root)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_project_root_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    root = project(tmp_path / "outer")
    inner = project(root / "inner")
    (inner / "config" / "deep").mkdir()
    assert language.project_root(inner / "config" / "deep") == inner
    assert language.project_root(root / "config") == root
    with pytest.raises(language.UnreadableError, match="neither this folder nor a parent has"):
        language.project_root(tmp_path)


def test_names_are_sorted_and_leave_helpers_out(tmp_path: Path) -> None:
    root = project(tmp_path, b="", a="", **{"c.py": "", "_helper.py": "", ".hidden.yaml": "", "notes.md": ""})
    assert language.names(root) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("files", "name", "expected"),
    [
        ({"dev": SOUND}, "dve", "there is no environment `dve`; did you mean `dev`?"),
        ({"dev": SOUND}, "zz", "there is no environment `zz`; known: dev"),
        ({"dev": SOUND}, "config/dev.yaml", "there is no environment `config/dev.yaml`; did you mean `dev`?"),
        ({}, "dev", "there is no environment `dev`; it has none yet"),
        ({"dev.yml": SOUND}, "dev", "there is no environment `dev`; rename dev.yml to dev.yaml"),
        ({"dev": SOUND, "dev.py": ""}, "dev", "the environment is in dev.yaml and in dev.py; keep one"),
        ({"dev": SOUND}, "../config/dev", "there is no environment `../config/dev`; did you mean `dev`?"),
    ],
)
def test_no_such_environment(tmp_path: Path, files: dict[str, str], name: str, expected: str) -> None:
    assert expected in unreadable(name, project(tmp_path, **files))


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "config" / "dev.yaml").mkdir()
    assert unreadable("dev", root) == "config/dev.yaml: is a folder, not a file [VF001]"


def test_a_symlink_to_itself(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "config" / "dev.yaml").symlink_to("dev.yaml")
    assert unreadable("dev", root) == "config/dev.yaml: is a symbolic link that leads back to itself [VF001]"


def test_a_symlink_to_nothing(tmp_path: Path) -> None:
    root = project(tmp_path)
    (root / "config" / "dev.yaml").symlink_to("gone.yaml")
    assert unreadable("dev", root) == "config/dev.yaml: does not exist [VF001]"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    root = project(tmp_path)
    os.mkfifo(root / "config" / "dev.yaml")
    assert "it is not a regular file" in unreadable("dev", root)


def test_an_extended_folder(tmp_path: Path) -> None:
    root = project(tmp_path, dev="extends: [base.yaml]\n")
    (root / "config" / "base.yaml").mkdir()
    assert unreadable("dev", root) == "config/base.yaml: is a folder, not a file [VF001]"


def test_files_are_named_relative_to_the_project(tmp_path: Path) -> None:
    root = project(tmp_path / "there", dev="extends: [../shared.yaml]\n" + SOUND)
    (root / "shared.yaml").write_text("tags: {A: 1}\n")
    (problem,) = language.check("dev", root).problems
    assert problem.file == "shared.yaml"


def test_load_all_reports_every_environment_at_once(tmp_path: Path) -> None:
    root = project(tmp_path, a=SOUND.replace("3072", "0"), b=SOUND.replace("cosine", "dot"), c=SOUND)
    with pytest.raises(language.ConfigurationError) as caught:
        language.load_all(root)
    assert [problem.file for problem in caught.value.problems] == ["config/a.yaml", "config/b.yaml"]


def run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-c", *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_importing_is_light() -> None:
    code = (
        "import sys, vectorform.language\n"
        "heavy = {'cdktf', 'jsii', 'boto3', 'botocore', 'jsonschema', 'ruamel', 'rich', 'typer'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    run(code)


def test_checking_needs_neither_cdktf_nor_boto3(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\nfrom vectorform import language\n"
        "language.load('dev', pathlib.Path(sys.argv[1]))\n"
        "heavy = {'cdktf', 'jsii', 'boto3', 'botocore', 'ruamel', 'rich'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    root = project(tmp_path, dev=SOUND)
    run(code, str(root))
