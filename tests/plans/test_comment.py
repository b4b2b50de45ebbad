"""The comment of a pull request: what it keeps, and that it always fits and is whole Markdown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.plans.test_summary import COMMENT_LIMIT, changed, entry, plan
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
    long = summary([plan(changed(f"{'b' * 60}/{n}", "a", f"{n}")) for n in range(2_000)])
    text = comment("prod", long, rest="https://example.com/1")
    assert len(text) < COMMENT_LIMIT
    assert "more lines are in https://example.com/1.**" in text
    assert text.count("<details") == text.count("</details>")
    failed = comment("prod", failure("prod", "\n".join("x" * 70 for _ in range(3_000))), text)
    assert len(failed) < COMMENT_LIMIT
    assert failed.count("<details") == failed.count("</details>")


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
        fence = False
        for line in text.split("\n"):
            fence = not fence if line.startswith("```") and (not fence or line == "```") else fence
        assert not fence
