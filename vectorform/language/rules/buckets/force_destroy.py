"""A protected vector bucket is not deleted, so nothing is deleted with it."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import BucketIn

PROTECTED = Rule("VF403", "force-destroy-of-protected-bucket")


def check(within: BucketIn) -> Iterator[Problem]:
    """`force_destroy` next to the protection."""
    protection = within.node.mapping.get("deletion_protection")
    if protection is not None and protection.broken:
        return
    if within.bucket.force_destroy and within.bucket.deletion_protection:
        message = "a protected vector bucket cannot be deleted, with or without its contents"
        hint = "remove the protection first: add deletion_protection: false here, or remove force_destroy"
        yield PROTECTED.at(
            within.node.mapping["force_destroy"], (*within.path, "force_destroy"), message, hint
        )
