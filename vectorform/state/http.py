"""An HTTP backend, as GitLab has one: can the state be read, and does a lock hold?

Locks are taken as Terraform takes them, so the check needs the permissions of a deploy, and no other.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from vectorform.check import Check
from vectorform.desired.arns import partition
from vectorform.desired.model import Environment
from vectorform.desired.service_limits import REGIONS, UNCONFIRMED_REGIONS
from vectorform.state import locks, rest, web
from vectorform.state.content import NOTHING, Content, read
from vectorform.state.local import left_here
from vectorform.state.own import Pull, stored
from vectorform.state.regions import left_behind
from vectorform.state.web import Refused, Unreachable
from vectorform.threads import at_once

CREDENTIALS = f"give this shell {rest.PASSWORD}, and {rest.USERNAME} where the file names no `username`"
_ABREAST = 8  # regions that are looked up at the same time


def check(environment: Environment, local: Mapping[str, Content], pull: Pull) -> Iterator[Check]:
    """The state and the lock of every stack, then states of regions that are gone.

    `local` is what local states still hold, as `vectorform.state.local.held` tells.
    """
    for region in environment.regions:
        stack = environment.stack_id(region)
        place = rest.Place(region.backend_settings)
        try:
            yield from _stack(environment, place, stack, local.get(stack, NOTHING), pull)
        except (Refused, Unreachable) as error:
            yield unanswered(error)
            return
    yield from leftovers(environment)


def leftovers(environment: Environment) -> Iterator[Check]:
    """States of regions that the environment no longer has, and why they could not be read.

    Such a backend lists nothing, so every region that S3 Vectors is known in is asked for.
    """
    addresses = dict(_former(environment))

    def held(address: str) -> Content:
        settings = {**environment.backend.settings, "address": address}
        return read(rest.Place(settings).get().text)

    try:
        tasks = [functools.partial(held, address) for address in addresses.values()]
        found = at_once(tasks, name="former-state", stop=lambda: None, threads=_ABREAST)
    except (Refused, Unreachable) as error:
        asked = unanswered(error)
        what = f"it is unknown whether removed regions still have states: {asked.what}"
        yield Check("unknown", what, asked.fix)
        return
    for (stack, address), content in zip(addresses.items(), found, strict=True):
        if content.held:
            destroyed = f"if you are sure that {stack} was destroyed, delete the state there; if not, "
            first = "" if content.kind == "read" else destroyed
            yield left_behind(environment, stack, address, content.held, first)


def unanswered(error: Refused | Unreachable) -> Check:
    """What to say of an answer that is none."""
    if isinstance(error, Unreachable):
        return Check("unknown", str(error), f"check `address`, {web.NETWORK}")
    if error.status in (401, 403):
        return Check("unknown", str(error), CREDENTIALS)
    if error.status == 429 or error.status >= 500:
        return Check("unknown", str(error), web.OVERLOADED)
    return Check("unknown", str(error), "check `address`, `lock_address` and the methods")


def _stack(
    environment: Environment, place: rest.Place, stack: str, local: Content, pull: Pull
) -> Iterator[Check]:
    """Take the lock, be refused it a second time, look at the state, give the lock back."""
    if not place.locks:
        what = f"{stack}: the backend has no `lock_address`: two simultaneous deploys would not be refused"
        yield Check("wrong", what, "write `lock_address`, and `unlock_address` if it differs")
        yield from _state(environment, place, stack, local, pull)
        return
    own = locks.lock_text(place.address)
    other = place.lock(own)
    if other is not None:
        yield locks.held(stack, other)
        return
    try:
        second = locks.lock_text(place.address)
        if place.lock(second) is None:
            yield locks.taken_twice(stack, "check `lock_address` and `lock_method`, which the server ignores")
        else:
            yield locks.taken(stack)
        yield from _state(environment, place, stack, local, pull)
    finally:
        place.unlock(own)


def _state(
    environment: Environment, place: rest.Place, stack: str, local: Content, pull: Pull
) -> Iterator[Check]:
    content = read(place.get().text)
    if content.kind == "none":
        yield Check("fine", f"{stack}: no state yet at {place.address}")
        yield from left_here(environment, stack, local, f"no state at {place.address}")
        return
    yield stored(stack, place.address, content, pull)


def _former(environment: Environment) -> Iterator[tuple[str, str]]:
    """Stack and address of every region that the environment could have had, and has not."""
    template = str(environment.backend.settings["address"])
    known = {region.name for region in environment.regions}
    of = partition(environment.home.name)
    for name in (*REGIONS, *UNCONFIRMED_REGIONS):
        if name not in known and partition(name) == of:
            stack = f"{environment.name}-{name}"
            address = template.replace("{stack}", stack).replace("{region}", name)
            if address != template:
                yield stack, address
