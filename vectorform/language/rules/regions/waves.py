"""The waves of a rollout: every region of the environment in one of them."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.nodes import Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import did_you_mean, show

NO_REGION = Rule("VF310", "wave-without-such-region")
TWO_WAVES = Rule("VF311", "region-in-two-waves")
NO_WAVE = Rule("VF312", "region-in-no-wave")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Waves that are written out."""
    waves = configuration.find("rollout", "waves")
    if not isinstance(waves.value, list):
        return
    names = [region.name for region in configuration.environment.regions]
    whole = not _broken_regions(configuration)
    seen: set[str] = set()
    for number, wave in enumerate(waves.items):
        for position, item in enumerate(wave.items):
            path: Path = ("rollout", "waves", number, position)
            if not isinstance(item.value, str):
                whole = False
                continue
            if item.value not in names:
                if not _broken_regions(configuration):
                    message = f"{show(item.value)} is not a region of this environment"
                    yield NO_REGION.at(item, path, message, did_you_mean(item.value, names))
                whole = False  # one of its regions is probably meant
            elif item.value in seen:
                message = f"{show(item.value)} is in two waves"
                yield TWO_WAVES.at(item, path, message, "a region is deployed once")
            seen.add(item.value)
    missing = [name for name in dict.fromkeys(names) if name not in seen]
    if missing and whole and not any(wave.broken for wave in waves.items):
        message = f"no wave contains {', '.join(missing)}"
        yield NO_WAVE.at(waves, ("rollout", "waves"), message, "every region is in one wave")


def _broken_regions(configuration: Configuration) -> bool:
    """Whether a region could not be read: nothing is known of it, and that was said."""
    regions = configuration.root.mapping.get("regions")
    return regions is None or regions.broken or len(configuration.regions) < len(regions.items)
