"""Every field of the model goes everywhere where it belongs, or its row says why it does not."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import pytest

from tests import attributes as values
from tests.desired.answers import deployed
from tests.paths import CASES, ROOT
from vectorform import builders, language
from vectorform.blocks.maps import maps
from vectorform.blocks.moves import moves, removals
from vectorform.desired import backends, kinds, model
from vectorform.desired.attributes import ACCESS, ALL, INDEX, OUTPUTS, VECTOR_BUCKET, Attribute, Attributes
from vectorform.desired.backends import terraform_settings
from vectorform.desired.fingerprint import fingerprint
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
from vectorform.guard.judgement import judge
from vectorform.guard.report import report
from vectorform.language.resolve import BUCKET_NAME_DEFAULT, INDEX_NAME_DEFAULT
from vectorform.language.resolve.access import ACCESS_NAME
from vectorform.language.resolve.knowledge_bases import DATA_SOURCE_NAME_DEFAULT, NAME_DEFAULT
from vectorform.language.schema import schema
from vectorform.plans.changes import parse_plan

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


# --- the table itself


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


@of_every_row
def test_a_row_says_why(table: Attributes, row: Attribute) -> None:
    assert row.why.strip(), row
    assert (row.change == "not deployed") is (row.by == "nothing"), row
    if row.change == "replaced" and row.argument and table in (INDEX, VECTOR_BUCKET):
        assert row.why.startswith("S3 Vectors cannot"), f"{row.field}: what a refused plan says of it"


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


# --- what a person is told


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


FIXED = [row for table in (INDEX, VECTOR_BUCKET) for row in table.fixed]


@pytest.mark.parametrize("row", FIXED, ids=lambda row: row.argument)
def test_a_plan_that_replaces_is_refused_with_the_reason_of_the_row(row: Attribute) -> None:
    is_refused_with_its_reason(row)


@cache
def definition(pointer: str) -> dict[str, Any]:
    found: Any = schema()
    for step in pointer.split("/")[1:]:
        found = found[step]
    return cast("dict[str, Any]", found)


WRITTEN = [table for table in ALL if table.schema]
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


def choices(hint: Any) -> set[Any] | None:
    """The choices that a type leaves, None excepted; None for a type that leaves more than choices."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        found = [choices(part) for part in get_args(hint) if part is not type(None)]
        return found[0] if len(found) == 1 else None
    return None


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


# --- the names stand here alone


def names_of_the_table() -> set[str]:
    """What only Terraform or AWS calls so: fields and plain words are everywhere."""
    own = {row.field for table in ALL for row in table} | {row.yaml_key for table in ALL for row in table}
    # Those of knowledge bases are nested: vectorform.desired.bedrock builds what has them.
    rows = [row for table in ALL if table.model.__module__ != model.KnowledgeBase.__module__ for row in table]
    named = {name for row in rows for name in (row.argument, row.inside)}
    # Names are in every call and every list, not only in answers.
    valued = (row for row in rows if (row.form or row.argument) and not row.argument.endswith("name"))
    named |= {step for row in valued for step in row.answer.split(".")}
    return {name for name in named - own if re.search(r"_|[a-z][A-Z]", name)}


# File -> why it names them too.
EXCEPTED = {
    "vectorform/verifier/smoke.py": "it makes an index of its own",
    "vectorform/verifier/formats/json.py": "a member of its own format",
    "vectorform/language/schema_messages.py": "what people write in place of a key, to say the right one",
}


def test_no_other_module_names_an_argument_or_a_member_of_an_answer() -> None:
    names = names_of_the_table()
    assert {"metadata_configuration", "distanceMetric", "index_name"} <= names
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for path in (ROOT / "vectorform").rglob("*.py")
        if not {"provider", "attributes"} & set(path.relative_to(ROOT).parts)
        if str(path.relative_to(ROOT)) not in EXCEPTED
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in names
    }
    assert found == set()


# --- what Terraform and AWS call it

ARGUMENTS = [case for case in EVERY if case.values[0].kind and case.values[1].argument]


@cache
def provider() -> dict[str, Any]:
    path = ROOT / "vectorform" / "rehearsal" / "provider" / "schema.json"
    return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("table", "row"), ARGUMENTS)
def test_the_provider_has_the_argument_and_replaces_where_the_row_says_so(
    table: Attributes, row: Attribute
) -> None:
    assert table.kind is not None
    block = provider()["resource_schemas"][table.kind.type]["block"]
    known = {**block["attributes"], **block.get("block_types", {})}
    assert row.argument in known, f"the offline provider's schema.json has no {row.argument}"
    if row.change not in ("replaced", "recreated", "in place"):
        return
    forcing = {name.partition(" ")[0] for name in provider()["forces_replacement"][table.kind.type]}
    does = "replaces" if row.argument in forcing else "changes in place"
    assert (row.argument in forcing) is (row.change != "in place"), (
        f"{row.argument}: the provider {does}, and the row says {row.change!r}"
    )
    assert row.change != "replaced" or table.kind.loses, "what holds no vectors is recreated"


# What describes it in AWS: the operation, and the member of its answer.
DESCRIBING = {kinds.INDEX: ("GetIndex", "index"), kinds.VECTOR_BUCKET: ("GetVectorBucket", "vectorBucket")}


@pytest.mark.parametrize(
    ("table", "row"),
    [case for case in EVERY if case.values[0].kind in DESCRIBING and case.values[1].answer],
)
def test_aws_answers_it(table: Attributes, row: Attribute) -> None:
    if row.answer in ("tags", "indexes"):  # operations of their own
        return
    operation, member = DESCRIBING[cast("kinds.Kind", table.kind)]
    shape: Any = service_model().operation_model(operation).output_shape.members[member]
    for step in row.answer.split("."):
        assert step in shape.members, f"{operation} of the installed boto3 answers no {row.answer}"
        shape = shape.members[step]


@cache
def service_model() -> Any:
    from botocore.session import Session

    return Session().get_service_model("s3vectors")


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


# --- from the YAML into the model


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


def test_every_permission_has_its_actions() -> None:
    permissions = choices(get_type_hints(Access)["permissions"])
    for actions in (granted._BUCKET_ACTIONS, granted._INDEX_ACTIONS, granted._KMS_ACTIONS):
        assert actions.keys() == permissions
