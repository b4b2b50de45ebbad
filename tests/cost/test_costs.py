"""An environment's cost: indexes added up, what is not known kept apart, changes, traps and the forms."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests import model
from tests.cli.schemas import accepts, schema
from tests.cost.test_bill import EXPECTED
from vectorform.cost.changes import cost_change
from vectorform.cost.costs import Amount, EnvironmentCost, Measured, costs, total
from vectorform.cost.formats import json as as_json
from vectorform.cost.formats import markdown, table
from vectorform.cost.prices import prices
from vectorform.cost.traps import traps
from vectorform.cost.wording import size, usd
from vectorform.desired.model import Environment, Expected, Retirement

MILLION = 1_000_000
# 4 x 1,015 + 36 = 4,096 bytes each: 2^20 of them are 4 GB, 0.24 a month.
FOUR_GB = Expected(vectors=2**20)


def environment(*expected: Expected | None, regions: tuple[str, ...] = ("us-east-1",)) -> Environment:
    indexes = [model.index(f"i{n}", dimension=1015, expected=each) for n, each in enumerate(expected)]
    return model.environment(*(model.region(model.vector_bucket(*indexes), name=name) for name in regions))


def cost(*expected: Expected | None, **values: tuple[str, ...]) -> EnvironmentCost:
    return costs(environment(*expected, **values), prices())


@given(st.lists(EXPECTED, max_size=5))
def test_the_whole_is_the_sum_of_the_indexes(expected: list[Expected]) -> None:
    whole = cost(*expected, regions=("us-east-1", "us-west-2"))
    alone = [costs(environment(each), prices()).amount.usd for each in expected]
    assert whole.amount == Amount(2 * sum(alone, Fraction(0)))
    assert sum((amount.usd for amount in whole.items().values()), Fraction(0)) == whole.amount.usd


def test_an_environment_without_indexes_costs_nothing() -> None:
    assert cost().amount == Amount()
    assert table.render(cost(), prices()).startswith("prod: $0.00 a month\n")


def test_what_is_not_known_is_no_nothing() -> None:
    whole = cost(FOUR_GB, None)
    assert whole.amount == Amount(Fraction("0.24"), more=True)
    assert [index.address for index in whole.unsaid] == ["documents/i1"]
    assert "at least $0.24" in table.render(whole, prices())
    elsewhere = cost(FOUR_GB, regions=("us-east-1", "eu-central-1"))
    assert elsewhere.amount == Amount(Fraction("0.24"), more=True)
    assert "The prices of eu-central-1 are not known" in table.render(elsewhere, prices()).replace("\n", " ")


def test_prices_of_another_region_are_taken_only_when_asked_for() -> None:
    there = environment(FOUR_GB, regions=("eu-central-1", "us-west-2"))
    taken = costs(there, prices(), prices_of="us-east-1")
    assert taken.amount == Amount(Fraction("0.48"))
    assert taken.priced_as == {"eu-central-1": "us-east-1"}
    assert "eu-central-1 are not known: us-east-1's are used" in table.render(taken, prices())


def test_what_stays_in_aws_stays_on_the_bill() -> None:
    kept = model.index("kept", dimension=1015, expected=FOUR_GB, retirement=Retirement("old", keep=True))
    gone = model.index(
        "gone", dimension=1015, expected=FOUR_GB, retirement=Retirement("old", confirm_destroy=True)
    )
    bucket = model.vector_bucket(leaving=(kept, gone))
    whole = costs(model.environment(model.region(bucket, name="us-east-1")), prices())
    assert [(index.address, index.kept) for index in whole.indexes] == [("documents/kept", True)]
    assert whole.amount == Amount(Fraction("0.24"))


def test_what_was_counted_stands_in_place_of_what_is_expected() -> None:
    counted = {("us-east-1", "documents/i0"): Measured(2**21, True, 36, 0, 0)}
    expected = Expected(vectors=1, queries_per_month=MILLION)
    whole = costs(environment(expected), prices(), measured=counted)
    parts = {part.item: part.usd for part in whole.indexes[0].parts}
    assert parts["storage"] == Fraction("0.48")
    assert parts["queries"] == Fraction("2.5")
    cut = {("us-east-1", "documents/i0"): Measured(2**21, False, 36)}
    assert costs(environment(None), prices(), measured=cut).amount == Amount(Fraction("0.48"), more=True)


def test_a_change_is_what_differs() -> None:
    before = cost(FOUR_GB, FOUR_GB, None)
    after = cost(FOUR_GB, Expected(vectors=2**21), None, FOUR_GB)
    change = cost_change("main", before, after)
    assert [(pair.index.address, pair.kind) for pair in change.indexes] == [
        ("documents/i1", "changed"),
        ("documents/i3", "new"),
    ]
    shown = table.render(after, prices(), change)
    # 0.24 + 0.24 and 0.24 + 0.48 + 0.24
    assert shown.startswith("prod: at least $0.48 a month at main, at least $0.96 now (+$0.48)\n")
    back = cost_change("main", after, before)
    assert [pair.kind for pair in back.indexes] == ["changed", "gone"]
    assert "unchanged" in markdown.render(after, prices(), cost_change("main", after, after))
    new = cost_change("main", None, after)
    assert [pair.kind for pair in new.indexes] == ["new"] * 4


def test_an_index_of_which_nothing_is_said_is_new_all_the_same() -> None:
    change = cost_change("main", cost(), cost(None))
    assert [pair.kind for pair in change.indexes] == ["new"]


TRAPPED = Expected(
    vectors=20 * MILLION,
    non_filterable_metadata_bytes=2000,
    puts_per_month=1000,
    queries_per_month=MILLION,
    top_k=500,
    deleted_vectors_per_month=MILLION,
)


def test_every_trap_is_named() -> None:
    found = traps(cost(FOUR_GB, TRAPPED), prices())
    assert [trap.kind for trap in found] == [
        "small puts",
        "size of the index",
        "data returned",
        "pages of results",
        "listing",
        "deleted",
    ]
    assert {trap.index.address for trap in found} == {"documents/i1"}
    assert traps(cost(FOUR_GB), prices()) == []
    # 1,000 puts of one vector: 0.1221 GB, 0.0244; 46 of 22 (131,072 / 6,096): 46 x 134,112 bytes, 0.0011.
    assert "put 22 vectors in each instead of 1, which saves $0.02 a month" in found[0].text


def test_a_trap_is_told_once_for_many_indexes_and_without_money_where_no_price_is_known() -> None:
    found = traps(cost(TRAPPED, TRAPPED, regions=("eu-central-1", "eu-west-1")), prices())
    assert {len(trap.others) for trap in found} == {3}
    assert not [trap for trap in found if "$" in trap.text]


@pytest.mark.parametrize("form", [table, markdown, as_json])
def test_five_thousand_indexes_are_told_shortly(form: object) -> None:
    draw = random.Random(1)
    whole = cost(*(Expected(vectors=draw.randrange(MILLION)) for _ in range(5000)))
    shown = form.render(whole, prices())  # type: ignore[attr-defined]
    if form is markdown:
        assert len(shown) < 4000
        rest = total(sorted(whole.indexes, key=lambda index: -index.amount.usd)[15:])
        assert f"| and 4,985 more | | | {usd(rest.usd)} |" in shown
    if form is table:
        assert len(shown.splitlines()) < 5030


def test_json_says_what_the_table_says() -> None:
    before, after = cost(FOUR_GB), cost(FOUR_GB, TRAPPED, None)
    said = json.loads(as_json.render(after, prices(), cost_change("v1", before, after)))
    assert said["complete"] is False
    assert said["regions"][0]["vector_buckets"][0]["indexes"][0]["items"]["storage"] == {
        "quantity": 4.0,
        "unit": "GB-month",
        "usd": 0.24,
    }
    assert sum(item["usd_per_month"] for item in said["items"].values()) == pytest.approx(
        said["usd_per_month"], abs=1e-5
    )
    assert said["change"]["before"] == {"usd_per_month": 0.24, "complete": True}
    assert [index["kind"] for index in said["change"]["indexes"]] == ["new", "new"]
    assert len(said["traps"]) == 6


def test_a_difference_is_said_as_far_as_it_is_known() -> None:
    """What is not known of an index that stays as it is makes no difference; that of a new one does."""
    some = cost(FOUR_GB, None)
    dearer = cost(replace(FOUR_GB, queries_per_month=FOUR_GB.queries_per_month + 10_000_000), None)
    shown = table.render(dearer, prices(), cost_change("main", some, dearer)).partition("\n")[0]
    assert re.search(r"at least \$.* at main, at least \$.* now \(\+\$", shown)
    new = cost(FOUR_GB, None, None)
    change = cost_change("main", some, new)
    shown = table.render(new, prices(), change)
    assert "now (change not known)" in shown and re.search(r"\(new\) +0 +\? +not known", shown)
    shown = markdown.render(new, prices(), change)
    assert "a month (change not known)" in shown and "|  | not known | not known |" in shown
    both = cost(FOUR_GB, None, None, FOUR_GB)
    assert " now (at least +$" in table.render(both, prices(), cost_change("main", some, both))


def test_json_is_what_its_schema_says() -> None:
    Draft202012Validator.check_schema(schema("cost"))
    whole = cost(FOUR_GB, TRAPPED, None, regions=("us-east-1", "eu-central-1"))
    for change in (None, cost_change("main", None, whole), cost_change("main", cost(FOUR_GB), cost(None))):
        accepts("cost", json.loads(as_json.render(whole, prices(), change)))


def test_a_table_fits_80_columns_and_cuts_no_name() -> None:
    key = "a-very-long-name-of-an-index-that-is-all-of-63-characters-long-x"
    index = model.index(key, expected=TRAPPED)
    shown = table.render(
        costs(model.environment(model.region(model.vector_bucket(index), name="us-east-1")), prices()),
        prices(),
    )
    assert key in shown
    assert [line for line in shown.splitlines() if len(line) > 80] == []


def test_markdown_keeps_names_from_being_markup() -> None:
    whole = costs(
        model.environment(model.region(model.vector_bucket(model.index("a|b`c", expected=FOUR_GB)))), prices()
    )
    assert "``documents/a\\|b`c``" in markdown.render(whole, prices())


def test_amounts() -> None:
    amounts = [Fraction(0), Fraction(1, 1000), Fraction("12.345"), Fraction(-3), Fraction(12345), None]
    assert [usd(amount) for amount in amounts] == [
        "$0.00",
        "<$0.01",
        "$12.35",
        "-$3.00",
        "$12,345",
        "not known",
    ]
    assert [size(512), size(2**20), size(3 * 2**29)] == ["512 bytes", "1 MB", "1.5 GB"]
