"""Read a plan from `terraform show -json`: one `Change` for every resource in it.

Format: Terraform documentation, "JSON Output Format" (plan representation, format version 1.x).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vectorform import engine
from vectorform.desired import kinds
from vectorform.errors import UserError

Action = Literal[
    "created", "updated", "replaced", "destroyed", "moved", "imported", "forgotten", "read", "unchanged"
]

FORMAT_MAJOR = "1"

_ACTIONS: Mapping[tuple[str, ...], Action] = {
    ("no-op",): "unchanged",
    ("create",): "created",
    ("read",): "read",
    ("update",): "updated",
    ("delete",): "destroyed",
    ("delete", "create"): "replaced",
    ("create", "delete"): "replaced",
    ("forget",): "forgotten",
    ("create", "forget"): "replaced",
    ("forget", "create"): "replaced",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan does to one resource.

    `key` is its key in `for_each` ("bucket/index"), None without one. `before` and `after` are its
    attributes, None where it does not exist; what is known only after the apply is absent from `after`.
    `replaced_because` names the attributes that force a replacement. `moved_from` is the address that it
    had in the state. `loses_vectors`: carrying this out deletes vectors, or the key that encrypts them.
    `unknown` names the attributes that are known only after the apply.
    """

    address: str
    type: str
    key: str | None
    action: Action
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    replaced_because: tuple[str, ...] = ()
    moved_from: str | None = None
    loses_vectors: bool = False
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of one stack, by `tool` ("Terraform", "OpenTofu") of `tool_version`.

    `errored`: the tool stopped planning, so `changes` may not be all of them. `account` is the one that the
    provider may work in, None where the plan does not tell.
    """

    path: str
    stack: str
    region: str | None
    tool: str
    tool_version: str
    changes: tuple[Change, ...]
    errored: bool = False
    account: str | None = None

    @property
    def effective(self) -> tuple[Change, ...]:
        """The changes that do something."""
        return tuple(change for change in self.changes if change.action not in ("unchanged", "read"))

    @property
    def losses(self) -> tuple[Change, ...]:
        """The changes that lose vectors."""
        return tuple(change for change in self.changes if change.loses_vectors)


def read_plan(path: Path) -> Plan:
    """The plan in a file. Raises UserError when there is none in it, with what it is instead."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: cannot be read: {error.strerror}") from None
    return parse_plan(data, str(path), stack_of(path))


def how_to_make_one() -> str:
    """The commands that make the JSON of a plan."""
    command = engine.binary()
    return f"make it with `{command} plan -out=FILE` and `{command} show -json FILE`"


def loses_vectors(type_: str, action: str) -> bool:
    """Whether deleting or replacing a resource of this type deletes vectors, or the key that they need.

    `action` is an Action, or the word that Terraform's machine-readable UI has for it.
    """
    kind = kinds.of_type(type_)
    return (
        kind is not None
        and kind.loses is not None
        and action in ("destroyed", "replaced", "delete", "replace")
    )


def stack_of(path: Path) -> str:
    """The stack that a plan file is of: its folder in `cdktf.out/stacks/`, else the file's own name."""
    folder = path.resolve().parent
    return folder.name if folder.parent.name == "stacks" else path.name.partition(".")[0]


def parse_plan(data: bytes | str, path: str, stack: str) -> Plan:
    """The plan in a text. `path` is what messages call it. Raises UserError."""
    document = _document(data, path)
    changes = document.get("resource_changes", [])
    # Terraform leaves it out only of a plan in which there is no resource at all, not even an unchanged one.
    if "resource_changes" not in document and _has_resources(document):
        raise UserError(
            f"{path}: it has no resource_changes, so it is unknown what would change; {how_to_make_one()}"
        )
    if not isinstance(changes, list):
        raise UserError(f"{path}: resource_changes is not a list, so this is not a plan; {how_to_make_one()}")
    return Plan(
        path=path,
        stack=stack,
        region=_provider_setting(document, "region"),
        tool=_tool(changes),
        tool_version=str(document.get("terraform_version", "")),
        changes=tuple(_change(entry, path) for entry in changes),
        errored=document.get("errored") is True,
        account=_provider_setting(document, "allowed_account_ids"),
    )


def _without_words(data: bytes | str) -> bytes | str:
    """Terraform writes "There was an error connecting to HCP Terraform" to where its JSON goes."""
    begins = data.lstrip()[:1] in (b"{", "{", b"[", "[")
    mark = data.find(b"\n{") if isinstance(data, bytes) else data.find("\n{")
    return data if begins or mark < 0 else data[mark:]


def _document(data: bytes | str, path: str) -> Mapping[str, Any]:
    """The JSON object of a plan of a format that is understood."""
    if data[:2] in (b"PK", "PK"):
        raise UserError(
            f"{path}: this is a binary plan file; convert it to JSON: {engine.binary()} show -json {path}"
        )
    try:
        document = json.loads(_without_words(data))
    except ValueError as error:
        raise UserError(f"{path}: not the JSON of a plan ({error}); {how_to_make_one()}") from None
    except RecursionError:
        raise UserError(f"{path}: not the JSON of a plan (nested too deeply); {how_to_make_one()}") from None
    if not isinstance(document, dict):
        raise UserError(f"{path}: not a plan, but a JSON {type(document).__name__}; {how_to_make_one()}")
    if "lineage" in document or ("values" in document and "planned_values" not in document):
        raise UserError(f"{path}: this is a state, not a plan; {how_to_make_one()}")
    format_version = str(document.get("format_version", ""))
    if not format_version or "planned_values" not in document:
        raise UserError(
            f"{path}: not a plan: it has no format_version and planned_values; {how_to_make_one()}"
        )
    if format_version.partition(".")[0] != FORMAT_MAJOR:
        raise UserError(
            f"{path}: plan format {format_version} is not supported, only {FORMAT_MAJOR}.x: "
            "use a newer vectorform, or an older Terraform or OpenTofu"
        )
    return document


def _has_resources(document: Mapping[str, Any]) -> bool:
    """Whether the state that the plan begins with, or the one that it ends with, has anything in it."""
    before = document.get("prior_state")
    ends = (document["planned_values"], before.get("values") if isinstance(before, dict) else None)
    return any(isinstance(end, dict) and bool(end.get("root_module")) for end in ends)


def _tool(changes: Sequence[Any]) -> str:
    """Which tool made a plan, by the registry of its providers: the JSON says its version alone."""
    names = (entry.get("provider_name") for entry in changes if isinstance(entry, dict))
    of_opentofu = any(str(name).startswith("registry.opentofu.org/") for name in names)
    return "OpenTofu" if of_opentofu else "Terraform"


def _provider_setting(document: Mapping[str, Any], name: str) -> str | None:
    """A setting of the stack's AWS provider, when it is one constant (here region and account always are)."""
    node: Any = document
    for step in ("configuration", "provider_config", "aws", "expressions", name, "constant_value"):
        node = node.get(step) if isinstance(node, dict) else None
    if isinstance(node, list) and len(node) == 1:
        node = node[0]
    return node if isinstance(node, str) else None


def _change(entry: Any, path: str) -> Change:
    try:
        return _well_formed(entry)
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{path}: it has an invalid resource change ({type(error).__name__} {error}): the file is "
            f"damaged; {how_to_make_one()}"
        ) from None


def _well_formed(entry: Any) -> Change:
    change, address, type_ = entry["change"], str(entry["address"]), str(entry["type"])
    done = tuple(change["actions"])
    action = _ACTIONS[done]
    moved_from = entry.get("previous_address")
    if action == "unchanged" and change.get("importing"):
        action = "imported"
    elif action == "unchanged" and moved_from:
        action = "moved"
    key = entry.get("index")
    return Change(
        address=address,
        type=type_,
        key=None if key is None else str(key),
        action=action,
        before=_attributes(change.get("before")),
        after=_attributes(change.get("after")),
        replaced_because=tuple(_attribute_path(steps) for steps in change.get("replace_paths", [])),
        moved_from=moved_from,
        loses_vectors="delete" in done and loses_vectors(type_, action),
        unknown=frozenset(name for name, value in _unknown(change).items() if value is True),
    )


def _unknown(change: Mapping[str, Any]) -> Mapping[str, Any]:
    """By attribute: true, or the parts of a block that are unknown; true alone where all of it is."""
    unknown = change.get("after_unknown")
    return unknown if isinstance(unknown, dict) else {}


def _attributes(value: Any) -> Mapping[str, Any] | None:
    return None if value is None else dict(value)


def _attribute_path(steps: Sequence[Any]) -> str:
    """`["metadata_configuration", 0, "keys"]` as Terraform writes it: `metadata_configuration[0].keys`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")
