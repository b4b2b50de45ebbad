"""A retired index and the one that replaces it, compared in one region of an environment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from vectorform.desired.arns import index_arn
from vectorform.desired.comparisons import is_aws, seal, written
from vectorform.desired.model import Comparison, Environment, Region, Replacement
from vectorform.migration.calls import Missing, Refused, client, describe
from vectorform.migration.keys import Keys, compare_keys, count
from vectorform.migration.places import Place, places

NOT_SEEN = Keys(0, False)
# Ten full pages: enough to tell an index that is filled from one that is not.
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Look:
    """What was found in a region, of the `source` and of the `successor`.

    `keys` are those of the source; where the successor has other keys, they were only counted, and `filled`
    is what the successor has. `problem` says why the source is not replaced there, and may not be deleted.
    `unread` says why it could not be checked, so that nothing is known.
    """

    region: str
    source: str
    successor: str
    keys: Keys = NOT_SEEN
    filled: Keys | None = None
    problem: str = ""
    unread: str = ""


def look(
    environment: Environment,
    region: Region,
    retired: str,
    replacement: Replacement,
    stop: threading.Event,
    *,
    limit: int | None = None,
    on_seen: Callable[[int], None] = lambda _: None,
) -> Look:
    """Compare all keys, or up to `limit` of them. Raises Stopped; KeyError if the YAML has not both."""
    found = Look(region.name, retired, str(replacement.index))
    source, successor = (places(environment, region)[address] for address in (found.source, found.successor))
    try:
        arn = describe(successor, stop).arn
    except Missing:
        return replace(found, problem=f"{found.successor} does not exist: deploy it, and copy the vectors")
    except Refused as error:
        return replace(found, unread=str(error))
    expected = index_arn(environment, region, *written(region, found.successor))
    if arn != expected:
        return replace(found, unread=f"these credentials lead to {arn}, not to {expected}")
    try:
        describe(source, stop)
    except Missing:
        return replace(found, keys=Keys(0, True))  # it is gone there, or was never made
    except Refused as error:
        return replace(found, unread=str(error))
    try:
        if replacement.other_keys is not None:
            return _counted(found, source, successor, stop)
        return _compared(found, environment, source, successor, stop, limit, on_seen)
    except Refused as error:
        return replace(found, unread=str(error))


def comparison(environment: Environment, region: Region, found: Look) -> Comparison:
    """What the YAML is to say about a region where all was compared and nothing was missing."""
    plain = Comparison(
        successor=found.successor,
        at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        vectors=found.keys.seen,
        found=found.keys.seen - found.keys.missing if found.filled is None else None,
        filled=None if found.filled is None else found.filled.seen,
        rehearsal=not is_aws(client(places(environment, region)[found.successor], 1).meta.endpoint_url),
    )
    return replace(plain, seal=seal(environment, region, found.source, plain))


def told(found: Look) -> str:
    """The look as a sentence: how far it reached, and what it found."""
    seen = found.keys.seen
    if found.unread:
        return f"not compared with {found.successor}: {found.unread}"
    if found.problem:
        return found.problem
    if found.filled is not None:
        return (
            f"not compared with {found.successor}, which has other keys: it has {_number(found.filled)}, "
            f"{found.source} has {_number(found.keys)}"
        )
    if not found.keys.whole:
        return f"compared {seen:,} keys, all of which are in {found.successor}; the rest was not compared"
    if not seen:
        return f"{found.source} is empty, so nothing is missing from {found.successor}"
    return f"compared all {seen:,} keys: {found.successor} has all of them"


def _compared(
    found: Look,
    environment: Environment,
    source: Place,
    successor: Place,
    stop: threading.Event,
    limit: int | None,
    on_seen: Callable[[int], None],
) -> Look:
    keys = compare_keys(source, successor, stop, limit=limit, on_seen=on_seen)
    found = replace(found, keys=keys)
    if not keys.missing:
        return found
    of = f"{keys.seen:,}" if keys.whole else f"the first {keys.seen:,}"
    copy = f"vectorform migrate -e {environment.name} {found.source} {found.successor}"
    problem = (
        f"{keys.missing:,} of {of} keys are not in {found.successor}, for example "
        f"{', '.join(keys.examples)}: {copy}"
    )
    return replace(found, problem=problem)


def _counted(found: Look, source: Place, successor: Place, stop: threading.Event) -> Look:
    keys = count(source, COUNTED, stop)
    found = replace(found, keys=keys, filled=count(successor, COUNTED, stop))
    if keys.seen and found.filled is not None and not found.filled.seen:
        return replace(found, problem=f"{found.successor} is empty, {found.source} has {_number(keys)}")
    return found


def _number(keys: Keys) -> str:
    more = "" if keys.whole else "more than "
    return f"{more}{keys.seen:,} vector{'' if keys.seen == 1 else 's'}"
