"""The name of an index has the form that S3 Vectors takes."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.service_limits import INDEX_NAME
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.naming import name_fault, name_origin, named
from vectorform.language.rules.subjects import IndexIn

NAME = Rule("VF420", "index-name")


def check(within: IndexIn) -> Iterator[Problem]:
    """The name that the index would have."""
    name = within.index.name
    if name and not INDEX_NAME.match(name):
        hint = "an index's name is 3 to 63 lower-case letters, digits, hyphens and dots"
        yield NAME.at(*named(within.node, within.path), name_fault(name), hint + name_origin(within.node))
