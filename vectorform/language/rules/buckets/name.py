"""The name of a vector bucket has the form that S3 Vectors takes."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.service_limits import BUCKET_NAME
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.naming import name_fault, name_origin, named
from vectorform.language.rules.subjects import BucketIn

NAME = Rule("VF401", "bucket-name")


def check(within: BucketIn) -> Iterator[Problem]:
    """The name that the bucket would have."""
    name = within.bucket.name
    if name and not BUCKET_NAME.match(name):
        hint = "a vector bucket's name is 3 to 63 lower-case letters, digits and hyphens"
        hint += name_origin(within.node)
        yield NAME.at(*named(within.node, within.path), name_fault(name), hint)
