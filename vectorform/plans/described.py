"""One change of a plan in words: what it is, what it is called, and how it changes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from vectorform.desired import kinds
from vectorform.desired.addresses import RETIRED_INDEXES, is_protected, is_unprotected
from vectorform.desired.attributes import INDEX
from vectorform.plans.changes import Action, Change
from vectorform.plans.differences import Difference, differences
from vectorform.plans.markdown import code, value
from vectorform.plans.policy_changes import is_document, policy_changes

# In the order of the tables: what takes something away comes first.
WORDS: dict[Action, str] = {
    "destroyed": "destroyed",
    "replaced": "replaced",
    "forgotten": "forgotten",
    "updated": "changed",
    "created": "added",
    "moved": "moved",
    "imported": "imported",
}


def how(change: Change) -> str:
    """What an update changes, why a replacement, and what tells a new resource from its like."""
    if change.action == "replaced":
        return because(change)
    if change.action == "updated":
        parts = [_difference(change, difference) for difference in _differences(change)]
        if change.moved_from:
            parts.append(_moved(change))
        return "; ".join(parts) or ("shown below" if policy_changes(change) else "in place")
    if change.action == "moved":
        return _moved(change) if loses_protection(change) else f"{_moved(change)}; nothing changes in AWS"
    if change.action == "forgotten":
        return "stays in AWS, leaves Terraform"
    return ", ".join(_facts(change))


def _moved(change: Change) -> str:
    if _block(change.address) == RETIRED_INDEXES:
        return "retired: AWS no longer refuses to delete it"
    return "no longer protected from deletion" if loses_protection(change) else f"was {code(_former(change))}"


def loses_protection(change: Change) -> bool:
    """Whether something with vectors, or a key, may be deleted from now on: in Terraform, or in AWS alone.

    It leaves a block with `prevent_destroy` for one without, or for that of the retired indexes, which has it
    until the deletion is confirmed.
    """
    kind = kinds.of_type(change.type)
    if kind is None or kind.loses is None or change.moved_from is None:
        return False
    before, after = _block(change.moved_from), _block(change.address)
    return is_protected(before) and (is_unprotected(after) or before != after == RETIRED_INDEXES)


def _block(address: str) -> str:
    return address.partition("[")[0]


def because(change: Change) -> str:
    """The attributes that force the replacement, with their values where there are any to show."""
    differing = differences(change)
    parts: list[str] = []
    for path in change.replaced_because:
        inside = (f"{path}.", f"{path}[")
        found = [
            difference
            for difference in differing
            if difference.attribute == path or difference.attribute.startswith(inside)
        ]
        parts += [_difference(change, difference) for difference in found] or [f"{code(path)} changes"]
    return "; ".join(parts) or "a replacement was requested"


def _differences(change: Change) -> list[Difference]:
    """Without policy documents, whose statements are shown below the table."""
    found = [d for d in differences(change) if not is_document(change, d.attribute)]
    known = {difference.attribute for difference in found}
    return found + [
        Difference(name, (change.before or {}).get(name), None)
        for name in sorted(change.unknown - known)
        if change.before and name in change.before and not is_document(change, name)
    ]


def _difference(change: Change, difference: Difference) -> str:
    whole = kinds.grants(change.type)  # who may do what: nothing of it is cut
    after = value(difference.after, whole)
    if difference.attribute in change.unknown:
        after = "known only after the apply"
    return f"{code(difference.attribute)}: {value(difference.before, whole)} → {after}"


def _facts(change: Change) -> Iterator[str]:
    """What tells one index from another at a glance, and what a role is given."""
    attributes = change.after or change.before or {}
    if change.type == kinds.IAM_ROLE_POLICY_ATTACHMENT.type:
        yield f"role {value(attributes.get('role'), whole=True)}"
        arn = attributes.get("policy_arn")
        yield f"policy {value(arn, whole=True)}" if arn else "a policy of this plan"
    if change.type != kinds.INDEX.type:
        return
    yield f"{attributes.get(INDEX['dimension'].argument)} dimensions"
    yield str(attributes.get(INDEX["distance_metric"].argument))
    texts = INDEX["non_filterable_metadata_keys"]
    for block in attributes.get(texts.argument) or []:
        keys = ", ".join(code(key) for key in block.get(texts.inside) or [])
        yield f"non-filterable: {keys}"


def _former(change: Change) -> str:
    """The address that it had; of an instance whose key is the same, that of the block."""
    former = change.moved_from or ""
    own = f"[{json.dumps(change.key, ensure_ascii=False)}]"
    return former.removesuffix(own) if change.key is not None else former


def what(change: Change) -> str:
    """A resource in a sentence: index `documents/pages`."""
    return f"{kind(change)} {code(name(change))}"


def kind(change: Change) -> str:
    """What a resource is called; Terraform's type where that has no word of its own."""
    known = kinds.of_type(change.type)
    return known.noun if known is not None else change.type


def name(change: Change) -> str:
    """The path in the YAML, which is the `for_each` key."""
    return change.key or change.address
