"""`vectorform retire`: every region is compared, and only then the YAML says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from s3vectors_local.faults import Fault
from tests.cli.schemas import accepts
from tests.migration.conftest import Pair
from tests.migration.test_regions import INDEX, REGIONS, Done, Prod
from vectorform import language
from vectorform.desired.backends import REHEARSAL_APP
from vectorform.language.files import Files

RETIRED = """\
retired:
  # since the new chunks
  docs/old:
    reason: replaced by new  # as agreed
    replaced_by: docs/new
{more}
# the end
"""


@pytest.fixture
def prod(pair: Pair, tmp_path: Path) -> Prod:
    made = Prod(pair, tmp_path)
    made.write(more=RETIRED.format(more=""))
    return made


def retire(prod: Prod, *more: str) -> Done:
    return prod.run("retire", "prod", "docs/old", *more)


def text(prod: Prod) -> str:
    return (prod.folder / "config" / "prod.yaml").read_text()


def confirm(prod: Prod) -> None:
    path = prod.folder / "config" / "prod.yaml"
    path.write_text(text(prod).replace("    replaced_by:", "    confirm_destroy: true\n    replaced_by:"))


def errors(prod: Prod) -> list[str]:
    problems = language.check("prod", prod.folder).problems
    return [problem.message for problem in problems if problem.severity == "error"]


def test_a_forgotten_region_is_named_and_nothing_is_written(prod: Prod) -> None:
    """The region whose bucket has another name was not migrated."""
    prod.migrate("--region", "eu-west-1", "--region", "us-east-1")
    before = text(prod)
    done = retire(prod)
    assert done.returncode == 1 and text(prod) == before
    assert done.stdout.splitlines() == [
        "docs/old [eu-west-1]: compared all 3 keys: docs/new has all of them",
        "docs/old [us-east-1]: compared all 3 keys: docs/new has all of them",
        "docs/old [ap-southeast-2]: 3 of 3 keys are not in docs/new, for example vector-000000, "
        "vector-000001, vector-000002: vectorform migrate -e prod docs/old docs/new",
    ]
    confirm(prod)
    assert errors(prod) == [
        "it has not been compared with `docs/new` in eu-west-1, us-east-1, ap-southeast-2"
    ]


def test_compared_everywhere_it_is_written_and_confirm_destroy_is_accepted(prod: Prod) -> None:
    confirm(prod)  # already: migrate and retire do what that waits for
    assert prod.migrate().returncode == 0
    before = text(prod)
    done = retire(prod)
    assert done.returncode == 0, done.stderr
    after = text(prod)
    compared = yaml.safe_load(after)["retired"]["docs/old"].pop("compared")
    assert list(compared) == list(REGIONS)
    assert {(each["successor"], each["vectors"], each["found"]) for each in compared.values()} == {
        ("docs/new", 3, 3)
    }
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        line[1:] for line in done.stdout.splitlines() if line.startswith("+") and not line.startswith("+++")
    ]
    assert "# as agreed" in after and after.endswith("\n# the end\n")
    assert errors(prod) == []
    # A second comparison takes the first one's place.
    again = retire(prod, "--format", "json")
    document = json.loads(again.stdout)
    accepts("retire", document)
    assert document["change"]["written"] and list(document["compared"]) == list(REGIONS)
    assert again.returncode == 0 and len(text(prod).splitlines()) == len(after.splitlines())


def test_a_region_that_comes_later_has_to_be_compared_too(prod: Prod) -> None:
    prod.migrate()
    confirm(prod)
    retire(prod)
    path = prod.folder / "config" / "prod.yaml"
    path.write_text(text(prod).replace("[eu-west-1, ", "[eu-west-1, eu-central-1, "))
    assert errors(prod) == ["it has not been compared with `docs/new` in eu-central-1"]
    accepts("retire", json.loads(retire(prod, "--format", "json").stdout))
    unmade = retire(prod)
    assert unmade.returncode == 1 and "[eu-central-1]: docs/new does not exist: deploy it" in unmade.stdout
    prod.pair.create(prod.place("eu-central-1", "new"))
    made = retire(prod)
    assert made.returncode == 0, made.stdout
    assert "[eu-central-1]: docs/old is empty, so nothing is missing from docs/new" in made.stdout
    assert errors(prod) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      new: {dimension: 4,", "      new: {dimension: 8,"),
        ("replaced_by: docs/new", "replaced_by: docs/newer"),
        ("vectors: 3, found: 3", "vectors: 4, found: 4"),
        ('account_id: "123456789012"', 'account_id: "210987654321"'),
        ("replaced_by: docs/new", "replaced_by: {index: docs/newer, other_keys: other chunks}"),
    ],
)
def test_what_is_changed_afterwards_is_compared_again(prod: Prod, old: str, new: str) -> None:
    prod.write(more=RETIRED.format(more=""))
    path = prod.folder / "config" / "prod.yaml"
    path.write_text(text(prod).replace(f"      new: {INDEX}", f"      new: {INDEX}\n      newer: {INDEX}"))
    prod.migrate()
    assert retire(prod).returncode == 0
    confirm(prod)
    assert errors(prod) == []
    path.write_text(text(prod).replace(old, new))
    assert len(errors(prod)) == 1, text(prod)


def test_a_comparison_of_a_rehearsal_is_none_of_aws(prod: Prod, monkeypatch: pytest.MonkeyPatch) -> None:
    prod.migrate()
    confirm(prod)
    assert retire(prod).returncode == 0 and text(prod).count("rehearsal: true") == 3
    for name in list(os.environ):
        if name.startswith("AWS_ENDPOINT_URL"):
            monkeypatch.delenv(name)
    assert "it was compared in a rehearsal" in errors(prod)[0]
    assert language.load_to_deploy("prod", prod.folder, Files(prod.folder, rehearsal=True))


AWS, HERE = "https://s3vectors.eu-west-1.api.aws", "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    ("shell", "cloud", "accepted"),
    [
        ({"AWS_ENDPOINT_URL": HERE}, False, True),
        ({"AWS_ENDPOINT_URL": HERE, "AWS_ENDPOINT_URL_S3VECTORS": AWS}, False, False),
        ({"AWS_ENDPOINT_URL": AWS, "AWS_ENDPOINT_URL_S3VECTORS": HERE}, False, True),
        ({"AWS_ENDPOINT_URL": HERE, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, False, False),
        ({"AWS_ENDPOINT_URL": HERE}, True, False),
        ({"AWS_ENDPOINT_URL": HERE, "CDKTF_APP": f"python -m {REHEARSAL_APP}"}, True, True),
    ],
)
def test_where_a_shell_deploys_to_says_whether_a_rehearsal_counts(
    prod: Prod, monkeypatch: pytest.MonkeyPatch, shell: dict[str, str], cloud: bool, accepted: bool
) -> None:
    """A run in HCP Terraform goes to AWS, wherever this shell is turned to."""
    prod.migrate()
    confirm(prod)
    assert retire(prod).returncode == 0
    if cloud:
        path = prod.folder / "config" / "prod.yaml"
        path.write_text(f"backend: {{type: cloud, organization: acme}}\n{text(prod)}")
    for name in list(os.environ):
        if name.startswith("AWS_ENDPOINT_URL"):
            monkeypatch.delenv(name)
    for name, value in shell.items():
        monkeypatch.setenv(name, value)
    found = errors(prod)
    assert not found if accepted else "it was compared in a rehearsal" in found[0]


def test_retirements_that_end_at_once_are_all_written(prod: Prod) -> None:
    more = ("one", "two", "three")
    retired = "retired:\n" + "".join(
        f"  docs/{key}:\n    reason: r\n    replaced_by: docs/new\n" for key in more
    )
    prod.write(regions="us-east-1", more=retired)
    path = prod.folder / "config" / "prod.yaml"
    path.write_text(
        text(prod).replace(
            f"      new: {INDEX}",
            f"      new: {INDEX}\n" + "".join(f"      {key}: {INDEX}\n" for key in more),
        )
    )
    command = [sys.executable, "-m", "vectorform", "retire", "prod"]
    running = [subprocess.Popen([*command, f"docs/{key}"], cwd=prod.folder) for key in more]
    assert [child.wait(60) for child in running] == [0, 0, 0]
    assert all("compared" in entry for entry in yaml.safe_load(text(prod))["retired"].values())


def test_what_was_found_is_not_lost_where_no_command_can_write_it(prod: Prod) -> None:
    """YAML has tabs between a key and its value; what edits the file knows none."""
    prod.write(more="retired:\t{docs/old: {reason: r, replaced_by: docs/new}}\n")
    prod.migrate()
    before = text(prod)
    done = retire(prod)
    assert (done.returncode, text(prod)) == (1, before)
    assert "config/prod.yaml: line 10 is YAML that no command can edit" in done.stderr
    found = done.stdout.partition("    compared:\n")[2]
    entry = f"retired:\n  docs/old:\n    reason: r\n    replaced_by: docs/new\n    compared:\n{found}"
    prod.write(more=entry.replace("    reason: r", "    reason: r\n    confirm_destroy: true"))
    assert errors(prod) == []


def test_a_region_that_cannot_be_looked_at_is_not_equal(prod: Prod) -> None:
    prod.migrate()
    before = text(prod)
    prod.pair.aws.inject(Fault("deny", operation="ListVectors", region="us-east-1"))
    done = retire(prod)
    prod.pair.aws.clear_faults()
    assert (done.returncode, text(prod)) == (2, before)
    assert "docs/old [us-east-1]: not compared with docs/new: " in done.stdout


def test_another_account_is_not_compared(prod: Prod) -> None:
    prod.migrate()
    path = prod.folder / "config" / "prod.yaml"
    path.write_text(text(prod).replace("123456789012", "210987654321"))
    done = retire(prod)
    assert (
        done.returncode == 2
        and "the AWS credentials belong to account 123456789012, not to 210987654321" in done.stdout
    )


def test_a_successor_with_other_keys_has_to_be_filled(prod: Prod) -> None:
    other = "{index: docs/new, other_keys: cut into other chunks}"
    path = prod.folder / "config" / "prod.yaml"
    path.write_text(text(prod).replace("replaced_by: docs/new", f"replaced_by: {other}"))
    empty = retire(prod)
    assert empty.returncode == 1
    assert "docs/old [us-east-1]: docs/new is empty, docs/old has 3 vectors" in empty.stdout
    for region in REGIONS:
        prod.pair.fill(prod.place(region, "new"), 1)
    done = retire(prod)
    assert done.returncode == 0
    assert "it has 1 vector, docs/old has 3 vectors" in done.stdout
    confirm(prod)
    assert errors(prod) == []


def test_what_cannot_be_compared_is_said(prod: Prod) -> None:
    path = prod.folder / "config" / "prod.yaml"
    written = text(prod)
    for old, new, code, said in (
        ("    replaced_by: docs/new\n", "", 2, "does not name the replacement of docs/old; write it:\n"),
        ("replaced_by: docs/new", "keep: true", 2, "docs/old is kept (keep: true)"),
        ("replaced_by: docs/new", "replaced_by: nothing", 2, "docs/old has no replacement"),
        ("replaced_by: docs/new", "replaced_by: docs/nwe", 1, "did you mean `docs/new`?"),
        ("  docs/old:", "  docs/new:", 1, "an index cannot replace itself"),
    ):
        path.write_text(written.replace(old, new))
        done = retire(prod)
        assert (done.returncode, done.stdout) == (code, "") and said in done.stderr, done.stderr
    prod.write()
    assert "docs/old is not retired; write in config/prod.yaml" in retire(prod).stderr


def test_an_entry_in_a_shared_file_gets_its_comparison_in_the_environment_s_own(prod: Prod) -> None:
    """Other environments that extend the same file have other vectors."""
    config = prod.folder / "config"
    (config / "base").mkdir()
    (config / "base" / "retired.yaml").write_text(RETIRED.format(more=""))
    prod.write(more="extends: [base/retired.yaml]  # shared\n")
    prod.migrate()
    done = retire(prod)
    assert done.returncode == 0, done.stderr
    assert "compared" not in (config / "base" / "retired.yaml").read_text()
    assert yaml.safe_load(text(prod))["retired"]["docs/old"].keys() == {"compared"}
    assert errors(prod) == []


def test_an_environment_in_python_is_told_what_to_write(prod: Prod) -> None:
    path = prod.folder / "config" / "prod.yaml"
    document = yaml.safe_load(text(prod))
    path.unlink()
    index = 'Index(dimension=4, distance_metric="cosine", non_filterable_metadata_keys=[])'
    bucket = document["vector_buckets"]["docs"]["name"]
    (path.with_suffix(".py")).write_text(
        "from vectorform.builders import *\n"
        "environment = Environment(project='search', account_id='123456789012', regions=['eu-west-1'],\n"
        f"  vector_buckets={{'docs': VectorBucket(name='{bucket}',\n"
        f"    indexes={{'old': {index}, 'new': {index}}})}},\n"
        "  retired={'docs/old': Retirement(reason='r', replaced_by='docs/new')})\n"
    )
    prod.migrate()
    done = retire(prod)
    assert (
        done.returncode == 1
        and "config/prod.py is Python; write this into its Retirement of docs/old:" in done.stderr
    )
    _, _, paste = done.stdout.partition("\n")
    source = path.with_suffix(".py").read_text()
    paste = f"confirm_destroy=True, {paste.strip().rstrip(',')}"
    path.with_suffix(".py").write_text(
        source.replace("replaced_by='docs/new'", f"replaced_by='docs/new', {paste}")
    )
    assert errors(prod) == []
