from __future__ import annotations

from dataclasses import replace

from tests import model
from tests.paths import CASES
from vectorform import language
from vectorform.desired.model import Role
from vectorform.desired.trust import trust_policy


def test_the_trust_has_what_each_service_needs() -> None:
    environment = language.load("dev", CASES / "environments" / "valid" / "trusts")
    role = environment.access[0].role
    assert role is not None
    found = {
        s["Sid"]: (s["Principal"], s["Action"], s.get("Condition"))
        for s in trust_policy(environment, role)["Statement"]
    }
    assert found == {
        "TrustedServices": ({"Service": ["lambda.amazonaws.com"]}, "sts:AssumeRole", None),
        "TrustedServicesThatTag": (
            {"Service": ["pods.eks.amazonaws.com"]},
            ["sts:AssumeRole", "sts:TagSession"],
            None,
        ),
        "TrustedServicesOfThisAccount": (
            {"Service": ["bedrock.amazonaws.com"]},
            "sts:AssumeRole",
            {"StringEquals": {"aws:SourceAccount": "111122223333"}},
        ),
    }


def test_principals_are_templates_and_accounts_become_their_root() -> None:
    environment = language.load("dev", CASES / "environments" / "valid" / "trusts")
    role = environment.access[1].role
    assert role is not None
    (statement,) = trust_policy(environment, role)["Statement"]
    assert statement["Principal"]["AWS"] == [
        "arn:aws:iam::111122223333:role/kb-search-dev",
        "arn:aws:iam::111122223333:root",
        "arn:aws:sts::111122223333:assumed-role/admin/someone",
    ]


def test_a_condition_holds_for_those_who_send_its_key() -> None:
    """What services alone send would lock out principals, and the other way round."""
    role = Role(
        "search",
        trusted_services=("lambda.amazonaws.com",),
        trusted_principals=("444455556666",),
        conditions={
            "StringEquals": {"aws:SourceAccount": ("123456789012",), "aws:PrincipalOrgID": ("o-1234567890",)},
            "Bool": {"aws:SecureTransport": ("true",)},
        },
    )
    services, principals = trust_policy(model.environment(), role)["Statement"]
    secure = {"Bool": {"aws:SecureTransport": ["true"]}}
    assert services["Condition"] == {"StringEquals": {"aws:SourceAccount": ["123456789012"]}, **secure}
    assert principals["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": ["o-1234567890"]}, **secure}
    alone = replace(role, trusted_services=())
    (principals,) = trust_policy(model.environment(), alone)["Statement"]
    assert principals["Condition"]["StringEquals"]["aws:SourceAccount"] == ["123456789012"]
