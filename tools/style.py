"""The documents use none of the words of tools/style.toml; `python -m tools.style` prints where they do."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Made from help texts and from the schema, or tables of what others say: not prose of these pages.
_GENERATED = {"commands.md", "configuration.md", "json.md", "rules.md", "fidelity.md", "drills.md"}
_CODE = re.compile(r"```.*?^ *```|`[^`\n]*`|<!--.*?-->", re.DOTALL | re.MULTILINE)


def pages() -> list[Path]:
    """The documents that people write."""
    written = [page for page in (ROOT / "docs").rglob("*.md") if page.name not in _GENERATED]
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(written)]


def findings(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, words and what to write instead, for each place in a text."""
    words_to_avoid = (ROOT / "tools" / "style.toml").read_text(encoding="utf-8")
    avoid: dict[str, str] = tomllib.loads(words_to_avoid)["avoid"]
    prose = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    for words, instead in avoid.items():
        # A line of the text may end between two words.
        for match in re.finditer(words.replace(" ", r"\s+"), prose, re.IGNORECASE):
            yield prose.count("\n", 0, match.start()) + 1, " ".join(match[0].split()), instead


def main() -> int:
    """Print every place; 1 if there are any."""
    found = [
        f"{page.relative_to(ROOT)}:{line}: `{words}`: {instead}"
        for page in pages()
        for line, words, instead in findings(page.read_text(encoding="utf-8"))
    ]
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
