"""The fenced blocks of the documents, and how a comment before a block says what is done with it.

<!-- run -->             its commands run, in order, in the page's project, and print what is shown
<!-- run long -->        the same, but it deploys: only `make test-long` runs it
<!-- run client NAME --> its commands run with the framework of that environment, by `make test-clients`
                         (`run client NAME fails`: and the last one ends with an error)
<!-- not run: WHY -->    why it cannot run in a test
<!-- write FILE -->      the block is this file of the page's project

Where a page runs a command before it writes a file of config/, its project has config/prod.yaml with the
YAML of README.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.paths import ROOT

# Half of its examples are wrong: tests/language/test_rules.py tries them.
_RULES = ROOT / "docs" / "reference" / "rules.md"
# What `vectorform init` writes, with `$project` and `$environment` to be filled in.
NEW_PROJECT = ROOT / "vectorform" / "project" / "templates" / "README.md"
PAGES = [
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "CHANGELOG", "SECURITY")),
    ROOT / "benchmarks" / "README.md",
    ROOT / "s3vectors-local" / "README.md",
    NEW_PROJECT,
    *sorted({*(ROOT / "docs").rglob("*.md")} - {_RULES}),
]
_BLOCK = re.compile(
    r"^(?:[ ]*<!-- (?P<comment>[^\n]*?) -->\n\s*)?"
    r"^(?P<indent>[ ]*)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^[ ]*```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    comment: str
    text: str

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def exempt(self) -> bool:
        """Whether a comment gives the reason why nothing is done with it."""
        return bool(re.match(r"not (run|validated): \S+ \S+", self.comment))


def blocks(page: Path, *languages: str) -> Iterator[Block]:
    """The blocks of a page, in order; of these languages where any are named."""
    text = page.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(text):
        indent = match["indent"]
        body = re.sub(rf"^{indent}", "", match["text"], flags=re.MULTILINE)
        if not languages or match["language"] in languages:
            line = text.count("\n", 0, match.start("language")) + 1
            yield Block(page, line, match["language"], match["comment"] or "", body)


def exchanges(text: str) -> list[tuple[str, str]]:
    """The commands of a console block, with what each prints."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    found = []
    for part in parts:
        lines = part.splitlines(keepends=True)
        end = 1
        while lines[end - 1].endswith("\\\n"):
            end += 1
        found.append(("".join(lines[:end]).rstrip("\n"), "".join(lines[end:])))
    return found


def as_pattern(shown: str) -> re.Pattern[str]:
    """What is shown, with its times, ports and fingerprints free; `...` stands for anything."""
    pattern = re.escape(shown.rstrip("\n"))
    pattern = re.sub(r"127\\\.0\\\.0\\\.1:\d+", r"127\\.0\\.0\\.1:\\d+", pattern)
    pattern = re.sub(r"\d+(\\\.\d+)?\\ s\b", r"\\d+(\\.\\d+)?\\ s", pattern)
    pattern = re.sub(r"\\\.\\\.\\\.", ".*?", pattern)
    return re.compile(pattern + r"\s*", re.DOTALL)
