"""`retired` of a vector bucket: it can be kept, without Terraform; it is deleted in another way."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.nodes import Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.history.entries import known, retired_indexes
from vectorform.language.rules.history.retired import DELETED_AND_KEPT
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import did_you_mean, show

NO_BUCKET = Rule("VF714", "let-go-without-such-bucket")
IN_STEPS = Rule("VF715", "bucket-retired-in-steps")
INDEX_TO_DELETE = Rule("VF716", "let-go-with-index-to-delete")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Every entry that is about a vector bucket."""
    root = configuration.root
    nodes = root.mapping["retired"].mapping if "retired" in root.mapping else {}
    regions = configuration.environment.regions
    buckets = {bucket.key for region in regions for bucket in region.written_vector_buckets}
    delete = "to delete it, deploy deletion_protection: false, then delete its entry"
    for key, node in nodes.items():
        path: Path = ("retired", key)
        said = {name for name, child in node.mapping.items() if child.value is True}
        if "/" in key or node.broken or any(child.broken for child in node.mapping.values()):
            continue
        if key not in buckets:
            if known(configuration, key):
                hint = (
                    did_you_mean(key, buckets)
                    if buckets
                    else "keep its definition until it has left Terraform"
                )
                yield NO_BUCKET.at(node, path, f"there is no vector bucket {show(key)}", hint, key=True)
        elif "keep" not in said:
            message = "a vector bucket cannot be retired in steps"
            hint = f"to take it out of Terraform, write keep: true; {delete}"
            yield IN_STEPS.at(node, path, message, hint, key=True)
        elif "confirm_destroy" in said:
            yield DELETED_AND_KEPT.at(node, path, "it cannot be both deleted and kept", delete, key=True)
        elif index := _confirmed_index(configuration, key):
            message = (
                f"its index {show(index)} is to be deleted, but the bucket leaves Terraform with its indexes"
            )
            yield INDEX_TO_DELETE.at(node, path, message, "do one, apply, then do the other", key=True)


def _confirmed_index(configuration: Configuration, bucket_key: str) -> str | None:
    """The first index of a vector bucket whose deletion is confirmed."""
    return next(
        (
            index.key
            for bucket, index in retired_indexes(configuration.environment)
            if bucket.key == bucket_key and index.retirement and index.retirement.confirm_destroy
        ),
        None,
    )
