"""`vectorform explain` and `vectorform schema`, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.terminal import run
from tests.language.projects import SOUND, project
from vectorform.language.schema import schema


def test_explain(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    done = run(root, "explain", "dev", "vector_buckets.main.indexes.episodes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "dimension: 3072                       # config/dev.yaml:8\n"
        "distance_metric: cosine               # config/dev.yaml:9\n"
        "non_filterable_metadata_keys: [text]  # config/dev.yaml:10\n"
    )


def test_explain_what_is_broken(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=SOUND.replace("cosine", "dot")), "explain", "dev")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("config/dev.yaml:9:26: ")


def test_explain_what_is_not_there(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=SOUND), "explain", "dev", "vector_bucket")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean `vector_buckets`?" in done.stderr


def test_schema(tmp_path: Path) -> None:
    assert json.loads(run(tmp_path, "schema").stdout) == schema()
    done = run(tmp_path, "schema", "--write", "schema.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((tmp_path / "schema.json").read_text()) == schema()


def test_schema_that_cannot_be_written(tmp_path: Path) -> None:
    done = run(tmp_path, "schema", "--write", "no/such/folder.json")
    assert done.returncode == 2
    assert done.stderr == "no/such/folder.json: cannot be written: No such file or directory\n"
