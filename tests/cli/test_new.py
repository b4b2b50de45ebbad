"""`vectorform new`, as a user runs it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.terminal import run
from tests.language.projects import SOUND, project
from vectorform import language

INDEX = ("new", "index", "dev", "main", "lessons", "--dimension", "1024", "--non-filterable", "text")


def test_an_index(tmp_path: Path) -> None:
    root = project(tmp_path, dev=f"# about dev\n{SOUND}")
    done = run(root, *INDEX)
    assert (done.returncode, done.stderr) == (0, "config/dev.yaml: written\n")
    assert done.stdout.splitlines()[-4:] == [
        "+      lessons:",
        "+        dimension: 1024",
        "+        distance_metric: cosine",
        "+        non_filterable_metadata_keys: [text]",
    ]
    assert (root / "config" / "dev.yaml").read_text().startswith("# about dev\n")
    indexes = language.load("dev", root).home.vector_buckets[0].indexes
    assert [index.key for index in indexes] == ["episodes", "lessons"]


def test_nothing_is_written_in_a_dry_run(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    done = run(root, *INDEX, "--dry-run")
    assert done.returncode == 0 and "+      lessons:" in done.stdout
    assert (root / "config" / "dev.yaml").read_text() == SOUND


def test_nothing_is_written_that_is_not_sound(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    done = run(root, *INDEX[:-3], "5000")
    assert (done.returncode, done.stdout) == (1, "")
    assert "not written" in done.stderr and "`5000` is more than 4096" in done.stderr
    assert (root / "config" / "dev.yaml").read_text() == SOUND


def test_an_index_that_an_extended_file_has(tmp_path: Path) -> None:
    root = project(tmp_path, base=SOUND, dev="extends: [base.yaml]\n")
    done = run(root, "new", "index", "dev", "main", "episodes", "--dimension", "8")
    assert done.returncode == 2
    assert done.stderr == "dev has the index episodes already (config/base.yaml:7)\n"


def test_a_bucket_that_is_not_there(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=SOUND), "new", "index", "dev", "mian", "x", "--dimension", "8")
    assert done.returncode == 2
    assert done.stderr == "dev has no vector bucket mian; did you mean `main`?\n"


def test_an_environment_in_python(tmp_path: Path) -> None:
    text = (
        "from vectorform.builders import Environment\n"
        "environment = Environment(project='x', account_id='123456789012', regions=['us-east-1'],"
        " vector_buckets={})\n"
    )
    done = run(project(tmp_path, **{"dev.py": text}), "new", "region", "dev", "us-east-2")
    assert done.returncode == 2
    assert done.stderr == "config/dev.py is Python: add it there by hand\n"


def test_a_region(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    assert run(root, "new", "region", "dev", "us-east-1").returncode == 0
    assert [region.name for region in language.load("dev", root).regions] == [
        "ap-southeast-2",
        "us-east-1",
    ]


def test_a_region_where_the_list_is_inherited(tmp_path: Path) -> None:
    root = project(tmp_path, base=SOUND, dev="extends: [base.yaml]\n")
    assert run(root, "new", "region", "dev", "us-east-1").returncode == 0
    assert (root / "config" / "dev.yaml").read_text() == (
        "extends: [base.yaml]\nregions: [ap-southeast-2, us-east-1]\n"
    )


def test_an_environment_and_its_first_index(tmp_path: Path) -> None:
    root = project(tmp_path)
    arguments = ("--account-id", "012345678901", "--region", "us-east-1", "--project", "aspexa")
    assert run(root, "new", "environment", "dev", *arguments).returncode == 0
    assert language.load("dev", root).account_id == "012345678901"
    assert run(root, "new", "index", "dev", "documents", "chunks", "--dimension", "8").returncode == 0
    assert language.load("dev", root).home.vector_buckets[0].indexes[0].name == "chunks"
    again = run(root, "new", "environment", "dev", *arguments)
    assert again.returncode == 2
    assert again.stderr == "the environment dev exists already; choose another name\n"


def test_an_environment_that_extends(tmp_path: Path) -> None:
    root = project(tmp_path, base=SOUND)
    arguments = ("--account-id", "123456789012", "--region", "us-east-1", "--extends", "config/base.yaml")
    assert run(root, "new", "environment", "prod", *arguments).returncode == 0
    assert language.load("prod", root).project == "aspexa"
