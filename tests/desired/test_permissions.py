"""docs/reference/permissions.md shows what the code says; what depends on the configuration."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from tests.paths import CASES, ROOT
from vectorform import language
from vectorform.desired.permissions import deployer, guardrail, key, planner, verifier

PAGE = ROOT / "docs" / "reference" / "permissions.md"
BLOCK = re.compile(
    r"(<!-- vectorform permissions (planner|verifier|deployer) (\w+) -->\n\n```json\n).*?(```)", re.DOTALL
)


def document(who: str, environment: str, root: Path = ROOT) -> dict[str, Any]:
    desired = language.load(environment, root)
    return {"planner": planner, "verifier": verifier, "deployer": deployer}[who](desired)


def test_the_page_shows_the_policies() -> None:
    def block(match: re.Match[str]) -> str:
        return f"{match[1]}{json.dumps(document(match[2], match[3]), indent=2)}\n{match[4]}"

    text = PAGE.read_text(encoding="utf-8")
    expected, count = BLOCK.subn(block, text)
    assert count == 3
    if os.environ.get("VECTORFORM_REGENERATE"):
        PAGE.write_text(expected, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == expected, "write it with VECTORFORM_REGENERATE=1"


def sids(who: str, case: str, environment: str) -> dict[str, dict[str, Any]]:
    found = document(who, environment, CASES / "stacks" / case)
    return {statement["Sid"]: statement for statement in found["Statement"]}


def test_what_a_brought_key_needs_is_one_statement_for_each_region_that_has_one() -> None:
    desired = language.load("keys", CASES / "stacks" / "regions-policy-kms")
    statements = key(desired)["Statement"]
    regions = [region.name for region in desired.regions if region.brought_keys]
    assert [s["Condition"]["ArnLike"]["aws:SourceArn"].split(":")[3] for s in statements] == regions
    assert len({statement["Sid"] for statement in statements}) == len(statements)
    assert all(s["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"] for s in statements)
    assert key(language.load("created", CASES / "stacks" / "regions-policy-kms"))["Statement"] == []


def test_the_guardrail_keeps_all_bucket_policies_to_the_roles() -> None:
    desired = language.load("prod", CASES / "environments" / "valid" / "protection")
    (statement,) = guardrail(desired)["Statement"]
    assert [arn.split(":")[3] for arn in statement["Resource"]] == ["eu-west-1", "us-east-1"]
    assert statement["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": list(desired.protection_lifted_by)}}
    assert guardrail(language.load("dev", ROOT))["Statement"] == []


def test_state_in_s3_is_the_deployers_only() -> None:
    statements = sids("deployer", "backends", "in-s3")
    states = [arn.rpartition(":::")[2] for arn in statements["KeepState"]["Resource"]]
    assert states == [path.removesuffix(".tflock") for path in _paths(statements["LockState"])]
    assert all("DeleteObject" not in action for action in statements["KeepState"]["Action"])
    assert "KeepState" not in sids("verifier", "backends", "in-s3")
    assert "KeepState" not in sids("deployer", "backends", "in-cloud")


def test_the_planner_reads_the_state_and_writes_nothing() -> None:
    statements = sids("planner", "backends", "in-s3")
    deploying = sids("deployer", "backends", "in-s3")
    assert statements["ReadState"]["Resource"] == deploying["KeepState"]["Resource"]
    assert statements["ReadState"]["Action"] == ["s3:GetObject"] and "LockState" not in statements
    for case, environment in (("backends", "in-s3"), ("regions-policy-kms", "created")):
        planned = sids("planner", case, environment)
        reading = re.compile(r"\w+:(Get|List|Describe)")
        assert all(reading.match(action) for it in planned.values() for action in it["Action"])


def _paths(statement: dict[str, Any]) -> list[str]:
    return [arn.rpartition(":::")[2] for arn in statement["Resource"]]


def test_keys_are_named_when_they_are_known() -> None:
    brought = sids("deployer", "regions-policy-kms", "keys")
    assert brought["UseKeys"]["Resource"] == brought["ReadKeys"]["Resource"]
    assert all("*" not in arn for arn in brought["UseKeys"]["Resource"])
    assert "CreateKeys" not in brought
    created = sids("deployer", "regions-policy-kms", "created")
    assert created["UseKeys"]["Resource"] == [
        "arn:aws:kms:eu-west-1:123456789012:key/*",
        "arn:aws:kms:us-east-1:123456789012:key/*",
    ]


def test_only_statements_called_deletion_take_vectors_away() -> None:
    fatal = {"s3vectors:DeleteVectorBucket", "s3vectors:DeleteIndex", "kms:ScheduleKeyDeletion"}
    for sid, statement in sids("deployer", "regions-policy-kms", "created").items():
        assert bool(fatal & set(statement["Action"])) is sid.startswith("Deletion")
        assert all("*" not in action for action in statement["Action"])


def test_keys_are_read_only_of_what_is_being_replaced() -> None:
    found = document("deployer", "prod", CASES / "environments" / "valid" / "retired")
    statements = {statement["Sid"]: statement for statement in found["Statement"]}
    home = "arn:aws:s3vectors:eu-west-1:123456789012:bucket/search-documents-prod/index/"
    listed = [arn.removeprefix(home) for arn in statements["ListRetiredIndexes"]["Resource"] if home in arn]
    assert listed == ["empty", "never", "new", "other-keys", "same-keys"]  # of `new`, vectors are counted
    looked_up = statements["FindKeysInSuccessors"]
    assert (looked_up["Action"], len(looked_up["Resource"])) == (["s3vectors:GetVectors"], 2)
    others = sids("deployer", "regions-policy-kms", "created")
    assert "ListRetiredIndexes" not in others and "FindKeysInSuccessors" not in others
