"""The tag that is reserved for the embedding model of an index is not one's own."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.embedding_models import TAG
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Tagged
from vectorform.wording import show

OF_MODEL = Rule("VF457", "tag-of-embedding-model")


def check(tagged: Tagged) -> Iterator[Problem]:
    """A tag that is written with that key, in any case."""
    for key, node in tagged.node.mapping["tags"].mapping.items():
        if key.casefold() == TAG:
            message = f"the tag {show(key)} is reserved for the embedding model of an index"
            hint = "write embedding_model at the index, which sets the tag"
            yield OF_MODEL.at(node, (*tagged.path, "tags", key), message, hint, key=True)
