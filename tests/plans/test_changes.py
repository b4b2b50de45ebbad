"""Reading plans: every action, and clear words for what is no plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.paths import CASES
from vectorform.errors import UserError
from vectorform.plans.changes import parse_plan, read_plan

SUMMARY = CASES / "plans" / "summary"


def plan_of(*entries: dict[str, Any], **more: Any) -> str:
    document = {"format_version": "1.2", "planned_values": {}, "resource_changes": list(entries), **more}
    return json.dumps(document)


def entry(actions: list[str], kind: str = "aws_s3vectors_index", **more: Any) -> dict[str, Any]:
    change = {"actions": actions, "before": None, "after": None, **more.pop("change", {})}
    return {"address": f'{kind}.x["a/b"]', "type": kind, "index": "a/b", "change": change, **more}


def test_a_real_plan() -> None:
    plan = read_plan(SUMMARY / "prod.json")
    assert (plan.stack, plan.region, plan.tool, plan.tool_version) == (
        "prod",
        "ap-southeast-2",
        "Terraform",
        "1.11.4",
    )
    assert {(change.action, change.type, change.key) for change in plan.effective} == {
        ("destroyed", "aws_iam_policy", "reader"),
        ("destroyed", "aws_s3vectors_index", "notes/titles"),
        ("updated", "aws_s3vectors_index", "notes/pages"),
        ("updated", "aws_s3vectors_vector_bucket", "notes"),
        ("created", "aws_s3vectors_vector_bucket_policy", "notes"),
        ("replaced", "terraform_data", None),
    }
    assert [change.key for change in plan.losses] == ["notes/titles"]


def test_what_forces_a_replacement_is_named() -> None:
    plan = read_plan(SUMMARY / "prod-replaced.json")
    (replaced,) = [c for c in plan.changes if c.action == "replaced" and c.type == "aws_s3vectors_index"]
    assert set(replaced.replaced_because) == {"dimension", "distance_metric", "metadata_configuration"}
    assert replaced.loses_vectors


@pytest.mark.parametrize(
    ("change", "action", "loses"),
    [
        (entry(["no-op"]), "unchanged", False),
        (entry(["create"]), "created", False),
        (entry(["update"]), "updated", False),
        (entry(["delete"]), "destroyed", True),
        (entry(["delete", "create"]), "replaced", True),
        (entry(["create", "delete"]), "replaced", True),
        (entry(["create", "forget"]), "replaced", False),
        (entry(["forget"]), "forgotten", False),
        (entry(["no-op"], previous_address="aws_s3vectors_index.y"), "moved", False),
        (entry(["no-op"], change={"importing": {"id": "arn"}}), "imported", False),
        (entry(["update"], previous_address="aws_s3vectors_index.y"), "updated", False),
        (entry(["delete"], "aws_s3vectors_vector_bucket"), "destroyed", True),
        (entry(["delete"], "aws_kms_key"), "destroyed", True),
        (entry(["delete"], "aws_iam_policy"), "destroyed", False),
        (entry(["delete", "create"], "terraform_data"), "replaced", False),
    ],
)
def test_actions(change: dict[str, Any], action: str, loses: bool) -> None:
    (read,) = parse_plan(plan_of(change), "plan.json", "prod").changes
    assert (read.action, read.loses_vectors) == (action, loses)
    assert read.moved_from == change.get("previous_address")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not the JSON of a plan"),
        ("[]", "a JSON list"),
        ('{"format_version": "1.2", "planned_values": {', "not the JSON of a plan"),
        ('{"version": 4, "serial": 1, "lineage": "x", "resources": []}', "this is a state"),
        ('{"format_version": "1.0", "terraform_version": "1.11.4", "values": {}}', "this is a state"),
        ('{"anything": 1}', "it has no format_version"),
        (plan_of(format_version="2.0"), "plan format 2.0 is not supported, only 1.x"),
        (plan_of({"address": "a.b"}), "invalid resource change"),
        (plan_of(entry(["explode"])), "invalid resource change"),
        (plan_of(resource_changes={}), "resource_changes is not a list"),
        (
            '{"format_version": "1.2", "planned_values": {}, '
            '"prior_state": {"values": {"root_module": {"resources": [1]}}}}',
            "it has no resource_changes",
        ),
        ("PK\x03\x04binary", "terraform show -json plan.json"),
        ("[" * 100_000, "not the JSON of a plan"),
    ],
)
def test_what_is_no_plan(text: str, said: str) -> None:
    with pytest.raises(UserError, match=r"^plan\.json: ") as told:
        parse_plan(text, "plan.json", "prod")
    assert said in str(told.value)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(UserError, match=r"nowhere\.json: cannot be read"):
        read_plan(Path("nowhere.json"))


def test_the_stack_is_the_folder_in_cdktf_out_or_the_files_name(tmp_path: Path) -> None:
    folder = tmp_path / "cdktf.out" / "stacks" / "prod-eu-west-1"
    folder.mkdir(parents=True)
    for path in (folder / "plan.json", tmp_path / "prod.plan.json"):
        path.write_text(plan_of())
    assert read_plan(folder / "plan.json").stack == "prod-eu-west-1"
    assert read_plan(tmp_path / "prod.plan.json").stack == "prod"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(max_examples=50)
@given(st.binary() | st.text())
def test_any_bytes_are_a_plan_or_an_error(data: bytes | str) -> None:
    with pytest.raises(UserError):
        parse_plan(data, "plan.json", "prod")


@settings(max_examples=50)
@given(
    st.dictionaries(st.sampled_from(["address", "type", "index", "change"]), json_values),
    st.dictionaries(st.sampled_from(["actions", "before", "after", "replace_paths"]), json_values),
)
def test_any_resource_change_is_read_or_refused(outer: dict[str, Any], inner: dict[str, Any]) -> None:
    for one in (outer, {**entry(["update"]), **outer}, {**outer, "change": inner}):
        try:
            assert len(parse_plan(plan_of(one), "plan.json", "prod").changes) == 1
        except UserError as error:
            assert "invalid resource change" in str(error)
