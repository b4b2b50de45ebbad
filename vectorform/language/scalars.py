"""What an unquoted YAML scalar means, and which ones are refused because readers of YAML disagree on them.

Taken is what YAML 1.1 and 1.2 (https://yaml.org/spec/1.2.2/, "Core Schema") both read the same way; `no`,
`017`, `1:30`, `1_000`, `1e3` and their kind differ between the two, so the user is asked which is meant.
"""

from __future__ import annotations

import re

_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_SWITCHES = {
    spelling: meaning
    for word, meaning in {"yes": "true", "on": "true", "no": "false", "off": "false"}.items()
    for spelling in (word, word.capitalize(), word.upper())
}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?([0-9]{1,17}\.[0-9]{0,17}|\.[0-9]{1,17})\Z")
_NUMBER_LIKE = re.compile(
    r"""[-+]?(?:
      (?P<zero>0[0-9]+)
    | (?P<base>0[xob][0-9A-Fa-f_]+)
    | (?P<clock>[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)
    | (?P<grouped>[0-9][0-9_]*_[0-9_]*)
    | (?P<exponent>(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+)
    | (?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?
        (?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?)?)
    | (?P<special>\.(?:inf|Inf|INF|nan|NaN|NAN))
    | (?P<long>[0-9]{19,}|[0-9]*\.[0-9]*)
    )\Z""",
    re.VERBOSE,
)
_LONGEST_NUMBER = 40
_NUMBER_CHARACTERS = frozenset("0123456789_:.eE+-")
_WHY = {
    "zero": "some YAML parsers read a leading zero as an octal number",
    "base": "some YAML parsers read it as a number in another base",
    "clock": "some YAML parsers read it as a number in base 60",
    "grouped": "some YAML parsers read it as a number",
    "exponent": "some YAML parsers read it as a number, others as text",
    "date": "YAML 1.1 parsers read it as a date, others as text",
    "special": "it is not a finite number",
    "long": "it has more digits than a number can hold",
}


class WrittenFloat(float):
    """A number with a fraction, and how it was written: `1.10` is not `1.1` to its author."""

    written = ""

    def __str__(self) -> str:
        return self.written


class AmbiguousError(ValueError):
    """A scalar that YAML readers disagree on: the message says why, `hint` what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def resolve(text: str) -> str | int | float | bool | None:
    """The value of an unquoted scalar. Raises AmbiguousError for those that are refused."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0].isalpha():
        if text in _SWITCHES:
            raise AmbiguousError(
                f"some YAML parsers read `{text}` as {_SWITCHES[text]}, others as text",
                f'write {_SWITCHES[text]}, or "{text}" in quotes',
            )
        return text
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text) and not text.lstrip("+-").startswith("00"):
        number = WrittenFloat(text)
        number.written = text
        return number
    if len(text) > _LONGEST_NUMBER:  # the expression below is not linear
        kind = "long" if _NUMBER_CHARACTERS.issuperset(text) else None
    else:
        match = _NUMBER_LIKE.match(text)
        kind = match.lastgroup if match else None
    if kind is None:
        return text
    shown = text if len(text) <= _LONGEST_NUMBER else text[: _LONGEST_NUMBER - 3] + "..."
    raise AmbiguousError(f"`{shown}` is ambiguous: {_WHY[kind]}", _instead(kind, shown))


def _instead(kind: str, text: str) -> str:
    """What to write in place of a number that is refused: the number, where it can only be that."""
    if kind == "date":
        return f'write "{text}" in quotes'
    number = None
    if kind == "grouped" and re.fullmatch(r"[-+]?[0-9_]+", text):
        number = int(text.replace("_", ""))
    elif kind == "exponent" and abs(float(text)) < 10**15 and float(text).is_integer():
        number = int(float(text))
    if number is not None:
        return f"write {number}; a text is put in quotes"
    return f'write "{text}" in quotes, or a plain decimal number'
