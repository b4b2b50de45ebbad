"""boto3, from an empty bucket to tenants by session tag; with the oldest version that has S3 Vectors, too."""

from __future__ import annotations

import json
import os
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

session = boto3.Session(region_name="us-east-1")
s3vectors, iam, sts = (session.client(name) for name in ("s3vectors", "iam", "sts"))
s3vectors.create_vector_bucket(vectorBucketName="boto3")
for tenant in ("one", "two"):
    s3vectors.create_index(
        vectorBucketName="boto3",
        indexName=f"tenant-{tenant}",
        dataType="float32",
        dimension=2,
        distanceMetric="euclidean",
        metadataConfiguration={"nonFilterableMetadataKeys": ["text"]},
    )
index = {"vectorBucketName": "boto3", "indexName": "tenant-one"}
vectors = [
    {"key": f"k{i}", "data": {"float32": [1.0, float(i)]}, "metadata": {"n": i, "tags": ["a", "b"]}}
    for i in range(40)
]
s3vectors.put_vectors(**index, vectors=vectors)
pages = s3vectors.get_paginator("list_vectors").paginate(**index, maxResults=7)
assert [v["key"] for page in pages for v in page["vectors"]] == [v["key"] for v in vectors]
parts = [s3vectors.list_vectors(**index, segmentCount=4, segmentIndex=i)["vectors"] for i in range(4)]
assert sorted(v["key"] for part in parts for v in part) == sorted(v["key"] for v in vectors)
found = s3vectors.query_vectors(
    **index,
    topK=3,
    queryVector={"float32": [1.0, 0.0]},
    filter={"$and": [{"n": {"$gte": 2}}, {"tags": "a"}]},
    returnDistance=True,
    returnMetadata=True,
)["vectors"]
assert [v["key"] for v in found] == ["k2", "k3", "k4"], found
assert found[0]["metadata"] == {"n": 2, "tags": ["a", "b"]}


def refusal(call: object, **request: object) -> tuple[str, str]:
    try:
        call(**request)  # type: ignore[operator]
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    raise AssertionError("not refused")


def put(key: str, metadata: object) -> tuple[str, str]:
    vector = {"key": key, "data": {"float32": [1.0, 1.0]}, "metadata": metadata}
    return refusal(s3vectors.put_vectors, **index, vectors=[vector])


prefix = "Invalid record for key 'k': "
assert put("k", {"a": []}) == ("ValidationException", prefix + "Empty arrays are not allowed in metadata")
assert put("k", {"a": [1, "b"]})[1] == prefix + "Metadata array values must be strings or numbers"
assert put("é" * 513, {})[1] == "Record key length exceeds the maximum allowed"
assert put("k", {"a": float("nan")})[0] == "SerializationException"
assert s3vectors.get_vectors(**index, keys=["k"])["vectors"] == []

statements = [{"Effect": "Allow", "Principal": {"AWS": sts.get_caller_identity()["Arn"]}}]
statements[0]["Action"] = ["sts:AssumeRole", "sts:TagSession"]
trust = json.dumps({"Version": "2012-10-17", "Statement": statements})
role = iam.create_role(RoleName="tenant", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
resource = "arn:aws:s3vectors:us-east-1:*:bucket/boto3/index/tenant-${aws:PrincipalTag/tenant}"
statement = {"Effect": "Allow", "Action": "s3vectors:*", "Resource": resource}
policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
iam.put_role_policy(RoleName="tenant", PolicyName="own", PolicyDocument=policy)
credentials = sts.assume_role(RoleArn=role, RoleSessionName="app", Tags=[{"Key": "tenant", "Value": "one"}])[
    "Credentials"
]
tenant = boto3.client(
    "s3vectors",
    region_name="us-east-1",
    aws_access_key_id=credentials["AccessKeyId"],
    aws_secret_access_key=credentials["SecretAccessKey"],
    aws_session_token=credentials["SessionToken"],
)
assert len(tenant.list_vectors(**index)["vectors"]) == 40
other = {"vectorBucketName": "boto3", "indexName": "tenant-two"}
assert refusal(tenant.list_vectors, **other)[0] == "AccessDeniedException"
temporary = sts.get_session_token()["Credentials"]
same = boto3.client(
    "s3vectors",
    region_name="us-east-1",
    aws_access_key_id=temporary["AccessKeyId"],
    aws_secret_access_key=temporary["SecretAccessKey"],
    aws_session_token=temporary["SessionToken"],
)
assert same.get_index(**index)["index"]["dimension"] == 2

# The clock of the service is an hour ahead: boto3 keeps to its own and does not try again, in every mode.
faults = f"{os.environ['AWS_ENDPOINT_URL']}/_local/faults"
urllib.request.urlopen(faults, b'[{"kind": "skew"}]', timeout=30).close()
for mode in ("legacy", "standard", "adaptive"):
    client = session.client("s3vectors", config=Config(retries={"mode": mode}))
    try:
        client.get_index(**index)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "InvalidSignatureException"
        assert error.response["ResponseMetadata"]["RetryAttempts"] == 0
    else:
        raise AssertionError("the clock was corrected")
