"""What to write for a value of the wrong kind: the same, as it must be written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

_LONGEST = 60  # characters of a value that a hint writes out
# What other stores of vectors and AWS itself call the same measure of distance, or the same encryption.
_SYNONYMS = {
    "cos": "cosine",
    "cosine": "cosine",
    "cosine_similarity": "cosine",
    "cosinesimil": "cosine",
    "angular": "cosine",
    "l2": "euclidean",
    "l2_squared": "euclidean",
    "euclidean": "euclidean",
    "euclid": "euclidean",
    "euclidian": "euclidean",
    # Of encryption: consoles, SDKs and S3 have other names for the two.
    "aes256": "AES256",
    "aes_256": "AES256",
    "aws:kms": "aws:kms",
    "aws:s3": "AES256",
    "s3": "AES256",
    "sse_s3": "AES256",
    "aws_kms": "aws:kms",
    "kms": "aws:kms",
    "sse_kms": "aws:kms",
}


def synonym(value: str) -> str | None:
    """The value of ours that another word stands for."""
    folded = value.casefold().replace("-", "_")
    return _SYNONYMS.get(folded)


def fitting_value(value: Any, types: Sequence[str], rules: Mapping[str, Any]) -> str:
    """The hint for a value that is none of the types; "" where there is nothing to say."""
    if "string" in types and isinstance(value, bool | int | float):
        return f'put it in quotes: "{value}"' if not isinstance(value, bool) else "put it in quotes"
    if "integer" in types:
        whole = whole_number(str(value)) if isinstance(value, str | float) else None
        if whole is None:
            return ""
        return f"write {whole} without quotes" if isinstance(value, str) else f"write {whole}"
    if "boolean" in types and value in ("true", "false"):
        return f"write {value} without quotes"
    if "array" in types and isinstance(value, str):
        return _written([value]) or "put it in [ ]"
    if "array" in types and isinstance(value, dict):
        return _written([value])
    if "object" in types and "string" not in types:
        return _as_map(value, rules)
    return ""


def whole_number(text: str) -> int | None:
    """The whole number that `1_024`, `1e3`, `1,024` or `1024.0` is meant for."""
    plain = re.sub("(?<=[0-9])[_, ](?=[0-9]{3})", "", text)
    try:
        number = float(plain) if re.fullmatch(r"[0-9]{1,12}(\.0*)?|[0-9]{1,6}[eE]\+?[0-9]", plain) else None
    except ValueError:
        return None
    return int(number) if number is not None and number.is_integer() else None


def _as_map(value: Any, rules: Mapping[str, Any]) -> str:
    required: Sequence[str] = rules.get("required", ())
    if isinstance(value, str) and len(required) == 1:
        return _written({required[0]: value})
    if isinstance(value, str) and list(rules.get("properties", ()))[:1] == ["bucket"]:
        return _written({"bucket": value})
    if not isinstance(value, list) or not value:
        return ""
    if all(isinstance(item, dict) and {key.casefold() for key in item} == {"key", "value"} for item in value):
        pairs = ({key.casefold(): text for key, text in item.items()} for item in value)
        return _written({str(pair["key"]): pair["value"] for pair in pairs})
    if all(isinstance(item, dict) and len(item) == 1 for item in value):
        return _written({key: text for item in value for key, text in item.items()})
    if all(isinstance(item, dict) and isinstance(item.get("name"), str) for item in value):
        return f"write each entry under its key: {{{value[0]['name']}: {{...}}}}"
    if all(isinstance(item, str) for item in value) and len(value[0]) < _LONGEST:
        return f"write each entry under its key: {{{value[0]}: ...}}"
    return ""


def _written(value: Any) -> str:
    text = _flow(value)
    return f"write {text}" if len(text) <= _LONGEST and text.isprintable() else ""


def _flow(value: Any) -> str:
    """The value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w./-]*", value):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)
