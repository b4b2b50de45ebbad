"""The Markdown of a pull request: golden for real plans, and safe for any name in them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import CASES
from vectorform.plans.changes import Plan, parse_plan, read_plan
from vectorform.plans.markdown import code
from vectorform.plans.summary import summary

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
    assert summary(plans) == (FOLDER / "expected.md").read_text(encoding="utf-8")


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
    assert "this is not all" in summary([plan(errored=True)])


def test_a_loss_comes_before_everything_else() -> None:
    text = summary([plan(entry("b/new", "create")), plan(entry("b/old", "delete"), stack="prod-eu-west-1")])
    assert text.index("[!CAUTION]") < text.index("###")
    assert "index `b/old` is destroyed: all its vectors are deleted" in text


def test_moved_and_forgotten_lose_nothing() -> None:
    moved = {**entry("b/new", "no-op"), "previous_address": 'aws_s3vectors_index.indexes["b/old"]'}
    text = summary([plan(moved, entry("b/left", "forget"))])
    assert '| moved | index | `b/new` | was `aws_s3vectors_index.indexes["b/old"]`' in text
    assert "| forgotten | index | `b/left` | stays in AWS, without Terraform |" in text
    assert "CAUTION" not in text


@pytest.mark.parametrize("stacks", [1, 14])
def test_a_comment_can_hold_ten_thousand_changes(stacks: int) -> None:
    """Each with a name as long as they get; what is left out is counted."""
    entries = [entry(f"{'b' * 60}/{number:060}", "delete") for number in range(10_000 // stacks)]
    text = summary([plan(*entries, stack=f"prod-{number}") for number in range(stacks)])
    assert len(text) < COMMENT_LIMIT
    assert f"{len(entries) * stacks} destroyed" in text
    assert "more" in text


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
