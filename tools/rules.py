"""docs/reference/rules.md: the rules of the language. `make reference` writes it."""

from __future__ import annotations

from pathlib import Path

from vectorform.language.rules.pages import document

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "rules.md"

if __name__ == "__main__":
    PAGE.write_text(document(), encoding="utf-8")
