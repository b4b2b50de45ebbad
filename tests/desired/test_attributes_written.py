"""What people write: schema, builder and model agree on keys, choices and defaults; documents show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any, cast, get_type_hints

import pytest

from tests import attributes as values
from tests.desired.attribute_rows import EVERY, FIXED, TABLE, WRITTEN, choices, definition
from tests.paths import ROOT
from vectorform import builders
from vectorform.desired import backends, model
from vectorform.desired.attributes import ALL, INDEX, VECTOR_BUCKET, Attribute, Attributes
from vectorform.desired.backends import terraform_settings
from vectorform.desired.model import (
    Access,
    Backend,
    DataSource,
    Environment,
    Index,
    KnowledgeBase,
    VectorBucket,
)
from vectorform.desired.policies import access as granted
from vectorform.language.resolve import BUCKET_NAME_DEFAULT, INDEX_NAME_DEFAULT
from vectorform.language.resolve.access import ACCESS_NAME
from vectorform.language.resolve.knowledge_bases import DATA_SOURCE_NAME_DEFAULT, NAME_DEFAULT

# Expanded before anything else is read.
EVERYWHERE = {"for_each"}


def keys_of(table: Attributes) -> set[str]:
    return {key for pointer in table.schema for key in definition(pointer)["properties"]} - EVERYWHERE


@pytest.mark.parametrize("table", WRITTEN, ids=lambda table: table.model.__name__)
def test_the_schema_has_the_keys_of_the_rows(table: Attributes) -> None:
    keys = {row.yaml_key for row in table if row.yaml_key} | table.also.keys()
    assert keys_of(table) - keys == set(), f"{TABLE}: keys of the schema without a row"
    assert keys - keys_of(table) == set(), (
        "schemas/environment.schema.json: keys that rows name and it has not"
    )


@pytest.mark.parametrize("table", [t for t in ALL if t.builder], ids=lambda table: table.builder)
def test_the_builder_has_the_keys_of_the_schema(table: Attributes) -> None:
    pointers = table.schema or ("#/properties/backend",)
    keys = {key for pointer in pointers for key in definition(pointer)["properties"]}
    have = {field.name.rstrip("_") for field in fields(getattr(builders, table.builder))} - {"call"}
    assert keys - have == set(), f"vectorform.builders: {table.builder} has no such field"
    assert have - keys == set(), f"the schema has no such key of {table.builder}"


@pytest.mark.parametrize("table", [t for t in ALL if t.builder], ids=lambda table: table.builder)
def test_the_choices_of_schema_builder_and_model_are_the_same(table: Attributes) -> None:
    hints = {
        name.rstrip("_"): hint for name, hint in get_type_hints(getattr(builders, table.builder)).items()
    }
    for pointer in table.schema or ("#/properties/backend",):
        for key, rules in definition(pointer)["properties"].items():
            rules = {**(definition(rules["$ref"]) if "$ref" in rules else {}), **rules}
            offered = {choice for choice in rules["enum"] if choice is not None} if "enum" in rules else None
            assert key in EVERYWHERE or choices(hints[key]) == offered, f"{table.builder}.{key}"
    own = get_type_hints(table.model)
    for row in table:
        if row.yaml_key and choices(own[row.field]) is not None:
            assert choices(own[row.field]) == choices(hints[row.yaml_key]), row.field


def test_a_backend_has_everything_or_nothing() -> None:
    types = choices(get_type_hints(Backend)["type"])
    assert types == backends.DEFAULTS.keys() == backends.VERIFIED_WITHIN_APPLY.keys()
    environment = values.whole(protected=True)
    half_added = replace(environment, backend=Backend(cast("Any", "gcs")))
    with pytest.raises(AssertionError):
        terraform_settings(half_added, half_added.home)


def test_every_permission_has_its_actions() -> None:
    permissions = choices(get_type_hints(Access)["permissions"])
    for actions in (granted._BUCKET_ACTIONS, granted._INDEX_ACTIONS, granted._KMS_ACTIONS):
        assert actions.keys() == permissions


@cache
def reference() -> str:
    return (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")


@cache
def examples() -> str:
    shown = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("config/**/*.yaml")]
    shown += [*ROOT.glob("examples/**/*.yaml"), *ROOT.glob("examples/**/*.py")]
    shown += [*ROOT.glob("tests/cases/environments/valid/**/*.yaml")]
    return "\n".join(path.read_text(encoding="utf-8") for path in shown if "site-packages" not in path.parts)


@pytest.mark.parametrize(
    ("table", "row"), [case for case in EVERY if case.values[0].schema and case.values[1].yaml_key]
)
def test_a_document_and_an_example_have_it(table: Attributes, row: Attribute) -> None:
    assert re.search(rf"^\| `{row.yaml_key}` \|", reference(), re.MULTILINE), (
        "docs/reference/configuration.md"
    )
    example = rf"(?<!\w){row.yaml_key}\"?(:|=) ?(?!</)"
    assert re.search(example, examples()), (
        f"nothing under docs, config, examples or tests/cases shows {row.yaml_key}"
    )


@pytest.mark.parametrize("row", [row for row in FIXED if row.yaml_key], ids=lambda row: row.argument)
def test_the_schema_says_what_cannot_be_changed(row: Attribute) -> None:
    table = INDEX if row in INDEX.rows else VECTOR_BUCKET
    text = definition(table.schema[0])["properties"][row.yaml_key]["description"]
    assert re.search("Fixed at creation|cannot be changed later", text), f"{row.yaml_key}: {text}"


# --- defaults

# Key -> default, where what is left out is made of other things: a template, a backend's type.
MADE = {
    (VectorBucket, "name"): BUCKET_NAME_DEFAULT,
    (Index, "name"): INDEX_NAME_DEFAULT,
    (Access, "name"): ACCESS_NAME,
    (KnowledgeBase, "name"): NAME_DEFAULT,
    (DataSource, "name"): DATA_SOURCE_NAME_DEFAULT,
    (VectorBucket, "index_blocks"): model.IndexBlocks().count,
    (Environment, "allow_unlisted_regions"): False,
}
# Not told: what `vectorform retire` writes, and what depends on the backend.
UNTOLD = {(model.Comparison, "seal"), (model.Verification, "after_apply")}


def _defaults(rules: Mapping[str, Any]) -> list[Any]:
    """None or one: `x-default` is one that an editor would write wrongly."""
    return [rules[name] for name in ("default", "x-default") if name in rules]


@pytest.mark.parametrize("table", WRITTEN, ids=lambda table: table.model.__name__)
def test_the_schema_tells_the_defaults_of_the_model(table: Attributes) -> None:
    told = {
        key: default
        for pointer in table.schema
        for key, rules in definition(pointer)["properties"].items()
        for default in _defaults({**(definition(rules["$ref"]) if "$ref" in rules else {}), **rules})
    }
    have = {key: value for (class_, key), value in MADE.items() if class_ is table.model}
    for own in fields(table.model):
        row = table[own.name]
        untold = not row.yaml_key or row.yaml_key in have or (table.model, row.field) in UNTOLD
        if not untold and isinstance(own.default, bool | int | str):
            have[row.yaml_key] = own.default
    assert told == have


def test_the_schema_tells_the_defaults_of_the_backends() -> None:
    properties = definition("#/properties/backend")["properties"]
    told = {key: default for key, rules in properties.items() for default in _defaults(rules)}
    made = {
        k: v for settings in backends.DEFAULTS.values() for k, v in settings.items() if isinstance(v, str)
    }
    assert told == {"type": Backend().type, **made}
