"""What an environment names and does not make: the rehearsal makes it in the local AWS before the deploy.

In the account these things exist already and are somebody else's. Their contents are not known, so a managed
policy of others grants nothing here, and a permissions boundary takes nothing away.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import boto3
from botocore.exceptions import ClientError

from s3vectors_local.process import LocalAws
from vectorform.desired.arns import partition
from vectorform.desired.model import Environment, Oidc, Role

# GetCallerIdentity needs no permission (STS API Reference), so this grants nothing.
_NOTHING = {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"}
_THERE_ALREADY = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists", "EntityAlreadyExists")
_EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


@dataclass(frozen=True, slots=True)
class Named:
    """A resource of somebody else in the account. `detail` says what the one of the rehearsal is like."""

    kind: str
    arn: str
    detail: str
    make: Callable[[Any], object] = field(compare=False)
    service: Literal["iam", "s3"] = "iam"
    region: str | None = None


def named(environment: Environment) -> list[Named]:
    """What roles need in IAM besides themselves, and the buckets of documents; each once."""
    roles = [access.role for access in environment.access if access.role]
    found = [
        *_deployer(environment),
        *_boundaries(environment, roles),
        *_policies(environment, roles),
        *_providers(environment, roles),
        *_buckets(environment),
    ]
    return list({thing.arn: thing for thing in reversed(found)}.values())[::-1]


def make(environment: Environment, aws: LocalAws) -> list[Named]:
    """Make what is named, where it is not there already; all of it."""
    things = named(environment)
    keys = aws.environment()
    for thing in things:
        client = boto3.client(
            thing.service,
            region_name=thing.region or environment.home.name,
            endpoint_url=aws.endpoint,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        )
        try:
            thing.make(client)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _THERE_ALREADY:
                raise
    return things


def older_vector_buckets(environment: Environment) -> list[str]:
    """The names of vector buckets that have CLASSIC somewhere: in the account they are as old as it needs."""
    return sorted(
        {
            bucket.name
            for region in environment.regions
            for bucket in region.vector_buckets
            if "CLASSIC" in (bucket.default_index_mode, *(index.index_mode for index in bucket.indexes))
        }
    )


def _deployer(environment: Environment) -> Iterator[Named]:
    """The role that Terraform and the verifier assume. What it may do in the account is not known here."""
    arn = environment.provider.assume_role
    if not arn or arn.split(":")[4:5] != [environment.account_id]:
        return
    path, _, name = arn.partition(":role")[2].rpartition("/")
    root = f"arn:{partition(environment.home.name)}:iam::{environment.account_id}:root"
    trust = {"Effect": "Allow", "Principal": {"AWS": root}, "Action": "sts:AssumeRole"}

    def make(iam: Any) -> None:
        iam.create_role(RoleName=name, Path=f"{path}/", AssumeRolePolicyDocument=_document(trust))
        iam.put_role_policy(RoleName=name, PolicyName="rehearsal", PolicyDocument=_document(_EVERYTHING))

    yield Named("IAM role", arn, "it deploys, and may do everything", make)


def _document(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


def _boundaries(environment: Environment, roles: list[Role]) -> Iterator[Named]:
    for role in roles:
        if role.permissions_boundary:
            detail = "a boundary that allows everything"
            yield from _policy(environment, role.permissions_boundary, detail, _EVERYTHING)


def _policies(environment: Environment, roles: list[Role]) -> Iterator[Named]:
    for role in roles:
        for arn in role.managed_policies:
            yield from _policy(environment, arn, "it grants nothing", _NOTHING)


def _policy(environment: Environment, arn: str, detail: str, statement: Mapping[str, Any]) -> Iterator[Named]:
    """A managed policy of the account; AWS's own are there."""
    account, _, resource = arn.partition(":iam::")[2].partition(":")
    if account != environment.account_id or not resource.startswith("policy/"):
        return
    path, _, name = resource.removeprefix("policy").rpartition("/")
    document = _document(statement)
    yield Named(
        "IAM policy",
        arn,
        detail,
        lambda iam: iam.create_policy(PolicyName=name, Path=f"{path}/", PolicyDocument=document),
    )


def _providers(environment: Environment, roles: list[Role]) -> Iterator[Named]:
    audiences: dict[str, dict[str, None]] = {}
    for oidc in _oidc(roles):
        audiences.setdefault(oidc.provider, {}).update(dict.fromkeys(oidc.audiences))
    for provider, clients in audiences.items():
        iam = f"arn:{partition(environment.home.name)}:iam::{environment.account_id}"
        yield Named(
            "OIDC provider",
            f"{iam}:oidc-provider/{provider}",
            f"for {', '.join(clients)}",
            _maker(f"https://{provider}", list(clients)),
        )


def _maker(url: str, clients: list[str]) -> Callable[[Any], object]:
    return lambda iam: iam.create_open_id_connect_provider(Url=url, ClientIDList=clients)


def _oidc(roles: list[Role]) -> Iterator[Oidc]:
    for role in roles:
        if role.oidc:
            yield role.oidc


def _buckets(environment: Environment) -> Iterator[Named]:
    """Where knowledge bases find documents and keep images."""
    for region in environment.regions:
        for of in region.knowledge_bases:
            arns = [source.bucket_arn for source in of.data_sources]
            if of.supplemental_storage:
                name = of.supplemental_storage.removeprefix("s3://").partition("/")[0]
                arns.append(f"arn:{partition(region.name)}:s3:::{name}")
            for arn in arns:
                yield Named(
                    "bucket", arn, "without documents", _bucket_maker(arn, region.name), "s3", region.name
                )


def _bucket_maker(arn: str, region: str) -> Callable[[Any], object]:
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    return lambda s3: s3.create_bucket(Bucket=arn.rpartition(":")[2], **where)
