"""What Terraform or OpenTofu printed when it refused to destroy something, as far as it is a plan.

Output of `plan` and `apply`, alone or through the cdktf command line, which puts a stack's name before its
lines, now and then, and the construct's into each address. The changes are shown before the error. Prose
never proves that nothing is lost: a text out of which no loss can be read raises UserError.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from vectorform import engine
from vectorform.desired import addresses, kinds
from vectorform.desired.attributes import INDEX
from vectorform.desired.embedding_models import TAG
from vectorform.errors import UserError
from vectorform.plans.changes import Action, Change, Plan, how_to_make_one, loses_vectors
from vectorform.plans.diagnostics import is_refusal_to_destroy

_FRAME = re.compile(r"^\s*[│╷╵]\s?")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_STACK = re.compile(r"^([A-Za-z0-9][A-Za-z0-9-]*)  (?=\s*\S)")
_CONSTRUCT = re.compile(r"(aws_\w+\.[\w-]+)\s*\([\w-]+\)")
_REFUSED = re.compile(
    r"Resource\s+(?:instance\s+)?(\S(?:(?!\bResource\b).){0,300}?)\s+has\s+(?:lifecycle\.)?prevent_destroy\s+set,"
)
# `vectorform.blocks.remembered_models`
_MODEL = re.compile(
    r"The vectors of (\S+) are of the embedding model (\S+), the configuration says (\S+)\. Vectors of"
)
_ADDRESS = re.compile(r'(?:.*\.)?(\w+)\.[\w-]+(?:\["([^"]+)"\]|\[\d+\])?\Z')
_SHOWN = re.compile(r'^# ((aws_\w+)\.[\w-]+\["([^"]+)"\]) (must be replaced|will be (?:destroyed|created))$')
_ACTIONS: dict[str, Action] = {
    "must be replaced": "replaced",
    "will be destroyed": "destroyed",
    "will be created": "created",
}
_ATTRIBUTE = re.compile(r"^[-+~/]*\s*(\w+)\s+= (.+?) -> (.+?)( # forces replacement)?$")
_FORCED_BLOCK = re.compile(r"^[-+~/]*\s*(\w+) \{ # forces replacement$")


def parse_refusals(text: str, path: str, stack: str | None, known: Collection[str]) -> list[Plan]:
    """One plan for every stack that the text shows a refusal of; what it does not show is not in them.

    `path` is what messages call the text, `stack` the stack that it is of where it does not tell, `known`
    are the stacks that there are. Raises UserError if a refusal cannot be read, or if there is none.
    """
    sections = _sections(text, known)
    named = [name for name in sections if name is not None]
    if stack is not None and named and stack not in named:
        raise UserError(f"{path}: this is the output of {', '.join(named)}, not of {stack}")
    plans: list[Plan] = []
    for name, lines in sections.items():
        of = name or stack
        if stack in (None, of):
            plans += _plan(lines, path, of)
    if not plans:
        raise UserError(
            f"{path}: neither the JSON of a plan nor a refusal of Terraform: it is unknown whether vectors "
            f"would be lost; {how_to_make_one()}, or let guard plan a stack: vectorform guard STACK"
        )
    return plans


def _plan(lines: list[str], path: str, stack: str | None) -> Iterator[Plan]:
    """The plan that the lines of one stack show, if they show a refusal."""
    shown = {change.address: change for change in _shown(lines)}
    joined = _CONSTRUCT.sub(r"\1", " ".join(lines))
    refused = dict.fromkeys("".join(address.split()) for address in _REFUSED.findall(joined))
    changes = [shown.get(address) or _not_shown(address) for address in refused]
    changes += [change for address, change in shown.items() if address not in refused and _protected(change)]
    losses = [change for change in changes if change.loses_vectors]
    losses += [_other_model(*found) for found in dict.fromkeys(_MODEL.findall(joined))]
    if losses:
        if stack is None:
            raise UserError(f"{path}: it does not say which stack it belongs to; name it: --stack")
        created = [change for change in shown.values() if change.action == "created"]
        tool = engine.tool(engine.binary())
        yield Plan(path, stack, None, tool, "", (*losses, *created), errored=True)
    elif is_refusal_to_destroy(joined):
        what = f" to destroy {', '.join(refused)}" if refused else ", but it does not show what"
        raise UserError(
            f"{path}: Terraform refused{what}, and stopped: it is unknown whether vectors would be lost; "
            f"let guard plan the stack: vectorform guard {stack or 'STACK'}"
        )


def _sections(text: str, known: Collection[str]) -> dict[str | None, list[str]]:
    """The lines of each stack, None for those of no stack that is known. A name holds until the next."""
    sections: dict[str | None, list[str]] = {}
    current: str | None = None
    for line in text.splitlines():
        line = _COLOUR.sub("", line)
        name = _STACK.match(line)
        if name and name[1] in known:
            current = name[1]
            line = line.removeprefix(f"{current}  ")
        line = _FRAME.sub("", _FRAME.sub("", line))
        sections.setdefault(current, []).append(_CONSTRUCT.sub(r"\1", line).strip())
    return sections


def _protected(change: Change) -> bool:
    """Whether `prevent_destroy` stands before it. Of others, the text does not tell where they come from."""
    return addresses.is_protected(change.address.partition("[")[0])


def _not_shown(address: str) -> Change:
    """A refused change of which only the address is known: neither why, nor whether it is replaced."""
    parts = _ADDRESS.match(address)
    type_, key = (parts[1], parts[2]) if parts else ("", None)
    return Change(
        address, type_, key, "destroyed", None, None, loses_vectors=loses_vectors(type_, "destroyed")
    )


def _other_model(key: str, before: str, after: str) -> Change:
    """What Terraform has refused by what it remembers of an index."""
    kind = kinds.INDEX
    old, new = ({INDEX["tags"].argument: {TAG: model}} for model in (before, after))
    return Change(addresses.instance(kind.block("indexes"), key), kind.type, key, "updated", old, new)


def _shown(lines: list[str]) -> Iterator[Change]:
    headings = [(number, found) for number, line in enumerate(lines) if (found := _SHOWN.match(line))]
    ends = [*(number for number, _ in headings[1:]), len(lines)]
    for (number, heading), end in zip(headings, ends, strict=False):
        address, type_, key, what = heading.groups()
        yield _change(address, type_, key, _ACTIONS[what], lines[number + 1 : end])


def _change(address: str, type_: str, key: str, action: Action, body: Iterable[str]) -> Change:
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
        action=action,
        before=before,
        after=after if action == "replaced" else None,
        replaced_because=tuple(dict.fromkeys(forced)),
        loses_vectors=loses_vectors(type_, action),
    )


def _value(text: str) -> object:
    if text in ("null", "(known after apply)"):
        return None
    return int(text) if text.isdecimal() else text.strip('"')
