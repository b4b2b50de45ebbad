"""What exists in a local AWS, as its own API tells it: vector buckets with all in them, keys, IAM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3vectors_local.process import LocalAws
from vectorform.desired import kinds
from vectorform.desired.attributes import ABSENT, ENCRYPTION, INDEX, KNOWLEDGE_BASE, REGION, VECTOR_BUCKET
from vectorform.desired.model import Environment
from vectorform.desired.search_settings import texts_searched
from vectorform.rehearsal import caller
from vectorform.rehearsal.beforehand import named

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3vectors import S3VectorsClient


# Of an index.
_SHOWN = ("dimension", "distance_metric", "non_filterable_metadata_keys")


@dataclass(frozen=True)
class Existing:
    """One thing that exists, with what a person would ask about it."""

    kind: str
    region: str
    name: str
    detail: str


def existing(environment: Environment, aws: LocalAws) -> list[Existing]:
    """Everything of S3 Vectors and KMS in the environment's regions, and of IAM what is not others'."""
    session = caller.session(environment, aws)
    found: list[Existing] = []
    for region in environment.regions:
        client = session.client("s3vectors", region_name=region.name, endpoint_url=aws.endpoint)
        found.extend(_vector_buckets(client, region.name))
        kms = session.client("kms", region_name=region.name, endpoint_url=aws.endpoint)
        found.extend(_keys(kms, region.name))
        if region.knowledge_bases:
            agent = session.client("bedrock-agent", region_name=region.name, endpoint_url=aws.endpoint)
            found.extend(_knowledge_bases(agent, region.name))
    others = {thing.arn for thing in named(environment)}
    iam = session.client("iam", region_name=environment.home.name, endpoint_url=aws.endpoint)
    for page in iam.get_paginator("list_policies").paginate(Scope="Local"):
        found.extend(
            Existing(kinds.IAM_POLICY.noun, "", policy["PolicyName"], policy["Arn"])
            for policy in page["Policies"]
            if policy["Arn"] not in others
        )
    for roles in iam.get_paginator("list_roles").paginate():
        found.extend(
            Existing(kinds.IAM_ROLE.noun, "", role["RoleName"], role["Arn"])
            for role in roles["Roles"]
            if role["Arn"] not in others
        )
    return found


def _vector_buckets(client: S3VectorsClient, region: str) -> Iterator[Existing]:
    for page in client.get_paginator("list_vector_buckets").paginate():
        for bucket in page["vectorBuckets"]:
            name = bucket["vectorBucketName"]
            answer = client.get_vector_bucket(vectorBucketName=name)["vectorBucket"]
            encryption: Any = answer.get(VECTOR_BUCKET["encryption"].answer, {})
            detail = encryption.get(ENCRYPTION["sse_type"].answer, "")
            yield Existing(kinds.VECTOR_BUCKET.noun, region, name, detail)
            yield from _bucket_policy(client, region, name)
            yield from _indexes(client, region, name)


def _knowledge_bases(client: Any, region: str) -> Iterator[Existing]:
    for page in client.get_paginator("list_knowledge_bases").paginate():
        for base in page[REGION["knowledge_bases"].answer]:
            identity = base["knowledgeBaseId"]
            yield Existing(kinds.KNOWLEDGE_BASE.noun, region, base["name"], identity)
            for sources in client.get_paginator("list_data_sources").paginate(knowledgeBaseId=identity):
                for source in sources[KNOWLEDGE_BASE["data_sources"].answer]:
                    name = f"{base['name']}/{source['name']}"
                    yield Existing(kinds.DATA_SOURCE.noun, region, name, source["dataSourceId"])


def _bucket_policy(client: S3VectorsClient, region: str, bucket: str) -> Iterator[Existing]:
    try:
        policy = client.get_vector_bucket_policy(vectorBucketName=bucket)["policy"]
    except client.exceptions.NotFoundException:
        return
    statements = [statement.get("Sid", statement["Effect"]) for statement in json.loads(policy)["Statement"]]
    yield Existing(kinds.VECTOR_BUCKET_POLICY.noun, region, bucket, ", ".join(statements))


def _keys(client: KMSClient, region: str) -> Iterator[Existing]:
    """The keys that have an alias of their owner's."""
    for page in client.get_paginator("list_aliases").paginate():
        for alias in page["Aliases"]:
            if "TargetKeyId" in alias and not alias["AliasName"].startswith("alias/aws/"):
                yield Existing(kinds.KMS_KEY.noun, region, alias["AliasName"], alias["TargetKeyId"])


def _indexes(client: S3VectorsClient, region: str, bucket: str) -> Iterator[Existing]:
    for page in client.get_paginator("list_indexes").paginate(vectorBucketName=bucket):
        for summary in page["indexes"]:
            index = client.get_index(vectorBucketName=bucket, indexName=summary["indexName"])["index"]
            dimension, metric, keys = (INDEX[field].found_in(index) for field in _SHOWN)
            detail = f"{dimension} dimensions, {metric}"
            if keys:
                detail += f", non-filterable: {', '.join(keys)}"
            searched = INDEX["text_search"].found_in(index)
            if texts := texts_searched([] if searched is ABSENT else searched):
                detail += f", text search: {', '.join(f'{key} ({how})' for key, how in texts.items())}"
            yield Existing(kinds.INDEX.noun, region, f"{bucket}/{summary['indexName']}", detail)
