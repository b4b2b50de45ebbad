"""Text is searched in ENHANCED mode alone (service model of S3 Vectors, UpdateMetadataConfiguration)."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import IndexIn

TEXT_IN_CLASSIC = Rule("VF435", "text-search-in-classic")


def check(within: IndexIn) -> Iterator[Problem]:
    """The mode that the index will have, as far as the configuration sets it."""
    index, default = within.index, within.within.bucket.default_index_mode
    if not index.text_search or (index.index_mode or default) != "CLASSIC":
        return
    node, path = within.node.mapping["text_search"], (*within.path, "text_search")
    said = (
        "index_mode is CLASSIC" if index.index_mode else "the vector bucket's default_index_mode is CLASSIC"
    )
    message = f"text is searched only in ENHANCED mode, and {said}"
    hint = "write index_mode: ENHANCED, or leave text_search out"
    yield TEXT_IN_CLASSIC.at(node, path, message, hint, key=True)
