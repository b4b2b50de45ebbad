"""`vectorform new`, as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import run
from tests.language.projects import SOUND, project
from tests.paths import ROOT
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
    assert done.stderr == "config/dev.py is Python: edit it by hand\n"


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


def test_a_collision_is_found_before_it_is_written(tmp_path: Path) -> None:
    two = SOUND.replace("[ap-southeast-2]", "[ap-southeast-2, us-east-1]")
    root = project(tmp_path, prod=two)
    options = ("--account-id", "123456789012", "--region", "us-east-1", "--project", "aspexa")
    done = run(root, "new", "environment", "prod-us-east-1", *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the stack id `prod-us-east-1` is also that of the environment prod" in done.stderr
    assert not (root / "config" / "prod-us-east-1.yaml").exists()
    project(root, **{"prod-eu-west-1": SOUND})
    done = run(root, "new", "region", "prod", "eu-west-1")
    assert (done.returncode, (root / "config" / "prod.yaml").read_text()) == (1, two)
    assert "also that of the environment prod-eu-west-1" in done.stderr


def test_another_that_extends_the_file_must_stay_sound(tmp_path: Path) -> None:
    other = """extends: [dev.yaml]
vector_buckets:
  main:
    indexes:
      other: {name: lessons, dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}
"""
    root = project(tmp_path, dev=SOUND, prod=other)
    assert run(root, "validate").returncode == 0
    done = run(root, *INDEX)
    assert (done.returncode, (root / "config" / "dev.yaml").read_text()) == (1, SOUND)
    assert "config/prod.yaml:5:21: " in done.stderr and "lessons" in done.stderr


def test_errors_of_others_do_not_matter(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND, prod="{")
    assert run(root, *INDEX).returncode == 0


def test_line_ends_are_kept(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    path = root / "config" / "dev.yaml"
    path.write_bytes(SOUND.replace("\n", "\r\n").encode())
    done = run(root, *INDEX)
    assert done.returncode == 0, done.stderr
    after = path.read_bytes()
    assert after.startswith(SOUND.replace("\n", "\r\n").encode())
    assert after.count(b"\n") == after.count(b"\r\n") == SOUND.count("\n") + 4


def test_a_disk_that_is_full_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk."""
    text = f"{SOUND}# {'x' * 5000}\n"
    root = project(tmp_path, dev=text)
    command = f"ulimit -f 4; exec '{sys.executable}' -m vectorform {' '.join(INDEX)}"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", command], cwd=root, env=environ, capture_output=True, text=True)
    assert done.returncode == 2
    told = f"dev.yaml: not written, and left as it was: File too large in {root}/config\n"
    assert done.stderr.endswith(told)
    assert [path.name for path in (root / "config").iterdir()] == ["dev.yaml"]
    assert (root / "config" / "dev.yaml").read_text() == text


def test_what_a_link_leads_to_is_written_with_the_permissions_that_it_had(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    path, elsewhere = root / "config" / "dev.yaml", root / "config" / "shared" / "real.yaml"
    elsewhere.parent.mkdir()
    path.rename(elsewhere)
    elsewhere.chmod(0o640)
    path.symlink_to("shared/real.yaml")
    done = run(root, *INDEX)
    assert done.returncode == 0, done.stderr
    assert path.is_symlink() and "lessons" in elsewhere.read_text()
    assert elsewhere.stat().st_mode & 0o777 == 0o640


WAVES = SOUND.replace(
    "regions: [ap-southeast-2]",
    "regions: [ap-southeast-2, us-east-1]\nrollout: {waves: [[ap-southeast-2], [us-east-1]]}",
)


@pytest.mark.parametrize(
    ("wave", "waves"),
    [
        ("2", (("ap-southeast-2",), ("us-east-1", "eu-west-1"))),
        ("3", (("ap-southeast-2",), ("us-east-1",), ("eu-west-1",))),
    ],
)
def test_a_region_in_a_wave(tmp_path: Path, wave: str, waves: tuple[tuple[str, ...], ...]) -> None:
    root = project(tmp_path, dev=WAVES)
    assert run(root, "new", "region", "dev", "eu-west-1", "--wave", wave).returncode == 0
    assert language.load("dev", root).waves == waves


def test_a_region_of_which_no_wave_is_told(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=WAVES), "new", "region", "dev", "eu-west-1")
    assert done.returncode == 2
    assert "--wave 1 (ap-southeast-2), --wave 2 (us-east-1), or --wave 3 for a new one" in done.stderr


def test_a_bucket_and_an_access(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    assert run(root, "new", "bucket", "dev", "other").returncode == 0
    grants = ("--grant", "main/episodes", "--grant", "other", "--permissions", "read-write")
    assert run(root, "new", "access", "dev", "batch", *grants).returncode == 0
    desired = language.load("dev", root)
    assert [bucket.key for bucket in desired.home.vector_buckets] == ["main", "other"]
    batch = next(access for access in desired.access if access.key == "batch")
    assert batch.permissions == "read-write"


def test_a_grant_on_what_is_not_there(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    done = run(root, "new", "access", "dev", "batch", "--grant", "main/episode")
    assert done.returncode == 1 and "did you mean `episodes`?" in done.stderr
    assert (root / "config" / "dev.yaml").read_text() == SOUND


def test_a_renamed_index_stays_what_it_is_in_aws(tmp_path: Path) -> None:
    text = SOUND.replace("      episodes:", "      # the first\n      episodes:  # here")
    text += "access:\n  app: {permissions: read, grants: [{bucket: main, indexes: [episodes]}]}\n"
    root = project(tmp_path, dev=text)
    before = language.load("dev", root).home.vector_buckets[0].indexes[0]
    assert run(root, "rename", "dev", "main/episodes", "chapters").returncode == 0
    desired = language.load("dev", root)
    after = desired.home.vector_buckets[0].indexes[0]
    assert (after.key, after.name) == ("chapters", before.name)
    written = (root / "config" / "dev.yaml").read_text()
    assert "      # the first\n      chapters:  # here\n" in written
    assert "moved:\n  main/episodes: main/chapters\n" in written


@pytest.mark.parametrize(
    ("key", "says"),
    [("lessons", "dev has the index main/lessons already"), ("a/b", "not written")],
)
def test_a_key_that_cannot_be_given(tmp_path: Path, key: str, says: str) -> None:
    root = project(tmp_path, dev=SOUND)
    run(root, *INDEX)
    text = (root / "config" / "dev.yaml").read_text()
    done = run(root, "rename", "dev", "main/episodes", key)
    assert done.returncode != 0 and says in done.stderr
    assert (root / "config" / "dev.yaml").read_text() == text


def test_an_index_of_an_extended_file_is_renamed_there(tmp_path: Path) -> None:
    root = project(tmp_path, base=SOUND, dev="extends: [base.yaml]\n")
    done = run(root, "rename", "dev", "main/episodes", "chapters")
    assert done.returncode == 2 and "(config/base.yaml:7)" in done.stderr


def test_an_environment_that_would_collide_is_not_written(tmp_path: Path) -> None:
    prod = SOUND.replace("regions: [ap-southeast-2]", "regions: [ap-southeast-2, us-east-1]")
    root = project(tmp_path, prod=prod)
    options = ("--account-id", "123456789012", "--region", "us-east-1", "--project", "other")
    done = run(root, "new", "environment", "prod-us-east-1", *options)
    assert done.returncode == 1 and "not written" in done.stderr
    assert not (root / "config" / "prod-us-east-1.yaml").exists()


MANY = """\
project: aspexa
account_id: "123456789012"
regions: [ap-southeast-2]
vector_buckets:
  "tenant-{each}":
    for_each: [acme, globex]
    indexes:
      pages: {dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}
"""


def test_an_index_of_a_definition_of_many(tmp_path: Path) -> None:
    root = project(tmp_path, dev=MANY)
    member = run(root, "new", "index", "dev", "tenant-acme", "more", "--dimension", "8")
    assert member.returncode == 2
    assert "tenant-acme is a member of tenant-{each} (config/dev.yaml:5)" in member.stderr
    done = run(root, "new", "index", "dev", "tenant-{each}", "more", "--dimension", "8")
    assert done.returncode == 0, done.stderr
    buckets = language.load("dev", root).home.vector_buckets
    assert [[index.key for index in bucket.indexes] for bucket in buckets] == [["pages", "more"]] * 2
