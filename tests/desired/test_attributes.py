"""Every field of the model goes everywhere where it belongs, or its row says why it does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from tests import attributes as values
from tests.desired.answers import deployed
from tests.desired.attribute_rows import FIXED, TABLE, of_every_row, pairs
from vectorform.blocks.maps import maps
from vectorform.blocks.moves import moves, removals
from vectorform.desired import kinds, model
from vectorform.desired.attributes import ALL, INDEX, VECTOR_BUCKET, Attribute, Attributes
from vectorform.desired.backends import terraform_settings
from vectorform.desired.fingerprint import fingerprint
from vectorform.desired.model import Environment
from vectorform.guard.judgement import judge
from vectorform.guard.report import report
from vectorform.plans.changes import parse_plan


def classes_of_the_model() -> Iterator[type[Any]]:
    for name in model.__all__:
        found = getattr(model, name)
        if isinstance(found, type) and is_dataclass(found):
            yield found


@pytest.mark.parametrize("class_", list(classes_of_the_model()))
def test_every_field_has_a_row(class_: type[Any]) -> None:
    tables = [table for table in ALL if table.model is class_]
    assert len(tables) == 1, f"{class_.__name__} needs a list of rows in {TABLE}, named in its ALL"
    have, need = [row.field for row in tables[0]], [field.name for field in fields(class_)]
    missing = [f"{class_.__name__}.{name}" for name in need if name not in have]
    assert not missing, f"{TABLE}: no row for {', '.join(missing)}"
    assert sorted(have) == sorted(need)


def test_a_row_says_why() -> None:
    for table in ALL:
        for row in table:
            assert row.why.strip(), row
            assert (row.change == "not deployed") is (row.by == "nothing"), row
            if row.change == "replaced" and row.argument and table in (INDEX, VECTOR_BUCKET):
                assert row.why.startswith("S3 Vectors cannot"), f"{row.field}: what a refused plan says"


# --- where a value goes


def synthesized(environment: Environment) -> list[Any]:
    return [maps(environment, region, state_is_known=False) for region in environment.regions]


def in_terraform(environment: Environment) -> list[Any]:
    """What Terraform gets besides: where things were, what it forgets, where its state is."""
    return [
        (
            environment.stack_id(region),
            moves(environment, region, None),
            removals(region),
            terraform_settings(environment, region),
            environment.tags,
            environment.provider,
            environment.verification,
        )
        for region in environment.regions
    ]


def reaches_terraform(table: Attributes, row: Attribute) -> None:
    rows = any(synthesized(before) != synthesized(after) for before, after in pairs(table, row))
    more = any(in_terraform(before) != in_terraform(after) for before, after in pairs(table, row))
    match row.by:
        case "argument" | "document" | "step":
            assert rows, f"{row.field}: no row of blocks.rows changes with it"
        case "address" | "stack":
            assert rows or more, f"{row.field}: nothing changes in Terraform with it"
        case "nothing":
            assert not rows and not more, f"{row.field} is deployed, and its row says that it is not"


def changes_the_fingerprint(table: Attributes, row: Attribute) -> None:
    def prints(environment: Environment) -> list[str]:
        return [fingerprint(environment, region) for region in environment.regions]

    changed = any(prints(before) != prints(after) for before, after in pairs(table, row))
    assert changed is row.in_fingerprint, (
        f"{row.field}: the fingerprint does {'' if changed else 'not '}change"
    )


def is_verified(table: Attributes, row: Attribute) -> None:
    seen = any(differs(before, after) for before, after in pairs(table, row))
    assert seen is row.verified, f"{row.field}: the verifier does {'' if seen else 'not '}see it in AWS"


def differs(before: Environment, after: Environment) -> bool:
    """Whether the verifier finds that AWS, as `before` left it, is not what `after` says."""
    there = deployed(before)
    return any(
        name not in there or any(True for _ in compared(there[name][0]))
        for name, (_, compared) in deployed(after).items()
    )


@of_every_row
def test_it_reaches_terraform_or_is_said_not_to(table: Attributes, row: Attribute) -> None:
    reaches_terraform(table, row)


@of_every_row
def test_the_fingerprint_changes_or_is_said_not_to(table: Attributes, row: Attribute) -> None:
    changes_the_fingerprint(table, row)


@of_every_row
def test_the_verifier_sees_it_or_is_said_not_to(table: Attributes, row: Attribute) -> None:
    is_verified(table, row)


# --- what a refused plan says


def replacing(row: Attribute) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The type of the resource, and its arguments before and after."""
    kind = kinds.INDEX if row in INDEX.rows else kinds.VECTOR_BUCKET
    before: Any = {"index_name": "pages"} if kind is kinds.INDEX else {}
    old, new = ("a",), ("b",)
    sides = [
        {row.argument: [{row.inside: list(side)}]} if row.inside else {row.argument: side[0]}
        for side in (old, new)
    ]
    return kind.type, {"vector_bucket_name": "documents", **before, **sides[0]}, {**before, **sides[1]}


def is_refused_with_its_reason(row: Attribute) -> None:
    environment = values.whole(protected=True)
    type_, before, after = replacing(row)
    block = "indexes_documents" if type_ == kinds.INDEX.type else "vector_buckets"
    key = "documents/pages" if type_ == kinds.INDEX.type else "documents"
    change = {
        "actions": ["delete", "create"],
        "before": before,
        "after": after,
        "replace_paths": [[row.argument]],
    }
    resource = {"address": f'{type_}.{block}["{key}"]', "type": type_, "index": key, "change": change}
    document = {"format_version": "1.2", "planned_values": {}, "resource_changes": [resource]}
    judgement = judge(parse_plan(json.dumps(document), "plan.json", "prod"), environment, environment.home)
    told = report(judgement, environment, environment.home)
    assert judgement.refused and row.why in told, told
    if row.form is not None and row.yaml_key:
        assert f"restore `{row.yaml_key}: " in told, (
            f"the advice does not say what {row.field} keeps:\n{told}"
        )


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row.argument)
def test_a_plan_that_replaces_is_refused_with_the_reason_of_the_row(row: Attribute) -> None:
    is_refused_with_its_reason(row)


# --- a row is read


# A policy document has them as well; and the encryption of an index and that of its bucket have one reason.
_TWICE = ("name", "encryption")
READERS: Mapping[str, tuple[Callable[[Attributes, Attribute], None], Callable[[Attribute], bool]]] = {
    "rows": (reaches_terraform, lambda row: row in INDEX.passed_on),
    "fingerprint": (changes_the_fingerprint, lambda row: bool(row.argument) and row.field not in _TWICE),
    "verifier": (is_verified, lambda row: row in INDEX.compared),
    "guard": (
        lambda _, row: is_refused_with_its_reason(row),
        lambda row: row.change == "replaced" and row.field != "encryption",
    ),
}


@pytest.mark.parametrize(
    ("table", "row", "reader"),
    [
        pytest.param(table, row, reader, id=f"{table.model.__name__}.{row.field}-{name}")
        for name, (reader, reads) in READERS.items()
        for table in (INDEX, VECTOR_BUCKET)
        for row in table.rows
        if reads(row) and row.field != "force_destroy"
    ],
)
def test_a_reader_fails_without_the_row(
    table: Attributes, row: Attribute, reader: Callable[[Attributes, Attribute], None]
) -> None:
    rows = table.rows
    object.__setattr__(table, "rows", tuple(other for other in rows if other is not row))
    try:
        with pytest.raises((AssertionError, KeyError)):
            reader(table, row)
    finally:
        object.__setattr__(table, "rows", rows)
