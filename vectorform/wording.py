"""Words for messages: what a value is called, and which word was probably meant."""

from __future__ import annotations

import json
from collections.abc import Iterable

_SHOWN = 60  # characters of a value that a message repeats


def printable(text: str) -> str:
    """The text with everything escaped that could break a line or a terminal, or that nobody would see.

    A combining character without a letter before it would sit on what the message has there.
    """
    from unicodedata import combining

    return "".join(
        c if c.isprintable() and not (combining(c) and not number) else f"\\u{ord(c):04x}"
        for number, c in enumerate(text)
    )


def quoted(text: str) -> str:
    """The text in double quotes, as YAML reads it back: JSON's escapes, and YAML's own beyond 16 bits."""
    return "".join(map(_escaped, json.dumps(text, ensure_ascii=False)))


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def printable_lines(text: str) -> str:
    """The same of a text of several lines, which stay lines."""
    return "\n".join(map(printable, text.split("\n")))


def show(value: object) -> str:
    """A value as a message repeats it: short, on one line, in backticks."""
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, dict):
        return "a map"
    elif isinstance(value, list):
        return "a list"
    elif value is None:
        return "nothing"
    else:
        text = str(value)
    text = printable(text[: _SHOWN * 2])
    return f"`{text if len(text) <= _SHOWN else text[: _SHOWN - 3] + '...'}`"


def closest(word: str, options: Iterable[str]) -> str | None:
    """The option that `word` most probably stands for, or None."""
    from difflib import get_close_matches  # only errors need it

    by_folded = {option.casefold().replace("_", "-"): option for option in options}
    folded = word[:100].casefold().replace("_", "-")
    for option, original in by_folded.items():  # letters swapped: difflib alone has no eye for it
        if len(option) == len(folded) and sorted(option) == sorted(folded):
            return original
    matches = get_close_matches(folded, by_folded, n=1, cutoff=0.7)
    return by_folded[matches[0]] if matches else None


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """`did you mean x?` where an option is close, otherwise the first options."""
    known = list(options)
    match = closest(word, known)
    if match is not None:
        return f"did you mean `{match}`?"
    if not known:
        return ""
    listed = ", ".join(known[:8]) + (f" and {len(known) - 8} more" if len(known) > 8 else "")
    return f"known: {listed}"


def beginning(text: str, characters: int) -> str:
    """The text, or so many characters of it and an ellipsis where it is longer."""
    return text if len(text) <= characters else f"{text[:characters]}..."
