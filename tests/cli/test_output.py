"""`--format json`: what every command prints is what its schema says, and the schema names every member."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from jsonschema import Draft202012Validator

from tests.cli.schemas import NAMES, accepts, schema
from tests.cli.terminal import run
from tests.language.projects import SOUND, project
from tests.paths import CASES, ROOT
from tests.plans.test_summary import changed, entry, plan
from vectorform.adoption.unknown import Existing, Unknown
from vectorform.check import Check
from vectorform.cli import documents
from vectorform.cli.app import app
from vectorform.cli.output import plain
from vectorform.desired import kinds
from vectorform.guard.losses import Judgement, Loss
from vectorform.ingestion.jobs import Synchronized
from vectorform.migration.journal import Progress, Segment
from vectorform.migration.keys import Keys
from vectorform.migration.migrate import Compared, Result
from vectorform.migration.places import Place
from vectorform.migration.side_by_side import Outcome
from vectorform.migration.successors import Look
from vectorform.plans.differences import Difference
from vectorform.plans.unplanned import Unplanned
from vectorform.rollout.progress import Planned, RegionProgress
from vectorform.verifier.vectors import LIMIT


def parts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        part = list(part.values())
    if isinstance(part, list):
        for member in part:
            yield from parts(member)


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_is_one_and_says_what_it_is_about(name: str) -> None:
    document = schema(name)
    Draft202012Validator.check_schema(document)
    assert "--format json" in document["title"] and document["description"].endswith("new ones may be added.")
    command = document["title"].split()[1]
    assert command in run(ROOT, "--help").stdout
    for part in parts(document):
        if "properties" in part and "required" in part:
            assert set(part["required"]) <= set(part["properties"])


def test_the_schemas_are_packed_and_printed(tmp_path: Path) -> None:
    for command in ("guard", "backend check"):
        assert json.loads(run(tmp_path, "schema", command).stdout) == schema(command.replace(" ", "-"))
    done = run(tmp_path, "schema", "gard")
    assert (done.returncode, done.stdout) == (2, "") and "did you mean `guard`?" in done.stderr


def printed(folder: Path, *arguments: str, code: int = 0) -> Any:
    done = run(folder, *arguments, "--format", "json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_validate(tmp_path: Path) -> None:
    accepts("validate", printed(project(tmp_path, dev=SOUND.replace("cosine", "dot")), "validate", code=1))


def test_status(tmp_path: Path) -> None:
    """Of what else there is: tests/state/status/test_standing.py."""
    document = printed(project(tmp_path, dev=SOUND), "status", "dev", code=1)
    accepts("status", document)
    assert [region["deployed"] for region in document["regions"]] == ["never"]


def test_explain(tmp_path: Path) -> None:
    document = printed(project(tmp_path, dev=SOUND), "explain", "dev")
    accepts("explain", document)
    values = {value["path"]: value for value in document["values"]}
    assert values["vector_buckets.main.indexes.episodes.dimension"] == {
        "path": "vector_buckets.main.indexes.episodes.dimension",
        "value": 3072,
        "file": "config/dev.yaml",
        "line": 8,
        "column": values["vector_buckets.main.indexes.episodes.dimension"]["column"],
    }
    assert values["verification.after_apply"]["file"] is None
    index = document["configuration"]["vector_buckets"]["main"]["indexes"]["episodes"]
    assert index["distance_metric"] == "cosine"


@pytest.mark.parametrize("who", ["planner", "deployer", "verifier"])
def test_permissions(who: str) -> None:
    accepts("permissions", printed(ROOT, "permissions", who, "dev"))
    trusted = printed(ROOT, "permissions", who, "dev", "--github", "org/repo")
    accepts("permissions", trusted)
    assert trusted["trust"]["Statement"][0]["Action"] == "sts:AssumeRoleWithWebIdentity"


def test_permissions_of_no_role_have_no_trust() -> None:
    done = run(ROOT, "permissions", "key", "dev", "--github", "org/repo")
    assert (done.returncode, done.stdout) == (2, "")


def test_plan_summary(tmp_path: Path) -> None:
    plans = CASES / "plans" / "summary"
    document = printed(ROOT, "plan-summary", *(str(plans / f"{n}.json") for n in ("prod", "prod-replaced")))
    accepts("plan-summary", document)
    actions = {change["action"] for stack in document["stacks"] for change in stack["changes"]}
    assert {"created", "destroyed", "replaced", "updated"} <= actions
    assert any(change["loses_vectors"] for stack in document["stacks"] for change in stack["changes"])


def test_unplanned_stacks_are_in_it_and_unchanged_resources_are_not() -> None:
    plans = [plan(changed("b/i", "a", "b"), entry("b/still", "no-op"))]
    document = plain(documents.plan_summary(plans, [Unplanned("other", "why", "stopped")]))
    accepts("plan-summary", document)
    assert document["unplanned"] == [{"stack": "other", "reason": "stopped", "why": "why"}]
    (change,) = document["stacks"][0]["changes"]
    assert change["differences"] == [{"attribute": "tags.Team", "before": "a", "after": "b"}]


@pytest.mark.parametrize("dry_run", [True, False])
def test_rollout(dry_run: bool) -> None:
    regions = [
        RegionProgress("eu-west-1", "prod", 1, "done", Planned(1, 2, 0), 3, started=1.0, ended=2.5),
        RegionProgress("us-east-1", "prod-us-east-1", 2, "failed", problems=("no",), run="https://run"),
    ]
    left = [Unplanned("prod-us-east-1", "no")] if dry_run else []
    plans = [plan(changed("b/i", "a", "b"))]
    document = plain(documents.rollout("prod", regions, plans, left, dry_run, 4.0, 1))
    accepts("rollout", document)
    assert (document["plans"] is not None) is dry_run
    assert [it["state"] for it in document["regions"]] == ["done", "failed"]
    assert document["regions"][0]["seconds"] == 1.5


def test_backend_check(tmp_path: Path) -> None:
    accepts("backend-check", printed(project(tmp_path, dev=SOUND), "backend", "check", "dev"))
    accepts("backend-check", plain(documents.checks("dev", [Check("unknown", "a", "b")], 2)))


def loss(**more: Any) -> Loss:
    values: dict[str, Any] = {
        "kind": kinds.INDEX,
        "key": "documents/old",
        "address": "aws_s3vectors_index.a",
        "name": None,
        "bucket_name": "b",
        "replaced": True,
        "because": (Difference("dimension", 4, 8),),
        "shown": True,
        "refused": "it is protected",
    }
    return Loss(**{**values, **more})


def test_guard() -> None:
    look = Look("eu-west-1", "a/b", "a/c", Keys(1, True, 1, ("k",)), None)
    losses = (
        loss(),
        loss(vectors=5, look=look, refused=None),
        loss(kind=kinds.VECTOR_BUCKET, others=("x",), vectors=LIMIT + 1),
    )
    document = plain(documents.guard([Judgement("dev", losses, liftings=("note",))], 1))
    accepts("guard", document)
    found = document["stacks"][0]["losses"]
    assert [it["vectors"] for it in found] == [None, 5, LIMIT]
    assert [it["more_vectors"] for it in found] == [False, False, True]


def test_adopt() -> None:
    it = Existing("aws_s3vectors_index.a", "arn")
    accepts("adopt", plain(documents.adoption("dev", Unknown((it,), ((it, "x"),), ((it, "prod"),)), True, 1)))


def test_migrate() -> None:
    source, target = Place("eu-west-1", "a", "b"), Place("eu-west-1", "a", "c")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    whole = Result(3, 2, Compared(now, now, 3, 0, 1, ("k",)))
    outcomes = [
        Outcome(source, target, 1.5, Progress(), whole),
        Outcome(source, target, 1.5, Progress(), Result(3, 3, None)),
        Outcome(source, target, 1.5, Progress(segments=[Segment()]), None, "throttled"),
    ]
    document = plain(documents.migration(outcomes, ["us-east-1"], 2))
    accepts("migrate", document)
    assert [it["finished"] for it in document["regions"]] == [True, True, False]
    assert document["regions"][0]["compared"]["began"] == "2026-01-01T00:00:00+00:00"


def test_sync() -> None:
    ids = {"knowledgeBaseId": "KB", "dataSourceId": "DS", "ingestionJobId": "JOB"}
    counts = {"numberOfDocumentsScanned": 2, "numberOfDocumentsFailed": 1}
    found = [
        Synchronized("handbook", "manuals", "eu-west-1", ids, "COMPLETE", counts, ("one failed",), "", 2.0),
        Synchronized("handbook", "drawings", "eu-west-1", error="it is not deployed"),
    ]
    document = plain(documents.synchronization("dev", found, 2))
    accepts("sync", document)
    assert [each["documents"]["failed"] for each in document["data_sources"]] == [1, 0]
    assert [each.exit_code for each in found] == [1, 2]


def test_cost(tmp_path: Path) -> None:
    expected = SOUND.replace("ap-southeast-2", "us-east-1").replace(
        "dimension: 3072",
        "dimension: 3072\n        expected: {vectors: 10000, queries_per_month: 1000000}",
    )
    made = project(tmp_path, dev=SOUND, prod=expected)
    for name in ("dev", "prod"):
        accepts("cost", printed(made, "cost", name))
    git = ["git", "-C", str(made), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "before"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    project(made, prod=expected.replace("vectors: 10000", "vectors: 2000000"))
    document = printed(made, "cost", "prod", "--against", "HEAD")
    accepts("cost", document)
    assert document["change"]["difference_usd_per_month"] > 0


def test_outputs() -> None:
    accepts("outputs", printed(ROOT, "outputs", "dev"))
    accepts("outputs", printed(CASES / "stacks" / "regions-policy-kms", "outputs", "created"))


@pytest.mark.parametrize("case", ["findings", "fine"])
def test_verify(case: str) -> None:
    accepts("verify", json.loads((CASES / "verifier" / "formats" / f"{case}-json.json").read_text()))


NEW = {
    "index": ("dev", "main", "lessons", "--dimension", "8"),
    "region": ("dev", "us-east-1"),
    "bucket": ("dev", "more"),
    "access": ("dev", "reader", "--grant", "main/episodes"),
    "knowledge-base": ("dev", "handbook", "--index", "main/episodes", "--documents", "manuals-{region}/a/"),
    "environment": ("prod", "--account-id", "123456789012", "--region", "us-east-1", "--extends", "dev.yaml"),
}


@pytest.mark.parametrize("what", NEW)
def test_new(what: str, tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    document = printed(root, "new", what, *NEW[what], "--dry-run", code=int(what == "knowledge-base"))
    accepts("new", document)
    assert not document["written"] and document["diff"].startswith("--- ")
    if document["refused"]:  # no model, and no keys of Bedrock in the index
        assert {problem["rule"][:3] for problem in document["problems"]} == {"VF8"}


def test_rename(tmp_path: Path) -> None:
    document = printed(project(tmp_path, dev=SOUND), "rename", "dev", "main/episodes", "lessons")
    accepts("rename", document)
    assert document["written"] and "+  main/episodes: main/lessons\n" in document["diff"]
    assert "lessons:" in (tmp_path / "config" / "dev.yaml").read_text()


def test_init(tmp_path: Path) -> None:
    given = (
        "--project",
        "p",
        "--account-id",
        "123456789012",
        "--region",
        "us-east-1",
        "--environment",
        "dev",
    )
    document = printed(tmp_path, "init", *given)
    accepts("init", document)
    assert "main.py" in document["files"]
    (tmp_path / "main.py").write_text("# ours\n")
    document = printed(tmp_path, "upgrade", "--dry-run")
    accepts("upgrade", document)
    assert [file["path"] for file in document["files"] if file["outcome"] == "edited"] == ["main.py"]


def test_rules() -> None:
    every, first = printed(ROOT, "rules"), printed(ROOT, "rules", "vf401")
    accepts("rules", every)
    accepts("rules", first)
    assert first["rules"][0] in every["rules"] and "config/dev.yaml" in first["rules"][0]["wrong"]


def test_doctor() -> None:
    done = run(ROOT, "doctor", "--format", "json")
    document = json.loads(done.stdout)
    accepts("doctor", document)
    assert document["exit_code"] == done.returncode


# What stdout has of these is a document of another kind.
OTHERWISE = {
    "bootstrap": "Terraform JSON",
    "docs": "Markdown",
    "plan-comment": "Markdown",
    "report": "HTML",
    "schema": "a JSON Schema",
}
# Where what a command prints is held that needs Terraform or AWS.
ELSEWHERE = {
    "backend-move": "tests/state/test_servers.py",
    "eject": "tests/rehearsal/test_eject.py",
    "lock": "tests/processes/test_provider_lock.py",
    "rehearse": "tests/rehearsal/test_rehearse.py",
    "retire": "tests/migration/test_retire.py",
    "search-settings": "tests/search_settings/test_command.py",
    "upgrade": "tests/cli/test_output.py",
}


def commands() -> Iterator[tuple[str, Any]]:
    """Every command of the command line, `new index` for instance."""
    for name, command in typer.main.get_group(app).commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from ((f"{name} {below}", it) for below, it in command.commands.items())
        else:
            yield name, command


@pytest.mark.parametrize(("name", "command"), [row for row in commands() if row[0] not in OTHERWISE])
def test_every_command_has_json_and_a_schema(name: str, command: Any) -> None:
    (choices,) = (option.type.choices for option in command.params if "--format" in option.opts)
    assert "json" in {getattr(choice, "value", choice) for choice in choices}
    assert ("new" if name.startswith("new ") else name.replace(" ", "-")) in NAMES


@pytest.mark.parametrize(("name", "test"), ELSEWHERE.items())
def test_what_is_held_elsewhere_is(name: str, test: str) -> None:
    assert f'accepts("{name}", ' in (ROOT / test).read_text(encoding="utf-8")


def test_every_schema_is_held_by_a_test_here() -> None:
    held = {
        name.removeprefix("test_").replace("_", "-")
        for name, value in globals().items()
        if name.startswith("test_") and callable(value)
    }
    assert set(NAMES) <= held | set(ELSEWHERE)
