"""Members of a definition of many, whose changes are the same but for one text: `000` of `tenant000`.

`{each}` stands for that text, and nothing is lost by showing the change once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

EACH = "{each}"
# What may tell a member from the others, in its name: all of it, its number, or a part between separators.
_TEXTS = (r"^.+$", r"[0-9]+(?!.*[0-9])", r"[^-_/]+$", r"^[^-_/]+", r"(?<=[-_/]).+$", r"^.+(?=[-_/])")

Template = tuple[str, ...]


def templates(name: str, lines: Sequence[str]) -> Mapping[str, Template]:
    """The name and the lines with `{each}` in place of what may be the member's text, by that text."""
    found = (match[0] for match in (re.search(text, name) for text in _TEXTS) if match)
    return {text: tuple(_replaced(text, line) for line in (name, *lines)) for text in found}


def commonest(candidates: Sequence[Mapping[str, Template]]) -> list[tuple[Template, int]]:
    """Of each member, its template that most others have too, and how many have it."""
    counted = Counter(template for each in candidates for template in each.values())
    best = (max(each.values(), key=lambda template: counted[template]) for each in candidates)
    return [(template, counted[template]) for template in best]


def _replaced(text: str, line: str) -> str:
    """A number within a longer one, or letters within a word, are another text."""
    before, after = (r"[0-9]" if edge.isdigit() else r"[A-Za-z]" for edge in (text[0], text[-1]))
    return re.sub(f"(?<!{before}){re.escape(text)}(?!{after})", EACH, line)
