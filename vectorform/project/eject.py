"""A synthesized stack as Terraform that needs nothing of this tool, and plans no change on the same state."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = "main.tf.json"
# Carry a state from one layout to another, and are done with once every region was deployed.
_STEPS_OF_AN_APPLY = ("moved", "removed", "import")


def ejected(document: Mapping[str, Any], came_from: Path, folder: Path) -> dict[str, Any]:
    """The document of `came_from` as it stands in `folder`: no provisioner, no notes, the same state.

    What the framework and this tool noted (`//`) goes, and so do provisioners, which run the verifier, and
    messages that name our documents. No attribute of a resource changes, so that a plan is empty.
    """
    kept = {key: value for key, value in document.items() if key not in _STEPS_OF_AN_APPLY}
    plain: dict[str, Any] = _without_notes(kept)
    for resource in plain.get("resource", {}).get("terraform_data", {}).values():
        resource.pop("provisioner", None)
        resource.pop("depends_on", None)
        for condition in ("precondition", "postcondition"):
            resource.get("lifecycle", {}).pop(condition, None)
    state = plain["terraform"].get("backend", {}).get("local", {}).get("path")
    if state is not None:
        plain["terraform"]["backend"]["local"]["path"] = os.path.relpath(came_from / state, folder)
    return plain


def text(document: Mapping[str, Any]) -> str:
    """The document as a file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _without_notes(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_notes(child) for key, child in value.items() if key != "//"}
    if isinstance(value, list):
        return [_without_notes(child) for child in value]
    return value
