"""The pages of the documentation that are packed: how to do what, and why it is so.

References are not among them: the commands print what they say (`vectorform rules`, `vectorform schema`).
"""

from __future__ import annotations

from pathlib import Path

from vectorform.project.files import origin

_FOLDERS = ("how-to", "explanation")


def pages() -> dict[str, Path]:
    """Name -> file, by name."""
    found = (path for folder in _FOLDERS for path in origin(f"docs/{folder}").glob("*.md"))
    return {path.stem: path for path in sorted(found, key=lambda path: path.stem)}


def title(path: Path) -> str:
    """The heading of a page."""
    return text(path).partition("\n")[0].removeprefix("# ")


def text(path: Path) -> str:
    """A page as it is written, in Markdown."""
    return path.read_text(encoding="utf-8")
