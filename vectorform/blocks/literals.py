"""Values as Terraform is to take them: texts as they are, documents as compact JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def compact(document: Mapping[str, Any]) -> str:
    """A document as JSON without white space."""
    return json.dumps(document, separators=(",", ":"))


def literal(value: Any) -> Any:
    """Text as Terraform is to take it: `${aws:username}` in a policy is IAM's variable, not Terraform's."""
    if isinstance(value, str):
        return value.replace("${", "$${").replace("%{", "%%{")
    if isinstance(value, Mapping):
        return {key: literal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [literal(item) for item in value]
    return value
