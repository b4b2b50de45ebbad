"""README.md of a new project: its links lead to files of the project, its commands run there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.terminal import run
from tests.docs.blocks import NEW_PROJECT
from vectorform.project.create import Answers, create

# Those that neither deploy nor call AWS.
HARMLESS = re.compile(r"`vectorform ((?:validate|new|docs)\b[^`]*)`")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    create(folder, Answers("search", "123456789012", "eu-west-1", "dev"))
    return folder


def test_nothing_is_left_to_fill_in_and_links_lead_to_files(project: Path) -> None:
    text = (project / "README.md").read_text(encoding="utf-8")
    assert "$" not in text and "`cdktf deploy dev`" in text
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert links and all((project / link).exists() for link in links)


@pytest.mark.parametrize("command", HARMLESS.findall(NEW_PROJECT.read_text(encoding="utf-8")))
def test_its_commands_run(project: Path, command: str) -> None:
    done = run(project, *command.split())
    assert done.returncode == 0, done.stderr
