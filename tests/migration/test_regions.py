"""`vectorform migrate -e ENV`: every region of the environment, or what was left out by name."""

from __future__ import annotations

import contextlib
import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from s3vectors_local.faults import Fault
from tests.migration.conftest import Pair
from vectorform import language
from vectorform.cli.app import app
from vectorform.errors import UserError
from vectorform.migration.places import Described, Place, named_in_yaml, noteworthy

REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-2")
INDEX = "{dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: []}"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


class Prod:
    """Three regions with an old and a new index, of another name in the last; 3 vectors in each old one."""

    def __init__(self, pair: Pair, folder: Path) -> None:
        self.pair, self.folder = pair, folder
        self.bucket = f"regions-{secrets.token_hex(4)}"
        (folder / "config").mkdir()
        (folder / "cdktf.json").write_text(json.dumps({"app": "true"}))
        self.write()
        for region in REGIONS:
            for index in ("old", "new"):
                pair.create(self.place(region, index))
            pair.fill(self.place(region, "old"), 3)

    def write(self, regions: str = "", more: str = "") -> None:
        named = f"{{name: ap-southeast-2, vector_buckets: {{docs: {{name: {self.bucket}-ap}}}}}}"
        (self.folder / "config" / "prod.yaml").write_text(
            f"""\
project: search
account_id: "123456789012"
regions: [eu-west-1, {regions or f"us-east-1, {named}"}]
vector_buckets:
  docs:
    name: {self.bucket}
    indexes:
      old: {INDEX}
      new: {INDEX}
{more}"""
        )

    def place(self, region: str, index: str) -> Place:
        return Place(region, f"{self.bucket}-ap" if region == "ap-southeast-2" else self.bucket, index)

    def count(self, index: str) -> list[int]:
        return [len(self.pair.content(self.place(region, index))) for region in REGIONS]

    def run(self, *arguments: str, cwd: Path | None = None) -> Done:
        """One of our commands, in the project, in this process."""
        with contextlib.chdir(cwd or self.folder):
            done = CliRunner().invoke(app, arguments)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            assert isinstance(done.exception, UserError), done.exception
            return Done(done.exception.exit_code, done.stdout, f"{done.stderr}{done.exception}\n")
        return Done(done.exit_code, done.stdout, done.stderr)

    def migrate(self, *options: str, cwd: Path | None = None) -> Done:
        return self.run("migrate", "-e", "prod", "docs/old", "docs/new", *options, cwd=cwd)


@pytest.fixture
def prod(pair: Pair, tmp_path: Path) -> Prod:
    return Prod(pair, tmp_path)


def test_every_region_is_migrated_with_a_line_each(prod: Prod) -> None:
    done = prod.migrate()
    assert done.returncode == 0, done.stderr
    assert prod.count("new") == [3, 3, 3]
    lines = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        f"{prod.place(region, 'old')} -> {prod.place(region, 'new')}" for region in REGIONS
    ]
    assert all("3 vectors, 3 copied" in line and "with the same content" in line for line in lines)


def test_what_was_left_out_is_named(prod: Prod) -> None:
    done = prod.migrate("--region", "us-east-1")
    assert (done.returncode, prod.count("new")) == (0, [0, 3, 0])
    assert done.stdout.splitlines()[1:] == [
        "left out (--region), so nothing was copied or compared there: eu-west-1, ap-southeast-2"
    ]
    both = prod.migrate("--region", "eu-west-1", "--region", "ap-southeast-2")
    assert (both.returncode, prod.count("new")) == (0, [3, 3, 3])
    assert both.stdout.endswith("nothing was copied or compared there: us-east-1\n")


def test_a_region_that_cannot_go_on_does_not_hold_the_others(prod: Prod) -> None:
    prod.pair.aws.inject(Fault("deny", operation="PutVectors", region="us-east-1"))
    done = prod.migrate()
    prod.pair.aws.clear_faults()
    assert (done.returncode, prod.count("new")) == (2, [3, 0, 3])
    line = done.stdout.splitlines()[1]
    assert "stopped after 0 vectors of the copy: " in line and "run it again to continue" in line
    again = prod.migrate()
    assert (again.returncode, prod.count("new")) == (0, [3, 3, 3])


def test_a_target_that_is_missing_in_one_region_ends_it_before_the_first_copy(prod: Prod) -> None:
    """In the YAML, and in AWS alone."""
    prod.pair.client(prod.place("us-east-1", "new")).delete_index(
        vectorBucketName=prod.bucket, indexName="new"
    )
    done = prod.migrate()
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{prod.bucket}/new [us-east-1]: " in done.stderr and "nothing was copied" in done.stderr
    prod.write("{name: us-east-1, vector_buckets: {docs: {indexes: {new: null}}}}")
    done = prod.migrate()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "prod in us-east-1 has no index docs/new; known: docs/old\n"
    assert prod.count("old") == [3, 3, 3] and len(prod.pair.content(prod.place("eu-west-1", "new"))) == 0


def test_a_region_without_the_source_has_nothing_to_migrate(prod: Prod) -> None:
    prod.write("{name: us-east-1, vector_buckets: {docs: {indexes: {old: null}}}}")
    environment = language.load("prod", prod.folder)
    route = named_in_yaml("docs/old", "docs/new", environment)
    assert [source.region for source, _ in route.pairs] == ["eu-west-1"] and route.left_out == ()
    with pytest.raises(UserError, match="prod in us-east-1 has no index docs/old; known: docs/new"):
        named_in_yaml("docs/old", "docs/new", environment, ["us-east-1"])


def test_into_another_region_says_from_which(prod: Prod) -> None:
    refused = prod.migrate("--to-region", "us-east-1")
    assert (
        refused.returncode == 2 and "--to-region us-east-1: the source region is ambiguous" in refused.stderr
    )
    done = prod.migrate("--region", "eu-west-1", "--to-region", "us-east-1")
    assert (done.returncode, prod.count("new")) == (0, [0, 3, 0])
    assert "left out (--region), so nothing was copied" in done.stdout


def test_the_journal_is_the_project_s_wherever_it_is_run(prod: Prod) -> None:
    below = prod.folder / "config"
    assert prod.migrate(cwd=below).returncode == 0
    assert not (below / ".vectorform").exists() and (prod.folder / ".vectorform").is_dir()


def test_a_cosine_index_copied_to_a_euclidean_one_has_its_warning(prod: Prod) -> None:
    away = replace(prod.place("us-east-1", "new"), index="euclidean")
    prod.pair.create(away, distanceMetric="euclidean")
    ends = f"{prod.bucket}/old", f"{prod.bucket}/euclidean"
    done = prod.run("migrate", *ends, "--region", "us-east-1")
    assert done.returncode == 0
    assert done.stderr.startswith(
        "warning: us-east-1: the source measures cosine, the target euclidean: the vectors are copied"
    )


def test_what_else_is_noteworthy() -> None:
    attributes = {"distance_metric": "cosine", "non_filterable_metadata_keys": ["text"]}
    plain = Described("a", "t", attributes, ("AES256",))
    assert not list(noteworthy(plain, replace(plain, arn="b")))
    other = replace(
        plain,
        attributes={"distance_metric": "euclidean", "non_filterable_metadata_keys": ["title"]},
        encryption=("aws:kms", "arn:aws:kms:eu-west-1:123456789012:key/k"),
    )
    there, back = "\n".join(noteworthy(plain, other)), "\n".join(noteworthy(other, plain))
    assert "filters on title will be refused" in there and "text will be filterable metadata" in there
    assert "the target with aws:kms arn:aws:kms:eu-west-1" in there and "vector of zeros" not in there
    assert "a cosine index refuses a vector of zeros" in back
