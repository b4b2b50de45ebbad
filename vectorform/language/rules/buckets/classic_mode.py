"""CLASSIC is for vector buckets that were created before September 30, 2026.

Source: service model of S3 Vectors, UpdateIndexMode; for the default mode, the answer of AWS itself. When a
bucket was created is not in the file: Terraform refuses it where it knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.search_settings import CLASSIC_ONLY
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import BucketIn

CLASSIC_MODE = Rule("VF413", "classic-mode", "warning")


def check(within: BucketIn) -> Iterator[Problem]:
    """The default of the bucket, and the mode of each index."""
    if within.bucket.default_index_mode == "CLASSIC":
        yield _classic(within.node.mapping["default_index_mode"], (*within.path, "default_index_mode"))
    for index in within.indexes:
        if index.index.index_mode == "CLASSIC":
            yield _classic(index.node.mapping["index_mode"], (*index.path, "index_mode"))


def _classic(node: Node, path: Path) -> Problem:
    hint = "write ENHANCED, which costs nothing more; a newer vector bucket refuses CLASSIC at its apply"
    return CLASSIC_MODE.at(node, path, CLASSIC_ONLY, hint)
