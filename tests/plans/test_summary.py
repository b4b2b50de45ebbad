"""The Markdown of a pull request: golden for real plans, and safe for any name in them."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import CASES
from vectorform.desired.addresses import BOOKKEEPING
from vectorform.plans.changes import Plan, parse_plan, read_plan
from vectorform.plans.markdown import code
from vectorform.plans.summary import is_whole, summary
from vectorform.plans.unplanned import Unplanned

FOLDER = CASES / "plans" / "summary"
COMMENT_LIMIT = 65_536  # characters of a comment on GitHub


def plan(*entries: dict[str, Any], stack: str = "prod", **more: Any) -> Plan:
    document = {"format_version": "1.2", "planned_values": {}, "resource_changes": list(entries), **more}
    return parse_plan(json.dumps(document), "plan.json", stack)


def entry(name: str, *actions: str, **change: Any) -> dict[str, Any]:
    kind = "aws_s3vectors_index"
    return {
        "address": f'{kind}.indexes["{name}"]',
        "type": kind,
        "index": name,
        "change": {"actions": list(actions), "before": None, "after": None, **change},
    }


def test_real_plans() -> None:
    plans = [read_plan(FOLDER / f"{name}.json") for name in ("prod", "prod-replaced", "prod-us-east-1")]
    expected = FOLDER / "expected.md"
    if os.environ.get("VECTORFORM_REGENERATE"):
        expected.write_text(summary(plans), encoding="utf-8")
    assert summary(plans) == expected.read_text(encoding="utf-8"), "write it with VECTORFORM_REGENERATE=1"


def test_nothing_changes() -> None:
    text = summary([plan(), plan(stack="prod-eu-west-1")])
    assert text.startswith("## Plan: no changes\n")
    assert "No changes: `prod`, `prod-eu-west-1`." in text
    assert "CAUTION" not in text


def test_the_tool_that_made_the_plan_is_named() -> None:
    made = entry("b/new", "create") | {"provider_name": "registry.opentofu.org/hashicorp/aws"}
    text = summary([plan(made, terraform_version="1.12.6", errored=True)])
    assert "Reproduce it (OpenTofu 1.12.6):" in text and "> OpenTofu stopped planning" in text


def test_a_plan_that_ended_with_an_error_says_that_it_is_not_all() -> None:
    assert "this plan is incomplete" in summary([plan(errored=True)])


def test_a_loss_comes_before_everything_else() -> None:
    text = summary([plan(entry("b/new", "create")), plan(entry("b/old", "delete"), stack="prod-eu-west-1")])
    assert text.index("[!CAUTION]") < text.index("###")
    assert "index `b/old` is destroyed: all its vectors are deleted" in text


def test_moved_and_forgotten_lose_nothing() -> None:
    moved = {**entry("b/new", "no-op"), "previous_address": 'aws_s3vectors_index.indexes["b/old"]'}
    text = summary([plan(moved, entry("b/left", "forget"))])
    assert '| moved | index | `b/new` | was `aws_s3vectors_index.indexes["b/old"]`' in text
    assert "| forgotten | index | `b/left` | stays in AWS, leaves Terraform |" in text
    assert "CAUTION" not in text


def test_what_may_be_deleted_from_now_on_is_said() -> None:
    """Protected and not are two blocks, so that Terraform alone would tell of a move."""
    moves = [
        (entry("docs/i", "no-op"), "aws_s3vectors_index.unprotected_indexes_docs_0", "indexes_docs_0"),
        (entry("docs/j", "no-op"), "aws_s3vectors_index.unprotected_indexes_docs_0", "indexes_docs_0"),
        (
            {**entry("docs", "update"), "type": "aws_s3vectors_vector_bucket"},
            "aws_s3vectors_vector_bucket.unprotected_vector_buckets",
            "vector_buckets",
        ),
    ]
    there = [
        {
            **row,
            "address": f'{block}["{row["index"]}"]',
            "previous_address": f'{row["type"]}.{former}["{row["index"]}"]',
        }
        for row, block, former in moves
    ]
    text = summary([plan(entry("b/new", "create"), stack="first"), plan(*there)])
    assert text.startswith("## Plan: lifts deletion protection; ")
    assert "> **Applying `prod` lifts the deletion protection. A later change can then delete:**" in text
    assert "> - 2 indexes: `docs/i`, `docs/j`\n" in text and "> - vector bucket `docs`\n" in text
    assert text.index("### `prod`") < text.index("### `first`")
    assert "| moved | index | `docs/i` | no longer protected from deletion |" in text
    retired = {
        **entry("docs/i", "no-op"),
        "address": 'aws_s3vectors_index.retired_indexes["docs/i"]',
        "previous_address": 'aws_s3vectors_index.indexes_docs_0["docs/i"]',
    }
    text = summary([plan(retired)])
    assert text.startswith("## Plan: lifts deletion protection; 1 moved") and "> - index `docs/i`\n" in text
    assert "| moved | index | `docs/i` | retired: AWS no longer refuses to delete it |" in text
    back = [{**row, "address": row["previous_address"], "previous_address": row["address"]} for row in there]
    assert "protection" not in summary([plan(*back)])


@pytest.mark.parametrize("stacks", [1, 14])
def test_a_comment_can_hold_ten_thousand_changes(stacks: int) -> None:
    """Each with a name as long as they get; what is left out is counted."""
    entries = [entry(f"{'b' * 60}/{number:060}", "delete") for number in range(10_000 // stacks)]
    text = summary([plan(*entries, stack=f"prod-{number}") for number in range(stacks)])
    assert len(text) < COMMENT_LIMIT
    assert f"{len(entries) * stacks} destroyed" in text
    assert "more" in text


def changed(name: str, before: str, after: str) -> dict[str, Any]:
    return entry(name, "update", before={"tags": {"Team": before}}, after={"tags": {"Team": after}})


def test_what_no_row_stands_for_is_counted() -> None:
    entries = [changed(f"{'b' * 60}/{number:060}", "a", f"{number}") for number in range(1_000)]
    text = summary([plan(*entries)])
    shown = text.count("\n| changed |")
    assert len(text) < COMMENT_LIMIT and 0 < shown < 1_000
    assert f"\nand {1_000 - shown} more.\n" in text


def test_a_hundred_members_with_the_same_change_are_one_row_with_its_exceptions() -> None:
    alike = [changed(f"tenants/t{number:03}", "a", "b") for number in range(98)]
    other = changed("tenants/t098", "a", "c")
    still = entry("tenants/t099", "no-op")
    elsewhere = changed("pages/t000", "a", "b")
    text = summary([plan(*alike, other, still, elsewhere)])
    rows = [line for line in text.splitlines() if line.startswith("| changed")]
    assert rows == [
        "| changed | index | `pages/t000` | `tags.Team`: `a` → `b` |",
        "| changed | index | 98 of 100 of `tenants`, all but `t098`, `t099` | `tags.Team`: `a` → `b` |",
        "| changed | index | `tenants/t098` | `tags.Team`: `a` → `c` |",
    ]
    assert "100 changed" in text.partition("\n")[0]


def test_members_that_differ_by_their_own_name_are_one_row() -> None:
    def attachment(number: int) -> dict[str, Any]:
        after = {"role": f"shop-app-b{number}-prod"}
        row = entry(f"app-b{number}", "create", after=after, after_unknown={"policy_arn": True})
        return {**row, "type": "aws_iam_role_policy_attachment"}

    tagged = [changed(f"tenants/t-{number:03}", "a", f"of t-{number:03}") for number in range(12)]
    text = summary([plan(*map(attachment, range(40)), *tagged)])
    rows = [line for line in text.splitlines() if line.startswith(("| changed", "| added"))]
    assert rows == [
        "| changed | index | all 12 of `tenants`: `t-000`, `t-001`, `t-002`, `t-003`, `t-004` and 7 more "
        "| `tags.Team`: `a` → `of t-{each}` |",
        "| added | IAM attachment | all 40: `app-b0`, `app-b1`, `app-b10`, `app-b11`, `app-b12` and 35 more "
        "| role `shop-{each}-prod`, a policy of this plan |",
    ]


def test_members_that_move_together_are_one_row() -> None:
    moved = [
        {**entry(f"b/i{number}", "no-op"), "previous_address": f'aws_s3vectors_index.old["b/i{number}"]'}
        for number in range(12)
    ]
    assert "| moved | index | all 12 of `b`: `i0`, `i1`, `i10`, `i11`, `i2` and 7 more |" in summary(
        [plan(*moved)]
    )


def test_of_many_that_are_lost_each_is_named() -> None:
    text = summary([plan(*(entry(f"b/i{number}", "delete") for number in range(40)))])
    caution = text.partition("###")[0]
    assert "40 times index, each is destroyed: all its vectors are deleted:" in caution
    assert all(f"`b/i{number}`" in caution for number in range(40))


def record(name: str) -> dict[str, Any]:
    change = {"actions": ["create"], "before": None, "after": {}}
    return {"address": name, "type": "terraform_data", "change": change}


def test_terraforms_own_records_are_no_resources() -> None:
    records = [record(address) for address in sorted(BOOKKEEPING)]
    text = summary([plan(*records)])
    assert text.startswith("## Plan: no changes\n")
    assert "No changes in AWS, only in Terraform's state: `prod`." in text
    assert "1 added" in summary([plan(*records, entry("b/i", "create"))])
    assert "1 added" in summary([plan(record("terraform_data.mine"))])


@pytest.mark.parametrize(
    ("reason", "heading"),
    [("stopped", "stopped: not planned 1 of 2 stacks"), ("left out", "not planned: 1 of 2 stacks")],
)
def test_what_was_not_planned_is_not_without_changes(reason: Any, heading: str) -> None:
    text = summary([plan()], unplanned=[Unplanned("prod-us-east-1", "stopped", reason)])
    assert text.startswith(f"## Plan: {heading}; nothing in the others\n")
    assert "**Not planned:** `prod-us-east-1`:" in text and "could not be planned" not in text
    assert not is_whole(text) and is_whole(summary([plan()]))


def test_stacks_are_folded_unless_they_lose_something() -> None:
    quiet, lossy = plan(entry("b/new", "create")), plan(entry("b/old", "delete"), stack="lossy")
    assert "<details open>" in summary([quiet])
    text = summary([quiet, lossy])
    assert text.count("<details>") == text.count("<details open>") == 1
    assert (
        text.index("### `lossy`") < text.index("<details open>") < text.index("<details>")
    )  # it comes first


@given(st.text())
def test_a_code_span_shows_its_text_and_ends_where_it_should(text: str) -> None:
    """By the rule of the specification: it ends at the first run of as many backticks as it began with."""
    span = code(text)
    if span == "nothing":
        assert not text.strip()
        return
    fence = re.match("`+", span).group()  # type: ignore[union-attr]
    inside = span[len(fence) : -len(fence)]
    assert span.endswith(fence)
    assert all(len(run) != len(fence) for run in re.findall("`+", inside))
    assert "\n" not in span
    assert not re.search(r"(?<!\\)\|", span)
    shown = inside[1:-1] if inside.startswith(" ") else inside
    assert shown.replace("\\|", "|") == " ".join(text.split())
