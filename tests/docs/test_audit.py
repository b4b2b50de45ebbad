"""The page on audit names every statement that vectorform writes into policies."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.paths import CASES, ROOT
from vectorform import language
from vectorform.desired.model import Encryption, Environment
from vectorform.desired.policies import access_policy, bucket_policy, role_policy

PAGE = (ROOT / "docs" / "how-to" / "audit.md").read_text(encoding="utf-8")
CASE = CASES / "environments" / "valid"


def environments() -> list[Environment]:
    """Every kind of environment that the cases have, and one whose bucket policy names a role, under keys."""
    found = [
        report.environment
        for case in sorted(CASE.iterdir())
        for report in language.check_all(case)
        if report.environment is not None
    ]
    who = language.load("dev", CASE / "who-may")
    key = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    for encryption in (Encryption("aws:kms", create_key=True), Encryption("aws:kms", key)):
        regions = tuple(
            replace(
                region,
                vector_buckets=tuple(replace(b, encryption=encryption) for b in region.vector_buckets),
            )
            for region in who.regions
        )
        found.append(replace(who, regions=regions))
    return found


def test_every_statement_is_on_the_page() -> None:
    written: set[str] = set()
    own: set[str] = set()
    for environment in environments():
        documents = [
            bucket_policy(environment, region, bucket)
            for region in environment.regions
            for bucket in region.vector_buckets
        ]
        documents += [access_policy(environment, access) for access in environment.access]
        documents += [role_policy(environment, access) for access in environment.access]
        written |= {s["Sid"] for document in documents for s in document["Statement"] if "Sid" in s}
        for bucket in (b for region in environment.regions for b in region.vector_buckets):
            own |= {f"{s.sid}{end}" for s in bucket.policy_statements if s.sid for end in ("", "Roles")}
        own |= {
            s.sid for access in environment.access if access.role for s in access.role.statements if s.sid
        }
    derived = {re.sub(r"\d+\Z", "", sid) for sid in written - own}
    assert {"BucketPolicies", "AssumeRoles", "EncryptionKeysOfBucketPolicies"} <= derived
    missing = sorted(sid for sid in derived if f"`{sid}`" not in PAGE)
    assert not missing, ", ".join(missing)
