"""Who a Deny locks out, in every form that IAM's policy language has."""

from __future__ import annotations

from typing import Any

import pytest

from vectorform.desired.lockout import NEEDED, Account, locked_out

OWN = "arn:aws:s3vectors:eu-west-1:111122223333:bucket/docs"
INDEX = f"{OWN}/index/pages"
ROLE = "arn:aws:iam::111122223333:role/"
ACCOUNT = Account("111122223333", "aws", "eu-west-1", "kb", applications=(f"{ROLE}kb-app-dev",))
ADMINISTERED = Account("111122223333", "aws", "eu-west-1", "kb", (f"{ROLE}admin", f"{ROLE}other"))
ROOT = "arn:aws:iam::111122223333:root"


def deny(**elements: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3vectors:*",
        "Resource": [OWN, f"{OWN}/index/*"],
    }
    for absent, present in (
        ("Principal", "NotPrincipal"),
        ("Action", "NotAction"),
        ("Resource", "NotResource"),
    ):
        if present in elements:
            del statement[absent]
    return {**statement, **elements}


def unless(operator: str, key: str, *values: str) -> dict[str, Any]:
    return deny(Condition={operator: {key: list(values)}})


LOCKS_OUT = {
    "everything": deny(),
    "all but queries": deny(NotAction="s3vectors:Query*"),
    "all but reading": deny(NotAction=["s3vectors:Get*", "s3vectors:List*"]),
    "any policy": deny(Action="S3VECTORS:*policy"),
    "a letter": deny(Action="s3vectors:P*"),
    "one letter": deny(Action="s3vectors:?utVectorBucketPolicy"),
    "all resources": deny(Action="s3vectors:GetVectorBucket", Resource="*"),
    "all but another resource": deny(NotResource=["arn:aws:s3vectors:eu-west-1:111122223333:bucket/other"]),
    "an index that cannot be read": deny(Action="s3vectors:GetIndex", Resource=INDEX),
    "the account's id": deny(Principal={"AWS": "111122223333"}),
    "the account's root": deny(Principal={"AWS": ["444455556666", ROOT]}),
    "all but another account": deny(NotPrincipal={"AWS": "arn:aws:iam::444455556666:root"}),
    "all but a role without its account": deny(NotPrincipal={"AWS": f"{ROLE}deployer"}),
    "all but an application": deny(NotPrincipal={"AWS": [ROOT, f"{ROLE}kb-app-dev"]}),
    "all but a session": unless(
        "ArnNotLike", "aws:PrincipalArn", "arn:aws:sts::111122223333:assumed-role/x/y"
    ),
    "all but sessions": unless("StringNotLike", "aws:PrincipalArn", "arn:aws:sts::*:assumed-role/*"),
    "all but foreign roles": unless("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::444455556666:role/admin"),
    "all but a service's role": unless(
        "ArnNotLike", "aws:PrincipalArn", f"{ROLE}service-role/AmazonBedrock_1"
    ),
    "all but the project's": unless("StringNotLike", "aws:principalarn", f"{ROLE}kb-*"),
    "all but what matches an application": unless("StringNotLike", "aws:PrincipalArn", f"{ROLE}*-app-dev"),
    "all who have an ARN": unless("Null", "aws:PrincipalArn", "false"),
    "all whom no service calls for": unless("Null", "aws:SourceArn", "true"),
    "all without a source": unless("StringNotEquals", "aws:SourceAccount", "111122223333"),
    "all without a source, if exists": unless("ArnLikeIfExists", "aws:SourceArn", "arn:aws:s3:*:*:*"),
    "all without a source, for all values": unless("ForAllValues:StringEquals", "aws:SourceOrgPaths", "o/*"),
    "everybody in the account": unless("StringEquals", "aws:PrincipalAccount", "111122223333"),
    "everybody by ARN": unless("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/*"),
    "everybody who uses TLS": unless("Bool", "aws:SecureTransport", "true"),
    "another region": unless("StringNotEquals", "aws:RequestedRegion", "us-east-1"),
    "a network": unless("NotIpAddress", "aws:SourceIp", "203.0.113.0/24"),
    "no second factor": unless("BoolIfExists", "aws:MultiFactorAuthPresent", "false"),
    "all but a pattern that is compared as text": unless("StringNotEquals", "aws:PrincipalArn", f"{ROLE}*"),
    "the same in any case": unless("StringNotEqualsIgnoreCase", "aws:PrincipalArn", f"{ROLE}admin-?"),
    "all but an account by a pattern as text": unless("StringNotEquals", "aws:PrincipalAccount", "1111*"),
    "every network": unless("IpAddress", "aws:SourceIp", "203.0.113.0/24", "0.0.0.0/0"),
    "who may have no tag": unless("StringEqualsIfExists", "aws:PrincipalTag/team", "guests"),
    "new sessions": unless("DateGreaterThan", "aws:TokenIssueTime", "2026-01-31T00:00:00Z"),
    "old keys of another service": unless("NumericLessThanIfExists", "s3:TlsVersion", "1.2"),
    "a tag": unless("StringNotEquals", "aws:PrincipalTag/team", "platform"),
}
LETS_IN = {
    "an allow": {**deny(), "Effect": "Allow"},
    "vectors": deny(Action=["s3vectors:*Vectors", "s3vectors:DeleteVectorBucketPolicy"]),
    "reading is excepted": deny(
        NotAction=["s3vectors:Get*", "s3vectors:List*", "s3vectors:PutVectorBucketPolicy"]
    ),
    "another bucket": deny(Resource=f"{OWN}-2"),
    "all but this bucket": deny(NotResource=[OWN, f"{OWN}/*"]),
    "another account": deny(Principal={"AWS": ["444455556666", "arn:aws:iam::444455556666:root"]}),
    "one role": deny(Principal={"AWS": f"{ROLE}intern"}),
    "a service": deny(Principal={"Service": "bedrock.amazonaws.com"}),
    "all but a role and its account": deny(NotPrincipal={"AWS": [ROOT, f"{ROLE}deployer"]}),
    "a deployer": unless("ArnNotEquals", "aws:PrincipalArn", f"{ROLE}kb-*", f"{ROLE}deployer"),
    "a deployer of the project": unless("ArnNotEquals", "aws:PrincipalArn", f"{ROLE}kb-deployer"),
    "any role of the account": unless("ArnNotLike", "aws:PrincipalArn", f"{ROLE}*"),
    "the root user": unless("ArnNotEquals", "aws:PrincipalArn", ROOT),
    "single sign-on": unless(
        "StringNotLike", "aws:PrincipalArn", f"{ROLE}aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_A*"
    ),
    "a user": unless("StringNotEqualsIgnoreCase", "aws:PrincipalArn", "arn:aws:iam::111122223333:user/ops"),
    "a pattern of text": unless("StringNotLike", "aws:PrincipalArn", "*role/deployer"),
    "by id": unless("StringNotLike", "aws:userid", "AROAEXAMPLEID:*"),
    "the organization": unless("StringNotEqualsIfExists", "aws:PrincipalOrgID", "o-abc"),
    "the account": unless("StringNotEquals", "aws:PrincipalAccount", "111122223333"),
    "interns": unless("ArnLike", "aws:PrincipalArn", f"{ROLE}intern-*"),
    "who is called by services": unless("StringEquals", "aws:SourceAccount", "111122223333"),
    "any value of what is absent": unless("ForAnyValue:StringNotEquals", "aws:SourceOrgPaths", "o/*"),
    "a pattern that is compared as text": unless("StringEquals", "aws:PrincipalArn", f"{ROLE}*"),
    "a blocked network": unless("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    "a blocked endpoint": unless("StringEquals", "aws:SourceVpce", "vpce-0a1b2c3d"),
    "a tag of quarantine": unless("StringEquals", "aws:PrincipalTag/quarantined", "true"),
    "sessions before a day": unless("DateLessThan", "aws:TokenIssueTime", "2026-01-31T00:00:00Z"),
    "a key of another service": unless("NumericLessThan", "s3:TlsVersion", "1.2"),
    "a user by id": unless("StringLike", "aws:userid", "AIDAEXAMPLE"),
    "plain text": unless("Bool", "aws:SecureTransport", "false"),
    "this region": unless("StringNotEquals", "aws:RequestedRegion", "eu-west-1"),
    "who has no ARN": unless("Null", "aws:PrincipalArn", "true"),
}


@pytest.mark.parametrize("statement", LOCKS_OUT.values(), ids=LOCKS_OUT)
def test_the_account_is_locked_out(statement: dict[str, Any]) -> None:
    assert locked_out(statement, ACCOUNT, OWN, [INDEX])


@pytest.mark.parametrize("statement", LETS_IN.values(), ids=LETS_IN)
def test_the_account_is_not_locked_out(statement: dict[str, Any]) -> None:
    assert locked_out(statement, ACCOUNT, OWN, [INDEX]) == []


def test_one_test_that_excepts_is_enough() -> None:
    condition = {
        "StringNotEquals": {"aws:SourceVpce": "vpce-1"},
        "ArnNotLike": {"aws:PrincipalArn": f"{ROLE}ci"},
    }
    assert locked_out(deny(Condition=condition), ACCOUNT, OWN) == []


def test_where_administrators_are_named_one_of_them_is_excepted() -> None:
    assert locked_out(unless("ArnNotLike", "aws:PrincipalArn", f"{ROLE}deployer"), ADMINISTERED, OWN) == list(
        NEEDED
    )
    assert locked_out(unless("ArnNotLike", "aws:PrincipalArn", f"{ROLE}adm*"), ADMINISTERED, OWN) == []
    assert locked_out(deny(Principal={"AWS": [f"{ROLE}admin", f"{ROLE}other"]}), ADMINISTERED, OWN)
    assert locked_out(deny(Principal={"AWS": f"{ROLE}admin"}), ADMINISTERED, OWN) == []
