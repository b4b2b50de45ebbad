"""Who deploys in a rehearsal: the root user of the local account, or the role that `provider` assumes."""

from __future__ import annotations

from typing import Any

import boto3

from s3vectors_local.process import LocalAws
from vectorform.desired.arns import partition
from vectorform.desired.model import Environment
from vectorform.desired.policies import let_in
from vectorform.desired.wildcards import arn_matches
from vectorform.errors import UserError


def session(environment: Environment, aws: LocalAws) -> boto3.Session:
    """Calls as who deploys: the policy of a vector bucket may shut out everybody else."""
    keys = aws.environment()
    root = boto3.Session(
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"], aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"]
    )
    by = environment.provider
    if by.assume_role is None:
        return root
    sts: Any = root.client("sts", region_name=environment.home.name, endpoint_url=aws.endpoint)
    presented = {"ExternalId": by.external_id} if by.external_id else {}
    given = sts.assume_role(RoleArn=by.assume_role, RoleSessionName="rehearsal", **presented)["Credentials"]
    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def refuse_shut_out(environment: Environment) -> None:
    """Raises UserError where `access_from` would let nobody in who deploys in a rehearsal."""
    if environment.provider.assume_role is not None:
        return
    root = f"arn:{partition(environment.home.name)}:iam::{environment.account_id}:root"
    for region in environment.regions:
        for bucket in region.vector_buckets:
            excepted = let_in(environment, region, bucket)
            if bucket.access_from is not None and not any(arn_matches(pattern, root) for pattern in excepted):
                raise UserError(
                    f"{bucket.key}: a rehearsal deploys as {root}, which access_from shuts out: name the "
                    "role that deploys, provider: {assume_role: its ARN}, and the rehearsal creates that role"
                )
