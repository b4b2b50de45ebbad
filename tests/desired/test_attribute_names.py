"""What Terraform and AWS call an attribute: the table alone names it, and they do call it so."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from typing import Any, cast

import pytest

from tests.desired.attribute_rows import EVERY
from tests.paths import ROOT
from vectorform.desired import kinds, model
from vectorform.desired.attributes import ALL, Attribute, Attributes


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
