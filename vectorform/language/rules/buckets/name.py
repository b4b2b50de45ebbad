"""The name of a vector bucket has the form that S3 Vectors takes."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.service_limits import BUCKET_NAME, NAME_LENGTH
from vectorform.language.problems import Problem
from vectorform.language.resolve import BUCKET_NAME_DEFAULT
from vectorform.language.rule import Rule
from vectorform.language.rules.naming import name_fault, name_origin, name_parts, named
from vectorform.language.rules.subjects import BucketIn

NAME = Rule("VF401", "bucket-name")


def check(within: BucketIn) -> Iterator[Problem]:
    """The name that the bucket would have."""
    name = within.bucket.name
    if name and not BUCKET_NAME.match(name):
        hint = "a vector bucket's name is 3 to 63 lower-case letters, digits and hyphens"
        hint += name_origin(within.node)
        if len(name) > NAME_LENGTH[1]:
            hint = name_parts(_template(within), _values(within)) or hint
        yield NAME.at(*named(within.node, within.path), name_fault(name), hint)


def _template(within: BucketIn) -> str:
    written = within.node.mapping.get("name")
    return BUCKET_NAME_DEFAULT if written is None else str(written.value)


def _values(within: BucketIn) -> dict[str, str]:
    environment = within.environment
    return {
        "project": environment.project,
        "environment": environment.name,
        "account_id": environment.account_id,
        "region": within.region.name,
        "bucket": within.bucket.key,
    }
