"""All regions of an environment at once, within a time that is fixed beforehand."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from vectorform.desired.model import Environment
from vectorform.state.status.deadline import by_the_deadline
from vectorform.state.status.seen import Seen, unseen

DEADLINE_SECONDS = 5.0


def look(environment: Environment, folder: Path, seconds: float = DEADLINE_SECONDS) -> dict[str, Seen]:
    """What is seen of each region's state, by region. `folder` is where local states are.

    What has not answered after so many seconds is not waited for: it counts as not seen.
    """
    late = unseen(f"no answer within {seconds:.0f} s", "check the network, then run it again")
    tasks = _tasks(environment, folder)
    found = by_the_deadline(tasks, seconds, _failed)
    return {name: found.get(name, late) for name in tasks}


def _tasks(environment: Environment, folder: Path) -> dict[str, Callable[[], Seen]]:
    match environment.backend.type:
        case "local":
            from vectorform.state.status import local

            return {
                region.name: functools.partial(local.look, environment, region, folder)
                for region in environment.regions
            }
        case "s3":
            from vectorform.state.status import s3

            clients = s3.clients()
            return {
                region.name: functools.partial(s3.look, environment, region, clients)
                for region in environment.regions
            }
        case "cloud":
            from vectorform.state.status import cloud

            organization = cloud.connected(environment)
            return {
                region.name: functools.partial(cloud.look, environment, region, organization)
                for region in environment.regions
            }
        case "http":
            from vectorform.state.status import http

            return {
                region.name: functools.partial(http.look, environment, region)
                for region in environment.regions
            }
        case other:
            assert_never(other)


def _failed(error: Exception) -> Seen:
    return unseen(f"{type(error).__name__}: {error}", "run it again with --debug")
