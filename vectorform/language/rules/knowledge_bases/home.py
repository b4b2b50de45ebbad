"""The home region is deployed first: it has the roles of the knowledge bases of all regions."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration

HOME_FIRST = Rule("VF850", "roles-deployed-late")


def first(configuration: Configuration) -> Iterator[Problem]:
    """Bedrock assumes the role as a knowledge base is made."""
    environment = configuration.environment
    if not environment.regions or not environment.waves:
        return
    home = environment.home.name
    before = {name for wave in _before(environment.waves, home) for name in wave}
    late = [region.name for region in environment.regions if region.knowledge_bases and region.name in before]
    if late:
        node = configuration.find("rollout", "waves")
        message = f"{', '.join(late)} has knowledge bases, but {home} creates their roles in a later wave"
        hint = f"put {home} into the first wave"
        yield HOME_FIRST.at(node, ("rollout", "waves"), message, hint, key=True)


def _before(waves: tuple[tuple[str, ...], ...], home: str) -> list[tuple[str, ...]]:
    """The waves before that of the home region."""
    found: list[tuple[str, ...]] = []
    for wave in waves:
        if home in wave:
            return found
        found.append(wave)
    return []
