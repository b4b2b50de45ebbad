"""The KMS key of a state in S3: its ARN, so that permissions can name it."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.service_limits import KMS_KEY_ARN
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

STATE_KEY = Rule("VF327", "state-key")


def check(configuration: Configuration) -> Iterator[Problem]:
    """A key of the bucket's region, in each region of the environment."""
    environment = configuration.environment
    node = configuration.root.mapping.get("backend")
    if node is None or environment.backend.type != "s3" or "kms_key_id" not in node.mapping:
        return
    written = node.mapping["kms_key_id"]
    for region in environment.regions:
        settings = region.backend_settings
        arn, place = settings.get("kms_key_id"), settings.get("region")
        if not arn or not place:
            return
        parts = KMS_KEY_ARN.match(arn)
        problem = None
        if parts is None:
            problem = f"{show(arn)} is not the ARN of a KMS key", "write arn:aws:kms:REGION:ACCOUNT:key/ID"
        elif parts["region"] != place:
            problem = f"the key is in {parts['region']}, the bucket in {place}", f"write a key of {place}"
        if problem:
            yield STATE_KEY.at(written, ("backend", "kms_key_id"), *problem)
            return
