"""The statement of a bucket's policy that denies everybody who comes from elsewhere than its VPC endpoints.

Source: S3 User Guide, "Controlling access from VPC endpoints with bucket policies"; IAM User Guide, "AWS
global condition context keys": aws:SourceVpce, aws:SourceVpc, aws:PrincipalIsAWSService, aws:ViaAWSService.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectorform.desired.arns import bucket_arn
from vectorform.desired.model import Environment, Region, VectorBucket

ACCESS_FROM_SID = "AccessFrom"


def access_from(environment: Environment, region: Region, bucket: VectorBucket) -> Iterator[dict[str, Any]]:
    """The statement, where the bucket has `access_from`.

    All tests have to hold for it to deny. Those with Not hold where a request has no such key: it came
    through no endpoint, or from a service and no role. The actions of the control plane are denied too,
    since with them one would let oneself in.
    """
    if bucket.access_from is None:
        return
    places = {
        "aws:SourceVpc": list(bucket.access_from.vpcs),
        "aws:SourceVpce": list(bucket.access_from.vpc_endpoints),
    }
    conditions: dict[str, Any] = {
        "StringNotEquals": {key: ids for key, ids in places.items() if ids},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false"},
    }
    if excepted := let_in(environment, bucket):
        conditions["ArnNotLikeIfExists"] = {"aws:PrincipalArn": excepted}
    own = bucket_arn(environment, region, bucket)
    yield {
        "Sid": ACCESS_FROM_SID,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3vectors:*",
        "Resource": [own, f"{own}/index/*"],
        "Condition": conditions,
    }


def let_in(environment: Environment, bucket: VectorBucket) -> list[str]:
    """The ARNs of who reaches the bucket from anywhere: who deploys, who lifts protections, who is named."""
    deployer = environment.provider.assume_role
    named = bucket.access_from.excepted if bucket.access_from else ()
    return sorted({*([deployer] if deployer else ()), *environment.protection_lifted_by, *named})
