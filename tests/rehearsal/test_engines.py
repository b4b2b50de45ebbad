"""One kept rehearsal carried through all four engines: every command of a deploy, no change by any of them.

CDKTF runs in the environment of these tests, CDK Terrain in one that has no CDKTF. The project changes its
engine as docs/how-to/cdktf-is-gone.md says.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.rehearsal.projects import plain_environment
from vectorform.engine import Engine
from vectorform.project.create import Answers, create

FOLDERS = {"cdktf": Path(sys.prefix) / "bin", "cdktn": ROOT / ".venv-cdktn" / "bin"}
ENGINES = [
    Engine("cdktf", "terraform"),
    Engine("cdktf", "tofu"),
    Engine("cdktn", "tofu"),
    Engine("cdktn", "terraform"),
    Engine("cdktf", "terraform"),
]
pytestmark = [
    pytest.mark.toolchain,
    pytest.mark.long,
    pytest.mark.skipif(not FOLDERS["cdktn"].exists(), reason="make .venv-cdktn/bin/vectorform"),
    pytest.mark.skipif(shutil.which("tofu") is None, reason="there is no tofu on PATH"),
]


class Project:
    """A project whose one environment may be destroyed, and the engine that it has."""

    def __init__(self, root: Path) -> None:
        self.root = root
        create(root, Answers("engines", "123456789012", "eu-west-1", "dev", ENGINES[0]))
        text = (root / "config" / "dev.yaml").read_text()
        (root / "config" / "dev.yaml").write_text(
            text.replace("  documents:\n", "  documents:\n    deletion_protection: false\n")
        )
        self.engine = ENGINES[0]
        self.exports: dict[str, str] = {}

    def choose(self, engine: Engine) -> None:
        """As a person does: one line of cdktf.json, then the two commands."""
        settings = self.root / "cdktf.json"
        line = f'"framework": "{engine.framework}", "binary": "{engine.binary}"'
        settings.write_text(re.sub(r'"framework": "\w+", "binary": "\w+"', line, settings.read_text()))
        self.engine = engine
        self.vectorform("upgrade")
        self.run("vectorform", "doctor", "--install", also=1)  # 1: the state is still of the other tool

    def vectorform(self, *arguments: str) -> str:
        return self.run("vectorform", *arguments)

    def run(self, command: str, *arguments: str, also: int = 0) -> str:
        folder = FOLDERS[str(self.engine.framework)]
        environment = plain_environment()
        environment["PATH"] = os.pathsep.join([str(folder), os.environ["PATH"]])
        environment |= {"CI": "true", "NO_COLOR": "1", "FORCE_COLOR": "0", **self.exports}
        done = subprocess.run(
            [folder / command, *arguments], cwd=self.root, env=environment, capture_output=True, text=True
        )
        assert done.returncode in (0, also), done.stdout + done.stderr
        if arguments[:1] == ("rehearse",):
            lines = [line.removeprefix("export ") for line in done.stdout.splitlines() if "export " in line]
            self.exports = dict(shlex.split(line)[0].split("=", 1) for line in lines)
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    project = Project(tmp_path)
    yield project
    project.exports = {}
    project.vectorform("rehearse", "--stop")


def test_one_rehearsal_is_carried_through_all_engines(project: Project) -> None:
    documents: set[bytes] = set()
    project.vectorform("doctor", "--install")
    told = project.vectorform("rehearse", "dev", "--keep")
    assert "Apply complete! Resources: " in told and "No changes." in told
    for _, engine in pairwise(ENGINES):
        documents.add((project.root / ".rehearsal/cdktf.out/stacks/dev/cdk.tf.json").read_bytes())
        project.exports = {}
        project.choose(engine)
        told = project.vectorform("rehearse", "dev")
        assert told.count("No changes.") >= 2, told
        assert not re.search(r"[1-9]\d* (added|changed|destroyed)", told), told
        assert project.exports["TERRAFORM_BINARY_NAME"] == engine.binary
        assert "no vector is lost" in project.vectorform("guard", "dev")
        assert "the state has everything that exists in AWS" in project.vectorform("adopt", "dev")
        assert "done (no changes)" in project.vectorform("rollout", "dev")
        assert "matches the configuration" in project.vectorform("verify", "dev")
    assert len(documents) == 1
    assert "Destroy complete!" in project.run("cdktf", "destroy", "dev", "--auto-approve")
