"""Documents, messages and help avoid the words of tools/style.toml; `python -m tools.style` prints where."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Made from help texts and from the schema, or a table of what others say: not prose of these pages.
_GENERATED = {"commands.md", "configuration.md", "json.md", "rules.md", "fidelity.md"}
# Says what AWS's provider says, in its words.
_PROVIDER = ROOT / "vectorform" / "rehearsal" / "provider"
_CODE = re.compile(r"```.*?^ *```|`[^`\n]*`|<!--.*?-->", re.DOTALL | re.MULTILINE)
_DESCRIPTION = re.compile(r'"description": "((?:[^"\\]|\\.)*)"')
_EXAMPLES = re.compile(r"^(?:source|wrong|right|shown_by):", re.MULTILINE)


def pages() -> list[Path]:
    """The documents that people write."""
    written = [page for page in (ROOT / "docs").rglob("*.md") if page.name not in _GENERATED]
    readmes = [*ROOT.glob("[bs]*/README.md"), ROOT / "vectorform" / "project" / "templates" / "README.md"]
    return [*sorted(ROOT.glob("*.md")), *sorted(readmes), *sorted(written)]


def texts() -> Iterator[tuple[Path, int, str]]:
    """File, first line and text of everything that a person reads."""
    for page in pages():
        yield page, 1, page.read_text(encoding="utf-8")
    for module in sorted((ROOT / "vectorform").rglob("*.py")):
        if _PROVIDER not in module.parents:
            yield from ((module, line, text) for line, text in messages(module.read_text(encoding="utf-8")))
    for rule in sorted((ROOT / "vectorform" / "language" / "rules" / "pages").glob("VF*.yaml")):
        yield rule, 1, _EXAMPLES.split(rule.read_text(encoding="utf-8"), maxsplit=1)[0]
    for schema in sorted((ROOT / "schemas").rglob("*.schema.json")):
        for number, line in enumerate(schema.read_text(encoding="utf-8").splitlines(), 1):
            yield from ((schema, number, found[1]) for found in _DESCRIPTION.finditer(line))


def messages(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each literal of a module and of the help of commands; not of other docstrings."""
    tree, is_command_line = ast.parse(source), "import typer" in source
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and not (is_command_line and isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str) and " " in node.value:
            yield node.lineno, node.value


@cache
def _avoided() -> list[tuple[re.Pattern[str], str]]:
    words = tomllib.loads((ROOT / "tools" / "style.toml").read_text(encoding="utf-8"))["avoid"]
    # A line of the text may end between two words.
    return [(re.compile(key.replace(" ", r"\s+"), re.IGNORECASE), words[key]) for key in words]


def findings(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, words and what to write instead, for each place in a text."""
    prose = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    for words, instead in _avoided():
        for match in words.finditer(prose):
            yield prose.count("\n", 0, match.start()) + 1, " ".join(match[0].split()), instead


def main() -> int:
    """Print every place; 1 if there are any."""
    found = [
        f"{path.relative_to(ROOT)}:{first + line - 1}: `{words}`: {instead}"
        for path, first, text in texts()
        for line, words, instead in findings(text)
    ]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
