"""States in S3 of regions that an environment has no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.state.content import read
from vectorform.state.regions import left_behind, stack_without_region
from vectorform.state.s3.clients import Clients
from vectorform.state.s3.refusals import NO_CREDENTIALS


def leftovers(environment: Environment) -> Iterator[Check]:
    """States of regions that the environment no longer has, and why they could not be read.

    A bucket that does not exist has none.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    clients = Clients()
    settled = (region.backend_settings for region in environment.regions)
    places = {(place["bucket"], place["region"]): place for place in settled}
    for (bucket, _), place in sorted(places.items()):
        try:
            yield from of_bucket(clients.of(place), environment, bucket)
        except ClientError as error:
            if error.response["Error"].get("Code") != "NoSuchBucket":
                yield _unknown(f"{error.operation_name}: {error.response['Error'].get('Code')}", bucket)
        except BotoCoreError as error:
            yield _unknown(" ".join(str(error).split()), bucket)


def of_bucket(client: Any, environment: Environment, bucket: str) -> Iterator[Check]:
    """Those in one bucket. Raises ClientError or BotoCoreError where they cannot be listed."""
    from botocore.exceptions import ClientError

    template = str(environment.backend.settings["key"])
    prefix = template.partition("{")[0]
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            stack = stack_without_region(environment, template, entry["Key"])
            if stack is None:
                continue
            place = f"s3://{bucket}/{entry['Key']}"
            try:
                held = read(client.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read())
            except ClientError as error:
                what = f"what may not be read ({error.response['Error'].get('Code')})"
                first = f"allow the caller s3:GetObject on it; if you are sure that {stack} was destroyed, "
                yield left_behind(environment, stack, place, what, f"{first}`aws s3 rm {place}`; if not, ")
                continue
            if held.held:
                destroyed = f"if you are sure that {stack} was destroyed, `aws s3 rm {place}`; if not, "
                first = "" if held.kind == "read" else destroyed
                yield left_behind(environment, stack, place, held.held, first)


def _unknown(why: str, bucket: str) -> Check:
    what = f"it is unknown whether {bucket} has states of removed regions ({why})"
    return Check(
        "unknown", what, f"allow the caller s3:ListBucket and s3:GetObject there, or {NO_CREDENTIALS}"
    )
