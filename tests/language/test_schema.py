"""The schema itself: sound, described throughout, with examples that hold; and the pages made from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator

from tests.paths import ROOT
from vectorform.desired.presets import PRESETS
from vectorform.language.reference import reference
from vectorform.language.schema import schema
from vectorform.language.schema_messages import _EXAMPLES


def subschemas(rules: Any, path: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema within the schema that describes a value, with its path."""
    yield path, rules
    for key, child in rules.get("properties", {}).items():
        yield from subschemas(child, f"{path}/{key}")
    for key in ("items", "additionalProperties"):
        if isinstance(rules.get(key), dict):
            yield from subschemas(rules[key], f"{path}/{key}")
    for key, child in rules.get("$defs", {}).items():
        yield from subschemas(child, f"{path}/$defs/{key}")


EVERY = dict(subschemas(schema()))
OF_USERS = {path: rules for path, rules in EVERY.items() if "/complete_" not in path}


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


_LOOSE = "#/$defs/definition_of_many"  # its members are checked


@pytest.mark.parametrize(
    "path", [p for p, rules in OF_USERS.items() if rules.get("properties") and p != _LOOSE]
)
def test_maps_refuse_unknown_keys_and_describe_the_known(path: str) -> None:
    rules = OF_USERS[path]
    assert rules["additionalProperties"] is False
    for key, child in rules["properties"].items():
        assert child.get("description", "").endswith("."), f"{path}/{key}"


def test_entries_and_items_are_described_too() -> None:
    for path, rules in OF_USERS.items():
        if path.endswith(("/items", "/additionalProperties")) and "$ref" not in rules and "texts" not in path:
            assert rules.get("description", "").endswith("."), path


def test_every_choice_is_described() -> None:
    for path, rules in OF_USERS.items():
        if "enum" in rules and path != "#/$defs/vector_bucket/distance_metric":
            choices = [choice for choice in rules["enum"] if choice is not None]
            described = rules.get("enumDescriptions", ())
            assert len(described) == len(choices), path


def test_no_guessing_between_branches() -> None:
    assert "oneOf" not in str(schema()) and "anyOf" not in str(schema())


def _examples(rules: dict[str, Any]) -> list[Any]:
    return [*rules.get("examples", ()), *rules.get("x-examples", ())]


@pytest.mark.parametrize("path", [path for path, rules in OF_USERS.items() if _examples(rules)])
def test_examples_hold(path: str) -> None:
    rules = OF_USERS[path]
    validator = Draft202012Validator({"$defs": schema()["$defs"], **rules})
    for example in _examples(rules):
        assert not list(validator.iter_errors(example)), (path, example)


def test_defaults_hold() -> None:
    for path, rules in OF_USERS.items():
        for name in {"default", "x-default"} & rules.keys():
            assert Draft202012Validator(rules).is_valid(rules[name]), path


def test_every_required_key_has_its_words() -> None:
    required = {key for rules in EVERY.values() for key in rules.get("required", ())}
    for part in ("if", "then", "else"):
        for _, rules in EVERY.items():
            for branch in (rules, *rules.get("allOf", ())):
                required.update(branch.get(part, {}).get("required", ()))
    assert required <= _EXAMPLES.keys() | {"sse_type"}


def test_presets_are_the_schema_s() -> None:
    choices = cast("list[str]", schema()["$defs"]["index"]["properties"]["preset"]["enum"])
    assert set(choices) - {None} == set(PRESETS)


def test_the_reference_is_up_to_date() -> None:
    page = ROOT / "docs" / "reference" / "configuration.md"
    command = ".venv/bin/vectorform schema --format markdown --write docs/reference/configuration.md"
    assert page.read_text(encoding="utf-8") == reference(), f"renew it with\n{command}"


def test_shipped_files_name_the_schema() -> None:
    files = [*ROOT.glob("config/**/*.yaml"), *ROOT.glob("examples/*/config/**/*.yaml")]
    assert files
    for file in files:
        modeline, _, _ = file.read_text(encoding="utf-8").partition("\n")
        prefix = "# yaml-language-server: $schema="
        assert modeline.startswith(prefix), file
        assert (
            file.parent / modeline.removeprefix(prefix)
        ).resolve() == ROOT / "schemas" / "environment.schema.json"


def test_what_editors_write_as_it_stands_is_yaml() -> None:
    """They show an object as [object Object], and write `{a}` without the quotes that YAML wants."""
    wrong = [
        (path, value)
        for path, rules in EVERY.items()
        for value in (rules.get("default"), *rules.get("examples", []))
        if isinstance(value, dict) or str(value).startswith("{")
    ]
    assert wrong == [], "write x-examples or x-default"
