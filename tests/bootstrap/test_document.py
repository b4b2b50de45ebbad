"""What comes before the first deploy: whole, of one account, and within IAM's limits."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.cli.terminal import run
from tests.paths import CASES, ROOT
from vectorform import language
from vectorform.bootstrap.document import bootstrap
from vectorform.desired.model import Provider
from vectorform.desired.permissions import deployer
from vectorform.desired.pipeline import ROLES
from vectorform.desired.service_limits import MAX_MANAGED_POLICY
from vectorform.errors import UserError

IN_S3 = language.load("in-s3", CASES / "stacks" / "backends")
LARGE = language.load("created", CASES / "stacks" / "regions-policy-kms")


def resources(*environments: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = bootstrap(environments, "org/repo")["resource"]
    return found


def test_a_state_bucket_is_versioned_encrypted_and_of_nobody_else() -> None:
    found = resources(IN_S3)
    (bucket,) = found["aws_s3_bucket"].values()
    place = IN_S3.home.backend_settings
    assert (bucket["bucket"], bucket["region"]) == (place["bucket"], place["region"])
    assert bucket["lifecycle"] == {"prevent_destroy": True}
    assert found["aws_s3_bucket_versioning"]["state"]["versioning_configuration"] == {"status": "Enabled"}
    blocked = found["aws_s3_bucket_public_access_block"]["state"]
    assert [value for key, value in blocked.items() if key not in ("bucket", "region")] == [True] * 4
    assert "aws_s3_bucket_server_side_encryption_configuration" in found
    (statement,) = json.loads(found["aws_s3_bucket_policy"]["state"]["policy"])["Statement"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_environments_share_their_bucket_and_the_provider_and_have_roles_of_their_own() -> None:
    other = replace(IN_S3, name="other")
    found = resources(IN_S3, other)
    assert len(found["aws_s3_bucket"]) == len(found["aws_iam_openid_connect_provider"]) == 1
    assert len({role["name"] for role in found["aws_iam_role"].values()}) == 2 * len(ROLES)
    assert len({role["assume_role_policy"] for role in found["aws_iam_role"].values()}) == 2 * len(ROLES)


def test_without_state_in_s3_there_is_no_bucket() -> None:
    assert not any(type_.startswith("aws_s3") for type_ in resources(language.load("dev", ROOT)))


def test_a_policy_is_cut_between_statements_and_nothing_of_it_is_lost() -> None:
    found = resources(LARGE)
    parts = {name: it["policy"] for name, it in found["aws_iam_policy"].items() if "deployer" in name}
    assert len(parts) > 1 or len(json.dumps(deployer(LARGE))) < MAX_MANAGED_POLICY * 1.2
    assert all(len(part) <= MAX_MANAGED_POLICY for part in parts.values())
    statements = [it for part in parts.values() for it in json.loads(part)["Statement"]]
    assert statements == deployer(LARGE)["Statement"]
    attached = found["aws_iam_role_policy_attachment"]
    assert set(parts) <= set(attached)


def test_a_statement_of_many_buckets_is_cut_too() -> None:
    (bucket, *_) = LARGE.home.vector_buckets
    many = tuple(replace(bucket, key=f"k{n}", name=f"bucket-{n:050}") for n in range(100))
    home = replace(LARGE.home, vector_buckets=many)
    found = resources(replace(LARGE, regions=(home,)))["aws_iam_policy"]
    assert max(len(it["policy"]) for it in found.values()) <= MAX_MANAGED_POLICY


def test_the_pipeline_assumes_a_role_that_is_there_already() -> None:
    role = f"arn:aws:iam::{IN_S3.account_id}:role/platform/deployer"
    found = resources(replace(IN_S3, provider=Provider(assume_role=role)))
    own = {name: json.loads(it["policy"]) for name, it in found["aws_iam_policy"].items()}
    sids = {name: {s["Sid"] for s in policy["Statement"]} for name, policy in own.items()}
    assert sids["verifier_in-s3_1"] == {"AssumeRoles"}
    assert {"AssumeRoles", "KeepState"} <= sids["deployer_in-s3_1"] and len(found["aws_iam_role"]) == 3
    assert "WriteVectorBuckets" in sids["role_in-s3_1"]
    assert found["aws_iam_role_policy_attachment"]["role_in-s3_1"]["role"] == "deployer"


def test_a_state_of_another_account_has_its_bucket_there() -> None:
    (desired,) = [language.load("in-s3-of-another", CASES / "stacks" / "backends")]
    found = resources(desired)
    assert not any(type_.startswith("aws_s3") for type_ in found)
    policy = json.loads(found["aws_iam_policy"]["deployer_in-s3-of-another_1"]["policy"])
    assert policy["Statement"][0]["Resource"] == ["arn:aws:iam::210987654321:role/states"]


def test_a_state_bucket_has_the_key_of_the_state() -> None:
    key = f"arn:aws:kms:eu-west-1:{IN_S3.account_id}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    regions = tuple(
        replace(region, backend_settings={**region.backend_settings, "kms_key_id": key})
        for region in IN_S3.regions
    )
    (encryption,) = resources(replace(IN_S3, regions=regions))[
        "aws_s3_bucket_server_side_encryption_configuration"
    ].values()
    (rule,) = encryption["rule"]
    assert rule["bucket_key_enabled"] is True
    assert rule["apply_server_side_encryption_by_default"]["kms_master_key_id"] == key


def test_several_accounts_are_refused() -> None:
    with pytest.raises(UserError, match="several accounts"):
        resources(IN_S3, replace(IN_S3, name="b", account_id="999999999999"))


def test_the_command() -> None:
    done = run(ROOT, "bootstrap", "dev", "--github", "org/repo")
    assert done.returncode == 0, done.stderr
    assert set(json.loads(done.stdout)["output"]) == {"planner_dev", "deployer_dev", "verifier_dev"}
    refused = run(ROOT, "bootstrap", "dev", "--github", "org")
    assert (refused.returncode, refused.stdout) == (2, "") and "neither ORG/REPO" in refused.stderr
