"""What policies, roles and attachments share: errors, names, tags, documents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from vectorform.rehearsal.provider.aws import Service
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.resources.names import SUFFIX_LENGTH, conflicting
from vectorform.rehearsal.provider.values import Object

IAM = Service("IAM", gone=("NoSuchEntity", "NoSuchEntityException"), one_line=True)

_NAME = re.compile(r"[0-9A-Za-z_+=,.@-]+")


def validate_name(config: Object, longest: int) -> list[Diagnostic]:
    """`name` or `name_prefix`, not both, of at most `longest` allowed characters."""
    diagnostics = conflicting(config)
    for attribute, most in (("name", longest), ("name_prefix", longest - SUFFIX_LENGTH)):
        value = config[attribute]
        if not isinstance(value, str):
            continue
        if not 1 <= len(value) <= most:
            text = f"expected length of {attribute} to be in the range (1 - {most}), got {value}"
            diagnostics.append(Diagnostic(text, path=(attribute,)))
        elif not _NAME.fullmatch(value):
            text = f"invalid value for {attribute} (must match [\\w+=,.@-])"
            diagnostics.append(Diagnostic(text, path=(attribute,)))
    return diagnostics


def document_text(document: Any) -> str:
    """A policy document of an answer as text: botocore has parsed it already if it is valid."""
    return json.dumps(document) if isinstance(document, dict) else unquote(str(document))


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as IAM wants them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tags_of(answer: Mapping[str, Any]) -> dict[str, str]:
    """Tags as IAM gives them."""
    return {tag["Key"]: tag["Value"] for tag in answer.get("Tags") or []}
