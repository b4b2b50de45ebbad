"""Bytes to text that YAML may be read from, and words for what libyaml cannot read."""

from __future__ import annotations

import re

import yaml

from vectorform.language.problems import Problem
from vectorform.language.rules.yaml import ENCODING, INVISIBLE, SYNTAX, TOO_LARGE

MAX_BYTES = 16 * 1024 * 1024  # 10,000 indexes, a bucket's limit, are about 2 MB

# Characters that YAML forbids or that editors do not show as what they are: control characters, Unicode line
# separators (line breaks for YAML 1.1 only), byte-order marks.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SYNTAX_HINTS = {
    "mapping values are not allowed in this context": "quote a text with ': ' in it, or indent less",
    "could not find expected ':'": "a key is followed by a colon and a space",
    "did not find expected key": "check the indentation of this line and the one above",
    "did not find expected ',' or '}'": "a { is not closed, or a comma is missing",
    "did not find expected ',' or ']'": "a [ is not closed, or a comma is missing",
    "did not find expected '-' indicator": "check the indentation of this list",
    "found unexpected end of stream": "a quote is not closed",
    "found unexpected ':'": "quote a text that contains a colon",
    "did not find expected node content": "something is missing before this place",
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
        message = f"the invisible character U+{ord(match.group()):04X} has no place in YAML"
        return "", INVISIBLE.in_file(file, message, "delete it", line, column)
    return text, None


def syntax_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """What libyaml complains about, where, and what probably helps."""
    mark = getattr(error, "problem_mark", None)
    what = str(getattr(error, "problem", None) or "it is not YAML")
    if mark is None:
        return SYNTAX.in_file(file, f"cannot be read as YAML: {what}")
    begun = getattr(error, "context_mark", None)
    if begun is not None and what == "found unexpected end of stream":
        mark = begun  # where the quote is that is not closed
    lines = re.split(r"\r\n|\r|\n", text)
    rest = lines[mark.line][mark.column :] if mark.line < len(lines) else ""
    if rest.startswith("\t"):
        what, hint = "a tab", "indent with spaces"
    elif what.startswith("found character that cannot start any token"):
        what, hint = f"a text cannot start with {rest[:1]}", "put it in quotes"
    else:
        hint = _SYNTAX_HINTS.get(what, "")
        if begun is not None and begun.line < mark.line:
            what += f", for what begins in line {begun.line + 1}"
    return SYNTAX.in_file(file, f"cannot be read as YAML: {what}", hint, mark.line + 1, mark.column + 1)
