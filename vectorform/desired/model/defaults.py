"""The value of what the YAML leaves out: that of the model's field, which is the one place for it."""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from typing import Any


@cache
def default(class_: type[Any], field: str) -> Any:
    """The default of a field of a class of the model. Raises KeyError where it has none."""
    for own in fields(class_):
        if own.name == field and own.default is not MISSING:
            return own.default
        if own.name == field and own.default_factory is not MISSING:
            return own.default_factory()
    raise KeyError(f"{class_.__name__}.{field} has no default")
