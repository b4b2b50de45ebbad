"""The table of resource types: it names all that the stacks deploy, it alone names them, and it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, get_args

import pytest

from tests.attributes import KNOWLEDGE_BASE
from tests.model import environment, index, region, vector_bucket
from tests.paths import ROOT
from vectorform.adoption.unknown import Existing, unknown
from vectorform.blocks.advice import with_advice
from vectorform.blocks.maps import additions, maps
from vectorform.blocks.unbuilt import Unbuilt, built
from vectorform.desired import kinds
from vectorform.desired.kinds import KINDS, Kind
from vectorform.guard.judgement import judge
from vectorform.plans.changes import Plan, loses_vectors, parse_plan
from vectorform.plans.summary import summary
from vectorform.rehearsal.provider.resources import resources
from vectorform.verifier.formats.wording import counted

HOUSE = ROOT / "vectorform"
# Where a type may be named besides: the offline provider is one for these types, whoever uses it; the
# bootstrap is a configuration of its own, with types that no stack deploys.
EXCEPTED = {HOUSE / "desired" / "kinds.py", HOUSE / "bootstrap" / "document.py"}
PROVIDER = HOUSE / "rehearsal" / "provider"
# A resource type of the AWS provider, not `aws_access_key_id` nor a family such as `aws_iam_`.
TYPE = re.compile(r"\baws_(?:s3vectors|iam|kms|bedrock|bedrockagent|ssm|s3|lambda)_[a-z_]*[a-z]\b")


def test_a_resource_type_is_named_in_the_table_alone() -> None:
    named = {
        f"{path.relative_to(ROOT)}: {found}"
        for folder in (HOUSE, ROOT / "stacks")
        for path in folder.rglob("*.py")
        if path not in EXCEPTED and PROVIDER not in path.parents
        for found in TYPE.findall(path.read_text(encoding="utf-8"))
    }
    assert named == set()


def test_the_table_has_every_type_that_is_deployed_and_no_other() -> None:
    desired = environment(region(vector_bucket(index()), knowledge_bases=(KNOWLEDGE_BASE,)))
    deployed = {
        block.partition(".")[0] for block, _ in additions(maps(desired, desired.home, state_is_known=False))
    }
    assert {kind.type for kind in KINDS} == deployed - {"terraform_data"}
    assert {kind.noun for kind in KINDS} == set(get_args(kinds.Noun))


def test_the_offline_provider_has_every_type() -> None:
    assert {kind.type for kind in KINDS} <= set(resources())


def plan_of(kind: Kind, *actions: str) -> Plan:
    change = {"actions": list(actions), "before": {}, "after": None}
    address = f'{kind.block("blocks")}["documents"]'
    resource = {"address": address, "type": kind.type, "index": "documents", "change": change}
    document = {"format_version": "1.2", "planned_values": {}, "resource_changes": [resource]}
    return parse_plan(json.dumps(document), "plan.json", "prod")


def the_noun_in_a_summary(kind: Kind) -> None:
    assert f"| {kind.noun} |" in summary([plan_of(kind, "create")])


def the_plural_in_a_report(kind: Kind) -> None:
    # Nouns with a regular plural read the same without a row.
    assert counted(2, kind.noun) == f"2 {kind.plural}" and kind.noun in kinds._BY_NOUN


def what_is_lost(kind: Kind) -> None:
    assert loses_vectors(kind.type, "destroyed") is (kind.loses is not None)
    losses = judge(plan_of(kind, "delete"), environment(), region()).losses
    assert [loss.kind for loss in losses] == ([kind] if kind.loses else [])
    assert kind.loses


def the_advice_where_aws_refuses_a_second_one(kind: Kind) -> None:
    document = {"resource": {kind.type: {"blocks": {"//": {"metadata": {}}}}}}
    assert "vectorform adopt" in with_advice(document, "prod")


def what_is_adopted(kind: Kind) -> None:
    members = re.findall(r"\{(\w+)\}", kind.import_id)
    attributes = {member: member for member in members}
    instance = {"index_key": "documents", "attributes": attributes}
    state: dict[str, Any] = {"resources": [{"type": kind.type, "name": "blocks", "instances": [instance]}]}
    there = Existing(f'{kind.block("blocks")}["documents"]', kind.import_id.translate({123: "", 125: ""}))
    assert unknown([there], json.dumps(state)).adoptable == ()


def the_line_of_a_stack_without_it(kind: Kind) -> None:
    with pytest.raises(Unbuilt) as caught:
        built({"resource": {}}, {kind.block("blocks"): {"documents": {}}}, "prod")
    assert f"`{kind.asked_by}` needs the line: {kind.built_by}" in str(caught.value)


READERS: dict[Callable[[Kind], None], tuple[Kind, ...]] = {
    the_noun_in_a_summary: KINDS,
    the_plural_in_a_report: KINDS,
    what_is_lost: tuple(kind for kind in KINDS if kind.loses),
    the_advice_where_aws_refuses_a_second_one: tuple(kind for kind in KINDS if kind.refused_twice),
    what_is_adopted: KINDS,
    the_line_of_a_stack_without_it: KINDS,
}


@pytest.mark.parametrize(
    ("reader", "kind"),
    [
        pytest.param(reader, kind, id=f"{reader.__name__}-{kind.type}")
        for reader, read in READERS.items()
        for kind in read
    ],
)
def test_a_reader_reads_the_row_and_fails_without_it(
    reader: Callable[[Kind], None], kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader(kind)
    monkeypatch.delitem(kinds._BY_TYPE, kind.type)
    monkeypatch.delitem(kinds._BY_NOUN, kind.noun)
    with pytest.raises((AssertionError, KeyError)):
        reader(kind)
