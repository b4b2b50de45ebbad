"""Puts what a person should do into the lines of the JSON that Terraform quotes with a refusal."""

from __future__ import annotations

import json
import re
from typing import Any

from vectorform.desired import kinds

_LAST = "~"  # sorts after every argument


def with_advice(
    document: dict[str, Any], stack: str, keys_of: str | None = None, roles_of: str | None = None
) -> str:
    """The JSON with what to do when Terraform refuses to destroy a resource, or AWS to create it.

    `keys_of` is the environment that brings KMS keys here, under which AWS may refuse to make an index;
    `roles_of` the stack that has the roles of the knowledge bases here, where it is another one.

    Terraform shows the first line of a block with the one and its last line with the other. Their own words
    cannot be changed.
    """
    guard = (
        f"protected, so nothing was changed; reason and safe way: vectorform guard {stack} "
        "(-exclude or -target would leave bucket policies and the verification out)"
    )
    adopt = f"if it exists already: vectorform adopt {stack}"
    resources = document.get("resource", {})
    for type_, block in ((type_, block) for type_, blocks in resources.items() for block in blocks.values()):
        if block.get("lifecycle", {}).get("prevent_destroy"):
            block["//"] = {"advice": guard, **block["//"]}
        kind = kinds.of_type(type_)
        if kind is not None and kind.refused_twice:
            last = adopt
            if keys_of is not None and kind is kinds.INDEX:
                last += (
                    f"; if access to index is refused, its key needs: vectorform permissions key {keys_of}"
                )
            if roles_of is not None and kind is kinds.KNOWLEDGE_BASE:
                last += f"; if its role cannot be assumed: deploy {roles_of} first, which has it"
            block[_LAST] = {"//": last, **block.pop("lifecycle", {})}
    text = json.dumps(document, indent=2, sort_keys=True)
    text = re.sub(r'\{\s+"//": \{\s+"advice"', '{ "//": { "advice"', text)
    return re.sub(rf'"{_LAST}": (\{{[^{{}}]*\}})\s+\}}', _last_line, text)


def _last_line(match: re.Match[str]) -> str:
    return f'"lifecycle": {json.dumps(json.loads(match[1]))} }}'
