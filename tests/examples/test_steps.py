"""The shell of the workflows' steps, run as a runner does, with a `gh` that answers from a file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.paths import ROOT
from tests.verifier import samples
from vectorform.verifier.formats import markdown

FOLDER = ROOT / "examples" / "workflows"
BOT = {"login": "github-actions[bot]"}

# Answers GET and GraphQL by what `answers.json` has for the path, through jq; writes down what would write.
GH = f"""\
#!{sys.executable}
import json, os, subprocess, sys
arguments, fields, method, query, path = sys.argv[2:], {{}}, None, None, None
while arguments:
    word = arguments.pop(0)
    if word == "--method": method = arguments.pop(0)
    elif word == "--jq": query = arguments.pop(0)
    elif word in ("--field", "-f"):
        name, _, value = arguments.pop(0).partition("=")
        if word == "--field" and value.startswith("@"): value = open(value[1:]).read()
        fields[name] = value
    elif not word.startswith("-"): path = word
if method:
    with open("written.jsonl", "a") as written: print(json.dumps([method, path, fields]), file=written)
else:
    answer = json.load(open("answers.json"))[path]
    done = subprocess.run(["jq", "-r", query], input=json.dumps(answer), text=True)
    sys.exit(done.returncode)
"""


@dataclass
class Runner:
    """One step of a job, and what it wrote."""

    folder: Path
    environment: dict[str, str]
    written: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def run(self, workflow: str, step: str, answers: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        document = yaml.safe_load((FOLDER / f"{workflow}.yml").read_text(encoding="utf-8"))
        steps = [found for job in document["jobs"].values() for found in job.get("steps", [])]
        (script,) = [found["run"] for found in steps if found.get("name") == step]
        (self.folder / "answers.json").write_text(json.dumps(answers))
        log = self.folder / "written.jsonl"
        log.unlink(missing_ok=True)
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = log.read_text().splitlines() if log.exists() else []
        self.written = [(method, path, fields) for method, path, fields in map(json.loads, lines)]
        return done


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    if shutil.which("jq") is None:
        pytest.skip("there is no jq")
    commands = tmp_path / "bin"
    commands.mkdir()
    vectorform = f'#!/bin/sh\nexec "{sys.executable}" -m vectorform "$@"\n'
    for name, text in (("gh", GH), ("vectorform", vectorform)):
        (commands / name).write_text(text)
        (commands / name).chmod(0o755)
    return Runner(
        tmp_path,
        {
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "ENVIRONMENT": "dev",
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_REPOSITORY_OWNER": "o",
            "NAME": "r",
            "GITHUB_SHA": "old",
            "COMMENTS": "repos/o/r/issues/7/comments",
            "ISSUES": "repos/o/r/issues",
            "COMMIT": "abc",
            "RUN": "https://example.com/run",
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        },
    )


GOOD = "## Plan: 1 added\n\n### `dev`: 1 added\n"
COMMENTS = "repos/o/r/issues/7/comments"


def test_a_first_plan_is_a_new_comment_and_a_failure_keeps_it(runner: Runner) -> None:
    (runner.folder / "summary.md").write_text(GOOD)
    (runner.folder / "cost.md").write_text("### Cost of `dev`: $2.96\n")
    stranger = {"url": "1", "user": {"login": "someone"}, "body": "<!-- vectorform plan of dev -->"}
    done = runner.run("plan", "Comment", {COMMENTS: [stranger]})
    assert done.returncode == 0, done.stderr
    ((method, path, fields),) = runner.written
    assert (method, path) == ("POST", COMMENTS)
    assert fields["body"].startswith("<!-- vectorform plan of dev -->\n# dev\n") and GOOD in fields["body"]
    assert "### Cost of `dev`: $2.96" in fields["body"]

    (runner.folder / "summary.md").unlink()  # a step before the plan failed
    earlier = {"url": "comments/9", "user": BOT, "body": fields["body"]}
    done = runner.run("plan", "Comment", {COMMENTS: [stranger, earlier], "comments/9": earlier})
    assert done.returncode == 0, done.stderr
    ((method, path, fields),) = runner.written
    assert (method, path) == ("PATCH", "comments/9")
    assert "failed before it started" in fields["body"] and "### `dev`: 1 added" in fields["body"]


@pytest.mark.parametrize(
    ("deployed", "order", "code"),
    [("", "", 0), ("old", "", 0), ("new", "ahead", 1), ("older", "behind", 0), ("other", "diverged", 0)],
)
def test_a_deploy_never_goes_back(runner: Runner, deployed: str, order: str, code: int) -> None:
    nodes = [{"state": "INACTIVE", "commitOid": "x"}]
    nodes += [{"state": "ACTIVE", "commitOid": deployed}] if deployed else []
    nodes += [{"state": "WAITING", "commitOid": "old"}]
    answers = {
        "graphql": {"data": {"repository": {"deployments": {"nodes": nodes}}}},
        f"repos/o/r/compare/old...{deployed}": {"status": order},
    }
    done = runner.run("deploy-environment", "Never back to an older commit", answers)
    assert done.returncode == code, done.stderr
    assert ("::error title=Older than what is deployed::dev has new" in done.stdout) is bool(code)


OPEN = "repos/o/r/issues?state=open&creator=github-actions%5Bbot%5D&per_page=100"
ISSUE = {"title": "Drift: dev differs from its configuration", "number": 3}


def of_a_night(minute: int) -> str:
    """What `verify` finds, at this minute of the hour: the time is no difference."""
    report = samples.report()
    time = report.time.replace(minute=minute)
    return markdown.render(replace(report, time=time, seconds=report.seconds + minute))


def night(runner: Runner, result: int, found: str, issue: dict[str, Any] | None) -> int:
    (runner.folder / "result").write_text(f"{result}\n")
    (runner.folder / "found.md").write_text(found)
    open_ones = [{"title": "Something else", "number": 1}, *([issue] if issue else [])]
    done = runner.run("drift", "Keep the issue", {OPEN: open_ones, "repos/o/r/issues/3": issue})
    assert not done.stderr
    return done.returncode


def test_drift_opens_an_issue_keeps_it_and_closes_it(runner: Runner) -> None:
    assert night(runner, 0, "fine", None) == 0 and runner.written == []
    assert night(runner, 1, of_a_night(1), None) == 1
    ((method, path, fields),) = runner.written
    assert (method, path, fields["title"]) == ("POST", "repos/o/r/issues", ISSUE["title"])
    assert of_a_night(1) in fields["body"] and "https://example.com/run" in fields["body"]

    same = {**ISSUE, "body": fields["body"].replace("\n", "\r\n")}
    assert night(runner, 1, of_a_night(2), same) == 1
    assert [(method, path) for method, path, _ in runner.written] == [("PATCH", "repos/o/r/issues/3")]
    assert night(runner, 1, "a and b differ", same) == 1
    assert [(method, path) for method, path, _ in runner.written] == [
        ("PATCH", "repos/o/r/issues/3"),
        ("POST", "repos/o/r/issues/3/comments"),
    ]
    assert night(runner, 0, "fine", same) == 0
    assert runner.written[1] == ("PATCH", "repos/o/r/issues/3", {"state": "closed"})


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 0), (2, 2)])
def test_a_look_fails_only_where_it_could_not_look(runner: Runner, code: int, ends: int) -> None:
    (runner.folder / "bin" / "vectorform").write_text(f"#!/bin/sh\necho found\nexit {code}\n")
    done = runner.run("drift", "Look", {})
    assert done.returncode == ends
    assert (runner.folder / "result").read_text() == f"{code}\n"
    assert ("could not be checked" in done.stdout) is (code == 2)
