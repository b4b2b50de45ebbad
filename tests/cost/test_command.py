"""`vectorform cost`, as a user runs it, also against a commit."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.terminal import run
from tests.language.projects import project
from vectorform import language
from vectorform.errors import UserError
from vectorform.language.revisions import load_at

BASE = """\
project: aspexa
account_id: "123456789012"
regions: [us-east-1]
vector_buckets:
  main:
    indexes:
      episodes:
        dimension: 3072
        distance_metric: cosine
        non_filterable_metadata_keys: []
        expected: {vectors: VECTORS, queries_per_month: 1000000}
"""
FORMER = BASE.replace("VECTORS", "10000")


def git(root: Path, *arguments: str) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *names, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A project in a folder of a repository: an environment at `main` and another one since."""
    root = project(tmp_path / "infrastructure", base=FORMER, dev="extends: [base.yaml]\n")
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    (root / "config" / "base.yaml").write_text(BASE.replace("VECTORS", "1000000"))
    return root


def test_a_change_against_a_branch(repository: Path) -> None:
    done = run(repository, "cost", "dev", "--against", "main", "--format", "markdown")
    assert (done.returncode, done.stderr) == (0, "")
    # Of 12,324 bytes each, 1e6 queries: 10,000 are stored for 0.0069, queried for 2.50 + 0.4483. 1,000,000
    # are stored for 0.6887, queried for 2.50 + 4.4834 + (900,000 x 12,324e6 / 2^40 =) 10,087.7 x 0.002.
    assert done.stdout.startswith("### Cost of `dev`: $2.96 → $27.85 a month (+$24.89)\n")


def test_an_environment_as_it_was(repository: Path) -> None:
    former = load_at("dev", repository, "HEAD")
    assert former is not None
    expected = former.home.vector_buckets[0].indexes[0].expected
    assert expected is not None and expected.vectors == 10_000
    assert language.load("dev", repository).home.vector_buckets[0].indexes[0].expected != expected
    assert load_at("new", repository, "HEAD") is None
    git(repository, "rm", "-r", "--cached", "config")
    git(repository, "commit", "-m", "without config")
    assert load_at("dev", repository, "HEAD") is None


def test_a_commit_that_cannot_be_looked_at(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="this clone has no commit --output=x"):
        load_at("dev", repository, "--output=x")
    (repository / "config" / "dev.yaml").write_text("extends: [base.yaml]\nregions: 5\n")
    git(repository, "commit", "-am", "broken")
    with pytest.raises(UserError, match=r"dev at HEAD does not pass the current checks:\nconfig/dev.yaml:2"):
        load_at("dev", repository, "HEAD")
    outside = project(tmp_path.parent / f"{tmp_path.name}-outside", dev=FORMER)
    with pytest.raises(UserError, match="is not in a Git repository"):
        load_at("dev", outside, "HEAD")


def test_mistakes_are_told(tmp_path: Path) -> None:
    root = project(tmp_path, dev=FORMER)
    done = run(root, "cost", "dev", "--prices-of", "eu-west-1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "known for us-east-1, us-west-2" in done.stderr


def test_what_is_expected_is_checked(tmp_path: Path) -> None:
    text = FORMER.replace("10000,", "-1, vector_per_put: 2, vectors_per_put: 501, top_k: 1.5,")
    report = language.check("dev", project(tmp_path, dev=text))
    assert [(problem.path.rpartition(".")[2], problem.hint) for problem in report.problems] == [
        ("vectors", "an index holds 0 to 2,000,000,000 vectors"),
        ("vector_per_put", "did you mean `vectors_per_put`?"),
        ("vectors_per_put", "a PutVectors request carries 1 to 500 vectors"),
        ("top_k", "a query returns 1 to 10,000 vectors"),
    ]
