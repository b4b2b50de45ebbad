"""Which organization an environment is taken to be in."""

from __future__ import annotations

from typing import Any

from tests import model
from vectorform.desired.model import PolicyStatement, Role
from vectorform.desired.organizations import organizations


def statement(**conditions: Any) -> PolicyStatement:
    return PolicyStatement("Deny", ("s3vectors:*",), "*", conditions=conditions)


def test_the_ids_that_conditions_name_in_the_order_of_the_file() -> None:
    first = statement(StringNotEqualsIfExists={"aws:PrincipalOrgID": ("o-exampleorgid",)})
    again = statement(StringEquals={"AWS:PRINCIPALORGID": ("o-exampleorgid", "o-anotherorgid")})
    pattern = statement(StringLike={"aws:PrincipalOrgID": ("o-*",)})
    bucket = model.vector_bucket(model.index(), policy_statements=(first, again, pattern))
    trusting = Role("r", conditions={"StringEquals": {"aws:PrincipalOrgID": ("o-trustedbyit",)}})
    found = model.environment(model.region(bucket), access=(model.access(role=trusting),))
    assert organizations(found) == ["o-exampleorgid", "o-anotherorgid", "o-trustedbyit"]
    assert organizations(model.environment()) == []
