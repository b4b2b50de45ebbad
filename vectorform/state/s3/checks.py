"""An S3 backend: does the bucket keep state, does a lock hold, and is nothing left of removed regions?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.state.content import NOTHING, Content
from vectorform.state.own import Pull
from vectorform.state.s3 import leftovers
from vectorform.state.s3.bucket import bucket_checks
from vectorform.state.s3.clients import Clients
from vectorform.state.s3.refusals import refused, unasked
from vectorform.state.s3.stack import Stack


def check(environment: Environment, local: Mapping[str, Content], pull: Pull) -> Iterator[Check]:
    """The buckets, then the state and the lock of every stack, then states of regions that are gone.

    `local` is what local states still hold, as `vectorform.state.local.held` tells.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    clients = Clients()
    answers: dict[str, bool] = {}
    try:
        for region in environment.regions:
            place = region.backend_settings
            client = clients.of(place)
            bucket = place["bucket"]
            if bucket not in answers:
                checks = list(bucket_checks(client, bucket, place["region"]))
                answers[bucket] = checks[0].outcome == "fine"
                yield from checks
                if answers[bucket]:
                    yield from leftovers.of_bucket(client, environment, bucket)
            if answers[bucket]:
                stack = environment.stack_id(region)
                yield from Stack(client, place, stack, pull).check(environment, local.get(stack, NOTHING))
    except ClientError as error:
        yield refused(error, f"allow the caller {error.operation_name}")
    except BotoCoreError as error:
        yield unasked(error)
