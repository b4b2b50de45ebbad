"""The bucket of an S3 backend: is it there, in its region, and does it keep versions?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectorform.check import Check
from vectorform.state.s3.refusals import refused

_VERSIONS = "aws s3api put-bucket-versioning --bucket {} --versioning-configuration Status=Enabled"


def bucket_checks(client: Any, bucket: str, region: str) -> Iterator[Check]:
    """The bucket, which comes first, then its versioning. `region` is where the configuration has it."""
    from botocore.exceptions import ClientError

    try:
        found = client.head_bucket(Bucket=bucket).get("BucketRegion") or region
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == 404:
            fix = f"aws s3 mb s3://{bucket} --region {region}"
            yield Check("wrong", f"the bucket {bucket} does not exist", fix)
        else:
            yield refused(error, f"allow the caller s3:ListBucket on {bucket}", f"the bucket {bucket}")
        return
    if found != region:
        yield Check("wrong", f"the bucket {bucket} is in {found}, not in {region}", f"write region: {found}")
        return
    yield Check("fine", f"the bucket {bucket} exists, in {region}")
    try:
        versioning = client.get_bucket_versioning(Bucket=bucket).get("Status")
    except ClientError as error:
        yield refused(error, f"allow the caller s3:GetBucketVersioning on {bucket}", "versioning")
        return
    if versioning == "Enabled":
        yield Check("fine", "it keeps every version of a state")
    else:
        what = f"{bucket} does not keep versions: a lost or damaged state could not be restored"
        yield Check("wrong", what, _VERSIONS.format(bucket))
