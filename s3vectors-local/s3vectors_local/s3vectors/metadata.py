"""Metadata of a vector: what it may hold, and how the service counts its size.

Source: S3 User Guide, "Limitations and restrictions"; the byte model was measured against the service.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from sys import float_info
from typing import Any

MOST_FILTERABLE_BYTES = 2_048
MOST_BYTES = 40_960
MOST_KEYS = 50


def metadata_problem(metadata: Any, non_filterable: Collection[str]) -> str | None:
    """What is wrong with the metadata of one vector in the service's words, or None."""
    if not isinstance(metadata, dict):
        return "Metadata must be an object"
    for value in metadata.values():
        problem = _value_problem(value)
        if problem:
            return problem
    if len(metadata) > MOST_KEYS:
        return f"Metadata object must have at most {MOST_KEYS} keys"
    if size(metadata) > MOST_BYTES:
        return f"Metadata object must have at most {MOST_BYTES} bytes"
    filterable = {key: value for key, value in metadata.items() if key not in non_filterable}
    if size(filterable) > MOST_FILTERABLE_BYTES:
        return f"Filterable metadata must have at most {MOST_FILTERABLE_BYTES} bytes"
    return None


def size(metadata: Mapping[str, Any]) -> int:
    """The size in bytes that counts against the limits; not the length of the JSON text."""
    return 4 + sum(8 + len(key.encode()) + _value_size(value) for key, value in metadata.items())


def _value_size(value: Any) -> int:
    if isinstance(value, bool):
        return 0
    if isinstance(value, int | float):
        return 4
    if isinstance(value, str):
        return len(value.encode())
    return sum(4 + _value_size(element) for element in value)


def _value_problem(value: Any) -> str | None:
    if isinstance(value, list):
        if not value:
            return "Empty arrays are not allowed in metadata"
        if all(isinstance(e, str) for e in value) or all(map(is_number, value)):
            return None
        return "Metadata array values must be strings or numbers"
    if isinstance(value, str | bool) or is_number(value):
        return None
    return "Metadata values must be strings, numbers, booleans, or arrays"


def is_number(value: Any) -> bool:
    """A number of double precision; a larger one, such as 1e999, is read as an infinity or as an integer."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= float_info.max
