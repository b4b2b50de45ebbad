"""What the documents show is so: YAML is valid, JSON is JSON, commands print what stands below them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.blocks import PAGES, Block, as_pattern, blocks, exchanges
from tests.paths import ROOT
from vectorform import language

# What a part of an environment file stands in. Its own keys take the place of these.
FRAME = """
project: search
account_id: "123456789012"
regions: [ap-southeast-2]
vector_buckets:
  documents:
    indexes:
      pages: &index {dimension: 1024, distance_metric: cosine, non_filterable_metadata_keys: [text]}
      old: *index
      new: *index
"""
EXAMPLE = next(blocks(ROOT / "README.md", "yaml")).text
OTHERS = ({"on", "jobs"}, {"on", "name", "jobs"}, {"repos"}, {"steps"})


def page_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def place(block: Block) -> str:
    return block.place


def merged(over: Any, under: Any) -> Any:
    if not (isinstance(over, dict) and isinstance(under, dict)):
        return over
    return {**under, **{key: merged(value, under.get(key)) for key, value in over.items()}}


@pytest.mark.parametrize("block", [b for page in PAGES for b in blocks(page, "yaml")], ids=place)
def test_yaml_is_valid(block: Block, tmp_path: Path) -> None:
    if block.exempt:
        return
    document = yaml.load(block.text, Loader=yaml.BaseLoader)
    if document is None or any(other <= set(document) for other in OTHERS):
        return  # a modeline, or a file of another tool: it was read, no more can be said
    (tmp_path / "config").mkdir()
    (tmp_path / "cdktf.json").write_text("{}", encoding="utf-8")
    text = block.text
    if "project" not in document or "vector_buckets" not in document:
        text = yaml.safe_dump(merged(yaml.safe_load(text), yaml.safe_load(FRAME)), sort_keys=False)
    (tmp_path / "config" / "dev.yaml").write_text(text, encoding="utf-8")
    assert language.load("dev", tmp_path).name == "dev", block.place


@pytest.mark.parametrize("block", [b for page in PAGES for b in blocks(page, "json")], ids=place)
def test_json_is_json(block: Block) -> None:
    text = block.text.strip()
    json.loads(text if text.startswith(("{", "[")) else "{" + text.rstrip(",") + "}")


@pytest.mark.parametrize("block", [b for page in PAGES for b in blocks(page, "bash", "sh")], ids=place)
def test_shell_is_shell(block: Block) -> None:
    done = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("block", [b for page in PAGES for b in blocks(page, "python")], ids=place)
def test_python_is_python(block: Block) -> None:
    compile(block.text, block.place, "exec")


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_every_block_has_a_language_that_is_checked(page: Path) -> None:
    """`text` is a message or a form; `js` runs with its framework; each other one has a test here."""
    fences = len(re.findall(r"^[ >]*(?:[-*]|\d+\.)? *```", page.read_text(encoding="utf-8"), re.MULTILINE))
    found = list(blocks(page))
    assert 2 * len(found) == fences, "a block that tests/docs/blocks.py does not see"
    for block in found:
        checked = block.language in ("console", "yaml", "json", "sh", "bash", "python", "text")
        assert checked or block.comment.startswith("write "), f"{block.place}: `{block.language}`"


@pytest.mark.parametrize("block", [b for page in PAGES for b in blocks(page, "console")], ids=place)
def test_a_console_block_runs_or_says_why_not(block: Block) -> None:
    run = block.comment in ("run", "run long") or block.comment.startswith("run client ")
    assert run or block.exempt, (
        f"{block.place}: before the block, write <!-- run -->, <!-- run long -->, <!-- run client NAME --> "
        "or <!-- not run: WHY -->"
    )
    assert exchanges(block.text), f"{block.place}: no line begins with `$ `"


WITH_COMMANDS = [page for page in PAGES if any(block.comment == "run" for block in blocks(page, "console"))]


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=page_name)
def test_commands_print_what_is_shown(page: Path, tmp_path: Path) -> None:
    follow(page, tmp_path, ("run",))


WITH_DEPLOYS = [
    page for page in PAGES if any(block.comment == "run long" for block in blocks(page, "console"))
]


@pytest.mark.long
@pytest.mark.toolchain
@pytest.mark.parametrize("page", WITH_DEPLOYS, ids=page_name)
def test_deploys_print_what_is_shown(page: Path, tmp_path: Path) -> None:
    try:
        follow(page, tmp_path, ("run", "run long"))
    finally:
        Shell(tmp_path / "search").run("vectorform rehearse --stop")


def follow(page: Path, folder: Path, comments: tuple[str, ...]) -> None:
    """Write and run what the page says, from its top to its end, as a reader does."""
    project = folder / "search"
    project.mkdir()
    shell = Shell(project)
    if "tutorial" not in page.parts:
        (project / "cdktf.json").write_text("{}", encoding="utf-8")
        first = next(
            b for b in blocks(page) if b.comment.startswith("write config/") or b.comment in comments
        )
        if first.comment in comments:
            (project / "config").mkdir()
            (project / "config" / "prod.yaml").write_text(EXAMPLE, encoding="utf-8")
    for block in blocks(page):
        if block.comment.startswith("write "):
            file = project / block.comment.removeprefix("write ")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif block.language == "console" and block.comment in comments:
            for command, shown in exchanges(block.text):
                printed, status = shell.run(command)
                assert shown.strip() or status == 0, f"{block.place}: {command}\n{printed}"
                if shown.strip():
                    assert as_pattern(shown).fullmatch(printed), f"{block.place}: {command}\n{printed}"


class Shell:
    """A shell whose variables live on from one command to the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CI", "TF_"))
        } | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "COLUMNS": "200",
            "NO_COLOR": "1",
        }

    def run(self, command: str) -> tuple[str, int]:
        """What a command prints, stdout and stderr as a terminal has them, and its exit code."""
        variables = self.folder.parent / "variables"
        done = subprocess.run(
            ["bash", "-c", f'{command}\nstatus=$?\nenv -0 > "{variables}"\nexit $status'],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        pairs = variables.read_text(encoding="utf-8").split("\0")
        self.environment = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        return re.sub(r"[ \t]+$", "", done.stdout, flags=re.MULTILINE), done.returncode
