"""What Terraform printed when it refused to destroy something, as far as it is a plan.

Output of `terraform plan` and `apply`, alone or through the cdktf command line, which puts the stack's name
before each line and the construct's into each address. Terraform shows the changes before its error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.plans.changes import Change, Plan

_FRAME = re.compile(r"^\s*[│╷╵]\s?")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PREFIX = re.compile(r"^([A-Za-z0-9][A-Za-z0-9-]*)  (?=\s*\S)")
_CONSTRUCT = re.compile(r"(aws_\w+\.[\w-]+) \([\w-]+\)")
_REFUSED = re.compile(
    r"Resource\s+((aws_\w+)\.[\w-]+\s*\[\"([^\"]+)\"\])\s+has\s+lifecycle\.prevent_destroy\s+set"
)
_SHOWN = re.compile(r'^# ((aws_\w+)\.[\w-]+\["([^"]+)"\]) (must be replaced|will be destroyed)$')
_ATTRIBUTE = re.compile(r"^[-+~/]*\s*(\w+)\s+= (.+?) -> (.+?)( # forces replacement)?$")
_FORCED_BLOCK = re.compile(r"^[-+~/]*\s*(\w+) \{ # forces replacement$")


def is_refusal(text: str) -> bool:
    """Whether the text is Terraform's refusal to destroy something."""
    return "prevent_destroy" in text and not text.lstrip().startswith("{")


def stack_in(text: str) -> str | None:
    """The stack that the cdktf command line names before each line; None if there is none."""
    names = {match[1] for line in text.splitlines() if (match := _PREFIX.match(_plain(line)))}
    return names.pop() if len(names) == 1 else None


def parse_refusal(text: str, path: str, stack: str) -> Plan:
    """The refused changes. What the text does not show is not in them."""
    lines = list(_lines(text, stack))
    shown = {change.address: change for change in _shown(lines)}
    changes: dict[str, Change] = {}
    for address, type_, key in _REFUSED.findall(" ".join(lines)):
        address = "".join(address.split())
        missing = Change(address, type_, key, "destroyed", None, None, loses_vectors=True)
        changes[address] = shown.get(address, missing)
    losing = tuple(change for change in changes.values() if change.type != "aws_kms_alias")
    return Plan(path, stack, None, "", losing, errored=True)


def _lines(text: str, stack: str) -> Iterator[str]:
    for line in text.splitlines():
        line = _FRAME.sub("", _plain(line).removeprefix(f"{stack}  "))
        yield _CONSTRUCT.sub(r"\1", _FRAME.sub("", line)).strip()


def _plain(line: str) -> str:
    return _COLOUR.sub("", line)


def _shown(lines: list[str]) -> Iterator[Change]:
    for number, line in enumerate(lines):
        heading = _SHOWN.match(line)
        if heading:
            address, type_, key, what = heading.groups()
            body = lines[number + 1 :]
            end = next((i for i, other in enumerate(body) if _SHOWN.match(other)), len(body))
            yield _change(address, type_, key, what == "must be replaced", body[:end])


def _change(address: str, type_: str, key: str, replaced: bool, body: list[str]) -> Change:
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    forced = []
    for line in body:
        if attribute := _ATTRIBUTE.match(line):
            name, old, new, forces = attribute.groups()
            before[name], after[name] = _value(old), _value(new)
            forced += [name] if forces else []
        elif block := _FORCED_BLOCK.match(line):
            forced.append(block[1])
    return Change(
        address=address,
        type=type_,
        key=key,
        action="replaced" if replaced else "destroyed",
        before=before,
        after=after if replaced else None,
        replaced_because=tuple(dict.fromkeys(forced)),
        loses_vectors=True,
    )


def _value(text: str) -> object:
    if text in ("null", "(known after apply)"):
        return None
    return int(text) if text.isdecimal() else text.strip('"')
