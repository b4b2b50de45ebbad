"""Metadata filters of QueryVectors: the grammar, with its strict shape, and what matches.

Source: S3 User Guide, "Metadata filtering"; the shape rules were measured against the service. One
object holds exactly one key, `$and` and `$or` stand alone, and a bare value means `$eq`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from s3vectors_local.s3vectors.errors import ValidationError
from s3vectors_local.s3vectors.metadata import is_number
from s3vectors_local.s3vectors.resources import ENHANCED

Metadata = Mapping[str, Any]
Matches = Callable[[Metadata], bool]

_DEEPEST = 100  # `$and` and `$or` within each other; AWS's bound is not known
MOST_CONSTRAINTS = 100  # per query, in ENHANCED mode; every value that is compared counts as one
_NUMERIC: Mapping[str, Callable[[Any, Any], bool]] = {
    "$gt": lambda value, bound: value > bound,
    "$gte": lambda value, bound: value >= bound,
    "$lt": lambda value, bound: value < bound,
    "$lte": lambda value, bound: value <= bound,
}


class _Invalid(Exception):
    """The filter does not follow the grammar; the service says no more than `text`."""

    text = "Invalid filter"


class _Several(_Invalid):
    """Two filters in one object, as the service words it in ENHANCED mode."""

    text = "Invalid query filter"


def compile_filter(document: Any, mode: str, non_filterable: Collection[str]) -> Matches:
    """A test of one vector's metadata. Raises ValidationError as the service does, without a reason."""
    compiler = _Compiler(mode, frozenset(non_filterable))
    try:
        matches = compiler.filter(document)
        if mode == ENHANCED and compiler.constraints > MOST_CONSTRAINTS:
            raise _Invalid
    except _Invalid as invalid:
        raise ValidationError.at("filter", invalid.text) from None
    return matches


class _Compiler:
    def __init__(self, mode: str, non_filterable: frozenset[str]) -> None:
        self.constraints = 0
        self._mode = mode
        self._non_filterable = non_filterable

    def filter(self, document: Any, depth: int = 0) -> Matches:
        if not isinstance(document, dict) or not document or depth > _DEEPEST:
            raise _Invalid
        if len(document) > 1:
            raise _Several if self._mode == ENHANCED else _Invalid
        [(key, value)] = document.items()
        if key in ("$and", "$or"):
            if not isinstance(value, list) or not value:
                raise _Invalid
            parts = [self.filter(part, depth + 1) for part in value]
            combine = all if key == "$and" else any
            return lambda metadata: combine(part(metadata) for part in parts)
        if key.startswith("$"):
            raise _Invalid
        test = self._field(value)
        if key in self._non_filterable:
            raise ValidationError.at("filter", "Invalid use of non-filterable metadata in filter")
        return lambda metadata: test(metadata.get(key))

    def _field(self, condition: Any) -> Callable[[Any], bool]:
        if not isinstance(condition, dict):
            condition = {"$eq": condition}
        if not condition:
            raise _Invalid
        tests = [self._operator(operator, operand) for operator, operand in condition.items()]
        return lambda value: all(test(value) for test in tests)

    def _operator(self, operator: str, operand: Any) -> Callable[[Any], bool]:
        self.constraints += len(operand) if isinstance(operand, list) else 1
        if operator in ("$eq", "$ne"):
            wanted = {_scalar(operand)}
            return _among(wanted) if operator == "$eq" else _not_among(wanted)
        if operator in ("$in", "$nin"):
            if not isinstance(operand, list) or not operand:
                raise _Invalid
            wanted = {_scalar(item) for item in operand}
            return _among(wanted) if operator == "$in" else _not_among(wanted)
        if operator in _NUMERIC and is_number(operand):
            compare = _NUMERIC[operator]
            return lambda value: is_number(value) and compare(value, operand)
        if operator == "$exists" and isinstance(operand, bool):
            return lambda value: (value is not None) is operand
        if operator == "$startsWith" and isinstance(operand, str) and self._mode == ENHANCED:
            return lambda value: any(isinstance(v, str) and v.startswith(operand) for v in _each(value))
        raise _Invalid


def _scalar(value: Any) -> tuple[bool, Any]:
    """A comparable form in which `true` is not 1, but 1 is 1.0."""
    if not isinstance(value, str | bool) and not is_number(value):
        raise _Invalid
    return isinstance(value, bool), value


def _each(value: Any) -> list[Any]:
    """An array matches through any of its elements; an absent field has none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _among(wanted: set[tuple[bool, Any]]) -> Callable[[Any], bool]:
    return lambda value: any((isinstance(v, bool), v) in wanted for v in _each(value))


def _not_among(wanted: set[tuple[bool, Any]]) -> Callable[[Any], bool]:
    """An absent field matches no operator but `$exists: false`. What AWS does here is not documented."""
    return lambda value: (
        value is not None and not any((isinstance(v, bool), v) in wanted for v in _each(value))
    )
