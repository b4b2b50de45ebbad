"""Names of knowledge bases and of data sources, as Bedrock takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.naming import named
from vectorform.language.rules.subjects import Configuration, KnowledgeBaseIn, knowledge_bases_of
from vectorform.wording import show

FORM = Rule("VF820", "knowledge-base-name")
TWICE = Rule("VF821", "knowledge-base-name-twice")
SOURCE_FORM = Rule("VF822", "data-source-name")
SOURCE_TWICE = Rule("VF823", "data-source-name-twice")

# Service model of bedrock-agent, Name.
_NAME = re.compile(r"([0-9a-zA-Z][_-]?){1,100}\Z")
_ALLOWED = "Bedrock allows up to 100 letters and digits, with single hyphens or underscores between them"


def form(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """Both kinds of names; those of data sources once in a knowledge base."""
    for _, knowledge_base in of.found[:1]:
        if knowledge_base.name and not _NAME.match(knowledge_base.name):
            message = f"the knowledge base would be named {show(knowledge_base.name)}"
            yield FORM.at(*named(of.node, of.path), message, _ALLOWED, key=True)
        names: dict[str, str] = {}
        for source in knowledge_base.data_sources:
            node, path = of.source(source.key)
            if source.name and not _NAME.match(source.name):
                message = f"the data source would be named {show(source.name)}"
                yield SOURCE_FORM.at(*named(node, path), message, _ALLOWED, key=True)
            elif source.name in names:
                message = f"{show(names[source.name])} is named {show(source.name)} too"
                hint = "names are unique in a knowledge base"
                yield SOURCE_TWICE.at(*named(node, path), message, hint, key=True)
            names.setdefault(source.name, source.key)


def twice(configuration: Configuration) -> Iterator[Problem]:
    """A name is unique in an account and region."""
    names: dict[tuple[str, str], str] = {}
    told: set[str] = set()
    for of in knowledge_bases_of(configuration):
        for region, knowledge_base in of.found:
            other = names.setdefault((region.name, knowledge_base.name), of.key)
            if other != of.key and of.key not in told and knowledge_base.name:
                told.add(of.key)
                message = f"{show(other)} is named {show(knowledge_base.name)} too"
                hint = "names are unique in an account and region"
                yield TWICE.at(*named(of.node, of.path), message, hint, key=True)
