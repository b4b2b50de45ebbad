"""`vectorform explain ENV --format mermaid`, as a user runs it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.terminal import run
from tests.language.projects import SOUND, project


def test_a_picture(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    done = run(root, "explain", "dev", "vector_buckets.main", "--format", "mermaid")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("flowchart LR\n")
    assert '[("episodes<br/>3072 #215; cosine")]' in done.stdout
    wrong = run(root, "explain", "dev", "vector_buckets.mian", "--format", "mermaid")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "dev has no vector bucket mian; did you mean `main`?" in wrong.stderr
    assert "add --format mermaid" in run(root, "explain", "dev", "--against", "main").stderr
