"""Warnings about arguments of the genuine provider that are on their way out."""

from __future__ import annotations

from typing import Any

import pytest

from vectorform.rehearsal.provider.deprecations import deprecations
from vectorform.rehearsal.provider.protocol import schema_message
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.values import UNKNOWN, conform

ROLE = provider_schema().resources["aws_iam_role"].block
REGION = provider_schema().data_sources["aws_region"]


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"name": "r"}, []),
        ({"managed_policy_arns": []}, []),
        ({"managed_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}, ["managed_policy_arns"]),
        ({"managed_policy_arns": UNKNOWN}, ["managed_policy_arns"]),
        (
            {"inline_policy": [{"name": "a"}], "managed_policy_arns": ["a"]},
            ["managed_policy_arns", "inline_policy"],
        ),
    ],
)
def test_what_a_role_should_no_longer_set(config: dict[str, Any], named: list[str]) -> None:
    found = deprecations(ROLE, conform(config, ROLE), legacy=True)
    assert [each.path for each in found] == [(name,) for name in named]
    for name, each in zip(named, found, strict=True):
        assert (each.severity, each.summary) == ("warning", "Argument is deprecated")
        assert each.detail.startswith(f"{name} is deprecated. Use the aws_iam_role_policy")


def test_a_data_source_is_of_the_newer_framework() -> None:
    (found,) = deprecations(REGION, conform({"name": "eu-west-1"}, REGION), legacy=False)
    assert (found.summary, found.detail) == (
        "Attribute Deprecated",
        "name is deprecated. Use region instead.",
    )
    assert deprecations(REGION, conform({"region": "eu-west-1"}, REGION), legacy=False) == []


def test_terraform_hears_of_them() -> None:
    message = schema_message(ROLE).block
    assert [each.name for each in message.attributes if each.deprecated] == ["managed_policy_arns"]
    assert [each.type_name for each in message.block_types if each.block.deprecated] == ["inline_policy"]
