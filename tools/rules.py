"""docs/reference/rules: a page for each rule of the language. `make reference` writes them."""

from __future__ import annotations

from pathlib import Path

from vectorform.language.rules.pages import documents

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference" / "rules"

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for left in FOLDER.iterdir():
        left.unlink()
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
