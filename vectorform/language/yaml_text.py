"""Bytes to text that YAML may be read from, and words for what libyaml cannot read."""

from __future__ import annotations

import re

import yaml

from vectorform.language.problems import Problem
from vectorform.language.rules.yaml import (
    BARE_TEMPLATE,
    CONFLICT,
    ENCODING,
    INVISIBLE,
    ODD_SPACE,
    SYNTAX,
    TOO_LARGE,
)
from vectorform.wording import show

MAX_BYTES = 16 * 1024 * 1024  # 10,000 indexes, a bucket's limit, are about 2 MB

# Characters that YAML forbids or that editors do not show as what they are: control characters, Unicode line
# separators (line breaks for YAML 1.1 only), byte-order marks.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# Spaces that nobody can tell from a plain one, and that YAML does not take for one: U+00A0 comes with what is
# copied from a web page.
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000]")
_ODD_SPACE_AT = re.compile(f"(?:^ *|[:-] *){_ODD_SPACE.pattern}")
_BARE_TEMPLATE = re.compile(
    r"""(?<![\w"'{}$.-])
    (?: [\w.-]+ \{[A-Za-z_][\w.]*\} | \{[A-Za-z_][\w.]*\} (?=[\w{.-]) )
    [\w{}.-]*""",
    re.VERBOSE,
)
_SYNTAX_HINTS = {
    "mapping values are not allowed in this context": "quote a text with ': ' in it, or indent less",
    "could not find expected ':'": "a key is followed by a colon and a space",
    "did not find expected key": "check the indentation of this line and the one above",
    "did not find expected ',' or '}'": "a { is not closed, or a comma is missing",
    "did not find expected ',' or ']'": "a [ is not closed, or a comma is missing",
    "did not find expected '-' indicator": "check the indentation of this list",
    "found unexpected end of stream": "a quote is not closed",
    "found unexpected ':'": "quote a text that contains a colon",
    "did not find expected node content": "something is missing before this position",
}


def decode(data: bytes, file: str) -> tuple[str, Problem | None]:
    """The text of a file, or why it has none: too large, not UTF-8, characters that nobody sees."""
    hint = "save it as UTF-8 without a byte-order mark"
    if len(data) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 1024**2} MiB"
        return "", TOO_LARGE.in_file(file, message, "split it, or write the environment in Python")
    if data.startswith(b"\xef\xbb\xbf"):
        return "", ENCODING.in_file(file, "starts with a byte-order mark", hint, 1, 1)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data[:4]:
        return "", ENCODING.in_file(file, "is not UTF-8; it looks like UTF-16 or UTF-32", hint, 1, 1)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return "", ENCODING.in_file(file, message, hint, before.count(b"\n") + 1, column)
    if match := _FORBIDDEN.search(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
        message = f"the invisible character U+{ord(match.group()):04X} is not allowed in YAML"
        return "", INVISIBLE.in_file(file, message, "delete it", line, column)
    return text, None


def lines_of(text: str) -> list[str]:
    """The lines as libyaml counts them."""
    return re.split(r"\r\n|\r|\n", text)


def odd_space(text: str) -> str | None:
    """The space in a text that looks like one and is none to YAML, as it is called."""
    match = _ODD_SPACE.search(text)
    if match is None:
        return None
    return "a no-break space" if match[0] == "\u00a0" else f"the space U+{ord(match[0]):04X}"


def odd_space_problem(text: str, file: str) -> Problem | None:
    """The problem with such a space, where there is one."""
    lines = lines_of(text)
    return _odd_space_in(lines, len(lines), file)


def syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """What libyaml complains about, where, and what probably helps."""
    mark = getattr(error, "problem_mark", None)
    what = str(getattr(error, "problem", None) or "it is not YAML")
    if mark is None:
        return SYNTAX.in_file(file, f"cannot be read as YAML: {what}")
    lines = lines_of(text)
    begun = getattr(error, "context_mark", None)
    probable = _conflict(lines, file) or _odd_space_in(lines, mark.line, file)
    probable = probable or _bare_template(lines, mark.line, mark.column, file)
    if probable is not None:
        return probable
    if begun is not None and what == "found unexpected end of stream":
        mark = begun  # where the quote is that is not closed
    rest = lines[mark.line][mark.column :] if mark.line < len(lines) else ""
    if rest.startswith("\t"):
        what, hint = "a tab", "indent with spaces"
    elif what.startswith("found character that cannot start any token"):
        what, hint = f"a text cannot start with {rest[:1]}", "put it in quotes"
    else:
        hint = _SYNTAX_HINTS.get(what, "")
        if begun is not None and begun.line < mark.line:
            what += f", for the value that begins in line {begun.line + 1}"
    return SYNTAX.in_file(file, f"cannot be read as YAML: {what}", hint, mark.line + 1, mark.column + 1)


def _conflict(lines: list[str], file: str) -> Problem | None:
    """What git leaves where two changes do not fit (git-merge, "How conflicts are presented")."""
    start = next((number for number, line in enumerate(lines, 1) if line.startswith("<<<<<<< ")), 0)
    ends = (number for number, line in enumerate(lines, 1) if line.startswith(">>>>>>> "))
    end = next((number for number in ends if number > start), 0)
    if not start or not end:
        return None
    message = f"has an unresolved conflict of git, lines {start} to {end}"
    return CONFLICT.in_file(file, message, "keep one side, and delete the three lines of marks", start, 1)


def _odd_space_in(lines: list[str], last: int, file: str) -> Problem | None:
    """A space that YAML takes for a letter, where it wants one that it knows: the nearest above the error."""
    for number in range(min(last, len(lines) - 1), -1, -1):
        match = _ODD_SPACE_AT.search(lines[number])
        if match is not None:
            space = odd_space(match[0])
            column = match.end()
            message = f"line {number + 1} has {space}, which YAML reads as a letter"
            return ODD_SPACE.in_file(file, message, "write a plain space", number + 1, column)
    return None


def _bare_template(lines: list[str], line: int, column: int, file: str) -> Problem | None:
    """A template without quotes at the place of the error, or just before."""
    for number in range(min(line, len(lines) - 1), max(line - 2, -1), -1):
        for match in _BARE_TEMPLATE.finditer(lines[number]):
            if number < line or match.start() <= column <= match.end():
                message = f"{show(match[0])} without quotes begins a map to YAML"
                return BARE_TEMPLATE.in_file(
                    file, message, f'write "{match[0]}"', number + 1, match.start() + 1
                )
    return None
