"""Rewrite the documents that are made from the rules: `make docs`."""

from __future__ import annotations

from tests.paths import ROOT
from vectorform.language.rules.pages import documents

FOLDER = ROOT / "docs" / "reference" / "rules"

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for left in FOLDER.iterdir():
        left.unlink()
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
