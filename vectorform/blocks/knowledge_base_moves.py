"""How a knowledge base, its data sources and its own role follow another key, and stay the same in AWS."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from vectorform.desired.addresses import (
    ACCESS_ROLE_STATEMENTS,
    ACCESS_ROLES,
    KNOWLEDGE_BASES,
    data_sources_of,
    instance,
)
from vectorform.desired.former_keys import former_keys, knowledge_bases
from vectorform.desired.knowledge_base_roles import own_role
from vectorform.desired.model import Environment, Region


def knowledge_base_moves(environment: Environment, region: Region) -> Iterator[tuple[str, str]]:
    """From and to, by the keys that `moved` says. Each data source is in a block of its knowledge base."""
    moved = knowledge_bases(environment.moved)
    for of in region.knowledge_bases if moved else ():
        keys = former_keys(moved, of.key)
        yield from pairwise(instance(KNOWLEDGE_BASES, key) for key in keys)
        if region.name == environment.home.name and of.role == own_role(of.key):
            for block in (ACCESS_ROLES, ACCESS_ROLE_STATEMENTS):
                yield from pairwise(instance(block, own_role(key)) for key in keys)
        for source in of.data_sources:
            paths = former_keys(moved, f"{of.key}/{source.key}")
            yield from pairwise(instance(data_sources_of(path.partition("/")[0]), path) for path in paths)
