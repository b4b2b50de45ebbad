"""`vectorform upgrade`: unchanged files follow the installed version, edited ones are shown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.project.test_create import ANSWERS, run
from vectorform.errors import UserError
from vectorform.project import record
from vectorform.project.create import create
from vectorform.project.files import digest
from vectorform.project.upgrade import NoRecord, outdated, upgrade


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A project as an older version wrote it: another `cdktf.json`, no `.npmrc`, an edited stack."""
    create(tmp_path, ANSWERS)
    (tmp_path / "cdktf.json").write_text('{"app": "python older.py"}\n')
    (tmp_path / ".npmrc").unlink()
    document = json.loads((tmp_path / record.RECORD).read_text())
    document["vectorform"] = "0.0.9"
    document["files"]["cdktf.json"] = digest('{"app": "python older.py"}\n')
    (tmp_path / record.RECORD).write_text(json.dumps(document))
    with (tmp_path / "stacks" / "region_stack.py").open("a") as stack:
        stack.write("# a resource of ours\n")
    return tmp_path


def test_what_is_unchanged_is_renewed_and_what_is_edited_is_left(older: Path) -> None:
    outcomes = {step.path: step.outcome for step in upgrade(older, write=True)}
    assert outcomes["cdktf.json"] == "renewed" and outcomes[".npmrc"] == "added"
    assert outcomes["stacks/region_stack.py"] == "edited" and outcomes["main.py"] == "same"
    assert not any(path.startswith(("config/", "README")) for path in outcomes)
    assert "python main.py" in (older / "cdktf.json").read_text()
    assert (older / "stacks" / "region_stack.py").read_text().endswith("# a resource of ours\n")
    assert outdated(older) is None
    again = {step.path: step.outcome for step in upgrade(older, write=True)}
    assert {path for path, outcome in again.items() if outcome != "same"} == {"stacks/region_stack.py"}


OLDER = (ROOT / "tests" / "project" / "older" / "region_stack.py.txt").read_text(encoding="utf-8")
OWN = "        # a resource of ours\n"
ASKS_FOR_MORE = """\
access:
  application:
    permissions: read
    grants: [{bucket: documents}]
    role:
      trusted_services: [lambda.amazonaws.com]
      managed_policies: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]
"""


@pytest.mark.toolchain
def test_an_edited_stack_of_an_older_version_goes_on_and_is_told_which_lines_to_change(
    tmp_path: Path,
) -> None:
    """As `init` wrote it then, with a line of one's own: only what it cannot build is refused."""
    create(tmp_path, ANSWERS)
    document = json.loads((tmp_path / record.RECORD).read_text())
    document["files"]["stacks/region_stack.py"] = digest(OLDER)
    (tmp_path / record.RECORD).write_text(json.dumps(document))
    stack = tmp_path / "stacks" / "region_stack.py"
    mark = "        add_outputs(self, region)\n"
    stack.write_text(OLDER.replace(mark, OWN + mark))
    config = tmp_path / "config" / "dev.yaml"

    def synthesized() -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "main.py"], cwd=tmp_path, capture_output=True, text=True)

    assert synthesized().returncode == 0
    config.write_text(config.read_text().partition("\naccess:")[0] + "\n" + ASKS_FOR_MORE)
    refused = synthesized()
    assert refused.returncode == 1
    line = "others += add_access(self, environment, region)"
    assert f"`access.*.role` needs the line: {line}" in refused.stderr

    upgraded = run(tmp_path, "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    text = upgraded.stdout.partition("stacks/region_stack.py: edited, so it stays as it is")[2]
    before = "        others = [*add_encryption_keys(self), *add_access(self)]"
    after = "        others = [*add_encryption_keys(self), *add_access(self, environment, region)]"
    assert f"-{before}\n" in text and f"+{after}\n" in text
    stack.write_text(stack.read_text().replace(before, after))
    assert OWN in stack.read_text()
    assert synthesized().returncode == 0


def test_a_dry_run_writes_nothing(older: Path) -> None:
    before = {path: path.read_bytes() for path in older.rglob("*") if path.is_file()}
    done = run(older, "upgrade", "--dry-run")
    assert done.returncode == 0 and "cdktf.json: would be updated" in done.stdout
    assert "-# a resource of ours" in done.stdout
    assert {path: path.read_bytes() for path in older.rglob("*") if path.is_file()} == before
    assert outdated(older) == "0.0.9"


def test_line_ends_are_no_edit(older: Path) -> None:
    main = older / "main.py"
    main.write_bytes(main.read_bytes().replace(b"\n", b"\r\n"))
    assert {step.path: step.outcome for step in upgrade(older, write=False)}["main.py"] == "same"


def test_a_project_that_init_did_not_make(tmp_path: Path) -> None:
    with pytest.raises(NoRecord, match="vectorform init"):
        upgrade(tmp_path, write=True)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"vectorform": "1"}', '{"files": 1}'])
def test_a_damaged_record(older: Path, text: str) -> None:
    (older / record.RECORD).write_text(text)
    with pytest.raises(UserError, match="cannot be read"):
        upgrade(older, write=True)
