"""The rows of the attributes, as tests are given them, and what the schema says of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin

import pytest

from tests import attributes as values
from vectorform.desired.attributes import ACCESS, ALL, INDEX, OUTPUTS, VECTOR_BUCKET, Attribute, Attributes
from vectorform.desired.model import Environment
from vectorform.language.schema import schema

TABLE = "vectorform/desired/attributes"
EVERY = [
    pytest.param(table, row, id=f"{table.model.__name__}.{row.field}") for table in ALL for row in table.rows
]
of_every_row = pytest.mark.parametrize(("table", "row"), EVERY)


def pairs(table: Attributes, row: Attribute) -> Iterator[tuple[Environment, Environment]]:
    """An environment, and the same with another value: of protected vector buckets, and of others."""
    for protected in (True, False):
        before = values.whole(protected=protected)
        if table is not OUTPUTS:
            before = values.without_outputs(before)
        if row.field == "key" and table in (INDEX, VECTOR_BUCKET):
            before = values.without_references(before)
        if row.field == "key" and table is ACCESS:
            before = values.without_knowledge_bases(before)
        yield before, values.with_another(before, table.model, row.field)


WRITTEN = [table for table in ALL if table.schema]


FIXED = [row for table in (INDEX, VECTOR_BUCKET) for row in table.fixed]


@cache
def definition(pointer: str) -> dict[str, Any]:
    found: Any = schema()
    for step in pointer.split("/")[1:]:
        found = found[step]
    return cast("dict[str, Any]", found)


def choices(hint: Any) -> set[Any] | None:
    """The choices that a type leaves, None excepted; None for a type that leaves more than choices."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        found = [choices(part) for part in get_args(hint) if part is not type(None)]
        return found[0] if len(found) == 1 else None
    return None
