"""The CLI configuration file, as far as its blocks and strings go: HCL 1, or JSON.

Terraform documentation, "CLI Configuration File". Blocks of one name are merged, a later value wins.
"""

from __future__ import annotations

import json
import re
from typing import Any

_TOKEN = re.compile(
    r"""\s+ | \#[^\n]* | //[^\n]* | /\*.*?\*/
    | (?P<string>"(?:[^"\\\n]|\\.)*")
    | <<-?(?P<mark>\w+)\n(?P<heredoc>.*?)\n[ \t]*(?P=mark)(?=\s|\Z)
    | (?P<mark_of>[{}\[\]=,:])
    | (?P<word>[\w.+-]+)
    """,
    re.VERBOSE | re.DOTALL,
)
_END = ("", "")


class NotHcl(ValueError):
    """The text is no CLI configuration. Nothing of the text is in the message: it may hold tokens."""


def parse(text: str) -> dict[str, Any]:
    """Blocks as nested maps: `credentials "h" {token = "t"}` is {credentials: {h: {token: t}}}.

    Raises NotHcl.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            raise NotHcl("not JSON") from None
        return _merged(document)
    parser = _Parser(_tokens(text))
    return parser.body(closing=_END)


def _merged(document: Any) -> dict[str, Any]:
    """JSON has a list of maps where HCL has several blocks."""
    if isinstance(document, list) and all(isinstance(entry, dict) for entry in document):
        into: dict[str, Any] = {}
        for entry in document:
            _merge(into, _merged(entry))
        return into
    if isinstance(document, dict):
        return {
            key: _merged(value) if isinstance(value, dict) or _blocks(value) else value
            for key, value in document.items()
        }
    raise NotHcl("not a map")


def _blocks(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _tokens(text: str) -> list[tuple[str, str]]:
    """Pairs of a kind ("text", "word", "mark") and what was written."""
    found = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.end() == position:
            line = text.count("\n", 0, position) + 1
            raise NotHcl(f"line {line} is not understood")
        position = match.end()
        if match["string"] is not None:
            found.append(("text", _unquoted(match["string"])))
        elif match["heredoc"] is not None:
            found.append(("text", match["heredoc"] + "\n"))
        elif match["mark_of"]:
            found.append(("mark", match["mark_of"]))
        elif match["word"]:
            found.append(("word", match["word"]))
    return found


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._position = 0

    def body(self, closing: tuple[str, str]) -> dict[str, Any]:
        """What is between two braces, or all of the file."""
        found: dict[str, Any] = {}
        while (token := self._next()) != closing:
            if token == ("mark", ","):
                continue
            if token[0] not in ("text", "word"):
                raise NotHcl("a block is not closed, or closed twice")
            keys = [token[1]]
            while self._peek()[0] in ("text", "word"):
                keys.append(self._next()[1])
            if self._next() in (("mark", "="), ("mark", ":")):
                value = self._value()
            else:
                self._position -= 1
                value = self._value()
                if not isinstance(value, dict):
                    raise NotHcl("a block without braces")
            for key in reversed(keys):
                value = {key: value}
            _merge(found, value)
        return found

    def _value(self) -> Any:
        kind, text = self._next()
        if kind in ("text", "word"):
            return text
        if text == "{":
            return self.body(closing=("mark", "}"))
        if text == "[":
            return self._list()
        raise NotHcl("a value is missing")

    def _list(self) -> list[Any]:
        found = []
        while self._peek() != ("mark", "]"):
            if self._peek() == _END:
                raise NotHcl("a list is not closed")
            found.append(self._value())
            if self._peek() == ("mark", ","):
                self._next()
        self._next()
        return found

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._position] if self._position < len(self._tokens) else _END

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._position += 1
        return token
