"""What a configuration is told before any call, in the real provider's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from vectorform.rehearsal.provider.integers import check_integers
from vectorform.rehearsal.provider.required import check_required
from vectorform.rehearsal.provider.resources import resources
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.values import UNKNOWN, conform

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases/provider/validation.yaml").read_text())


def complaints(type_name: str, config: dict[str, Any]) -> list[str]:
    """`path: summary: detail`, without what is empty, for every diagnostic."""
    resource, block = resources()[type_name], provider_schema().resources[type_name].block
    configured = conform(config, block)
    found = [*check_integers(block, configured, resource.behaviour.legacy), *resource.validate(configured)]
    return [
        ": ".join(filter(None, [".".join(map(str, each.path)), each.summary, " ".join(each.detail.split())]))
        for each in found
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['resource']}-{len(case['complaints'])}")
def test_complaints(case: dict[str, Any]) -> None:
    assert complaints(case["resource"], case["config"]) == case["complaints"]


def test_required_arguments_that_are_null() -> None:
    index = provider_schema().resources["aws_s3vectors_index"].block
    config = dict.fromkeys(("index_name", "vector_bucket_name", "data_type", "distance_metric"), "a")
    given = conform({**config, "metadata_configuration": [{}]}, index)
    found = {each.path: each for each in check_required(index, given, legacy=False)}
    keys = ("metadata_configuration", 0, "non_filterable_metadata_keys")
    assert list(found) == [("dimension",), keys]
    assert found[keys].summary == "Missing Configuration for Required Attribute"
    assert "for the metadata_configuration[0].non_filterable_metadata_keys attribute" in found[keys].detail


def test_a_required_argument_of_a_nested_block_of_a_data_source() -> None:
    document = provider_schema().data_sources["aws_iam_policy_document"]
    principal = {"type": "AWS", "identifiers": None}
    given = conform({"statement": [{"principals": [principal]}, UNKNOWN]}, document)
    [missing] = check_required(document, given, legacy=True)
    assert (missing.summary, missing.path[-1]) == ("Missing required argument", "identifiers")


# What has to be there: one of several attributes, a block.
CHOICES: dict[str, dict[str, Any]] = {
    "aws_bedrockagent_data_source": {"data_source_configuration": [UNKNOWN]},
    "aws_bedrockagent_knowledge_base": {"knowledge_base_configuration": [UNKNOWN]},
    "aws_ssm_parameter": {"value": UNKNOWN},
}


@pytest.mark.parametrize("type_name", list(resources()))
def test_unknown_and_missing_values_are_never_wrong(type_name: str) -> None:
    block = provider_schema().resources[type_name].block
    assert complaints(type_name, CHOICES.get(type_name, {})) == []
    assert complaints(type_name, dict.fromkeys([*block.attributes, *block.blocks], UNKNOWN)) == []


def test_one_of_several_attributes_has_to_be_there() -> None:
    assert [text.partition(":")[0] for text in complaints("aws_ssm_parameter", {})] == [
        "insecure_value",
        "value",
        "value_wo",
    ]


@pytest.mark.parametrize("blocks", [UNKNOWN, [UNKNOWN], [{"non_filterable_metadata_keys": UNKNOWN}]])
def test_unknown_blocks_are_never_wrong(blocks: Any) -> None:
    assert complaints("aws_s3vectors_index", {"metadata_configuration": blocks}) == []
