"""The comment of a pull request: what it keeps, and that it always fits and is whole Markdown."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plans.test_summary import COMMENT_LIMIT, entry, plan
from vectorform.plans.comment import comment, mark, shortened
from vectorform.plans.summary import summary
from vectorform.plans.unplanned import Unplanned, failure

GOOD = summary([plan(entry("b/new", "create"))])
FAILED = summary([plan()], unplanned=[Unplanned("prod-us-east-1", "ExpiredToken")])


def test_a_plan_is_the_comment() -> None:
    text = comment("prod", GOOD, of="abc1234", rest="https://example.com/run/1")
    assert text.startswith(f"{mark('prod')}\n# prod\n")
    assert "of `abc1234` · https://example.com/run/1" in text and GOOD.strip() in text


def test_the_last_whole_plan_stays_through_several_failures_and_goes_with_the_next() -> None:
    first = comment("prod", GOOD, of="aaa")
    failed = comment("prod", FAILED, first, of="bbb")
    again = comment("prod", failure("prod", "no backend"), failed.replace("\n", "\r\n"), of="ccc")
    nothing = comment("prod", "", again, of="ddd")
    for text, said in ((failed, "failed for 1"), (again, "no backend"), (nothing, "before it started")):
        newest, _, kept = text.partition("<details><summary>The last complete plan")
        assert said in newest and "`b/new`" not in newest
        assert "of `aaa`" in kept and "`b/new`" in kept
    after = comment("prod", GOOD, nothing, of="eee")
    assert "last complete plan" not in after and "aaa" not in after


def test_without_an_earlier_plan_a_failure_is_all_there_is() -> None:
    text = comment("prod", "", "somebody's words")
    assert "failed before it started" in text and "details" not in text


def test_it_fits_and_says_what_is_missing() -> None:
    long = GOOD + "".join(f"| row {number} |\n" for number in range(20_000))
    text = comment("prod", long, rest="https://example.com/1")
    assert "more lines are in https://example.com/1.**" in text
    assert_sound(text)
    assert_sound(comment("prod", failure("prod", "\n".join("x" * 70 for _ in range(3_000))), text))


def test_what_is_attached_follows_where_it_fits_whole() -> None:
    picture = "## What changes\n```mermaid\nflowchart LR\n```"
    text = comment("prod", GOOD, attached=["### Cost of `prod`: $2.96", picture])
    assert text.index(GOOD.strip()) < text.index("### Cost of `prod`") < text.index("```mermaid")
    assert len(text) < COMMENT_LIMIT
    # The plan comes first: what has no room beside it is named, and where it is.
    long = "## What changes\n" + "x" * COMMENT_LIMIT
    text = comment("prod", GOOD, rest="https://example.com/1", attached=[long, "### Cost"])
    assert "**What changes: too long for this comment; it is in https://example.com/1.**" in text
    assert text.endswith("### Cost\n") and len(text) < COMMENT_LIMIT
    # The next one finds the plan alone in it.
    assert "### Cost" not in comment("prod", FAILED, text).partition("last complete plan")[2]


PIECES = st.sampled_from(
    ["word", "```diff", "```", "<details><summary>x</summary>", "", "</details>", "| a |"]
)


@given(st.lists(PIECES, max_size=200), st.integers(500, 1_500))
def test_what_is_cut_leaves_nothing_open(lines: list[str], characters: int) -> None:
    text = shortened("\n".join(lines), characters, "there")
    assert len(text) <= max(characters, 500)
    if text != "\n".join(lines):
        assert_closed(text, "\n".join(lines).count("</details>"))


def test_a_fence_is_taken_whole_or_not_at_all() -> None:
    fence = ["```diff", *(f"+ {number}" for number in range(200)), "```"]
    text = shortened("\n".join(["first", *fence, "last", "x" * 1_000]), 1_000, "there")
    assert text.startswith("first\n") and "```" not in text and "204 more lines are in there" in text


def assert_closed(text: str, more_ends: int = 0) -> None:
    """What a renderer makes of the lines: every fence and every <details> ends, each where it should."""
    fence, details = "", 0
    for line in text.split("\n"):
        run = re.match("`{3,}", line)
        if fence:
            fence = "" if run and len(run[0]) >= len(fence) and not line.strip("` ") else fence
        elif run:
            fence = run[0]
        else:
            details += line.startswith("<details") - line.startswith("</details>")
            assert details >= -more_ends, line
    assert not fence and details <= 0


def assert_sound(text: str) -> None:
    assert len(text) < COMMENT_LIMIT
    assert_closed(text)


NAMES = st.one_of(
    st.sampled_from(["docs/pages", "/shop/a", "`", "```", "<details>", "a|b", "</details>"]), st.text()
)
KINDS = st.sampled_from(
    [
        "aws_s3vectors_index",
        "aws_iam_policy",
        "aws_iam_role",
        "aws_kms_key",
        "aws_s3vectors_vector_bucket_policy",
    ]
)
ACTIONS = st.sampled_from([["create"], ["delete"], ["update"], ["delete", "create"], ["forget"], ["no-op"]])


@st.composite
def entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Some changes of a kind, each with names and policies of its own, as large as may be."""
    kind, actions, word = draw(KINDS), draw(ACTIONS), draw(NAMES)
    length, principal = (
        draw(st.sampled_from([1, 40, 2_000, 20_000])),
        draw(st.sampled_from(["*", "123456789012"])),
    )

    def one(number: int) -> dict[str, Any]:
        resources = [f"arn:{number}:{word}:{'r' * 90}:{part}" for part in range(max(1, length // 100))]
        statement = {"Effect": draw(EFFECTS), "Principal": principal, "Action": word, "Resource": resources}
        side = {"policy": json.dumps({"Statement": [statement]}), "tags": {"a": word * 50}, "number": number}
        before = None if actions == ["create"] else {**side, "policy": "{}" if number % 2 else word}
        after = None if actions in (["delete"], ["forget"]) else side
        moved = {"previous_address": f"{kind}.indexes_a[{json.dumps(word)}]"} if number % 3 else {}
        change = {"actions": actions, "before": before, "after": after, "replace_paths": [["number"], [word]]}
        key = f"{word}{number}"
        return {
            "address": f"{kind}.unprotected_indexes_a[{json.dumps(key)}]",
            "type": kind,
            "index": key,
            "change": change,
            **moved,
        }

    return [one(number) for number in range(draw(st.sampled_from([1, 3, 30, 70])))]


EFFECTS = st.sampled_from(["Allow", "Deny"])


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_the_comment_of_any_plan_fits_and_is_whole(data: st.DataObject) -> None:
    of_stacks = data.draw(st.lists(st.lists(entries(), max_size=3), max_size=3))
    again = data.draw(st.sampled_from([1, 1, 4, 60]))
    plans = [
        plan(
            *(each for group in groups for each in group), stack=f"prod-{number}-{time}", errored=number == 2
        )
        for number, groups in enumerate(of_stacks)
        for time in range(again if sum(map(len, groups)) < 40 else 1)
    ]
    reasons: Any = st.sampled_from(["failed", "stopped", "left out"])
    missing = [
        Unplanned(
            f"gone-{number}", data.draw(NAMES) * data.draw(st.sampled_from([1, 9_000])), data.draw(reasons)
        )
        for number in range(data.draw(st.sampled_from([0, 1, 70])))
    ]
    text = summary(plans, unplanned=missing)
    assert_sound(text)
    first = comment("prod", text, of="abc1234")
    assert_sound(first)
    assert_sound(comment("prod", FAILED, first, "abc1235", "https://example.com/1", [text, GOOD]))
