"""From the YAML into the model: a case writes every key, and its value arrives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any

import pytest

from tests.desired.attribute_rows import EVERY
from tests.paths import CASES
from vectorform import language
from vectorform.desired import model
from vectorform.desired.attributes import Attribute, Attributes


@cache
def loaded() -> dict[type[Any], list[Any]]:
    """Every object of the valid cases, by its class."""
    found: dict[type[Any], list[Any]] = {}
    for case in sorted((CASES / "environments" / "valid").iterdir()):
        for looked in language.check_all(case):
            _collect(looked.environment, found)
    return found


def _collect(thing: Any, found: dict[type[Any], list[Any]]) -> None:
    if is_dataclass(thing) and not isinstance(thing, type):
        found.setdefault(type(thing), []).append(thing)
        for own in fields(thing):
            _collect(getattr(thing, own.name), found)
    elif isinstance(thing, tuple | list):
        for item in thing:
            _collect(item, found)
    elif isinstance(thing, Mapping):
        for item in thing.values():
            _collect(item, found)


# Field -> why no case sets it.
NOT_IN_A_CASE = {(model.Comparison, "rehearsal"): "only a rehearsal accepts it"}


@pytest.mark.parametrize(
    ("table", "row"), [case for case in EVERY if case.values[0].schema and case.values[1].yaml_key]
)
def test_a_case_writes_it_and_it_arrives(table: Attributes, row: Attribute) -> None:
    """Also where the row has a form: what the schema takes and resolving drops would be deployed nowhere."""
    if (table.model, row.field) in NOT_IN_A_CASE:
        return
    own = next(own for own in fields(table.model) if own.name == row.field)
    left_out = own.default if own.default_factory is MISSING else own.default_factory()
    assert any(getattr(thing, row.field) != left_out for thing in loaded()[table.model]), (
        f"no environment of tests/cases/environments/valid sets {row.yaml_key}, or resolving drops it "
        "(vectorform/language/resolve)"
    )
