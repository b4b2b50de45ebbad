"""A state behind an address. The server may say when it was written; it does not say by whom."""

from __future__ import annotations

from vectorform.check import Check
from vectorform.desired.model import Environment, Region
from vectorform.state import rest
from vectorform.state.http import unanswered
from vectorform.state.status.seen import Seen, recorded, unseen
from vectorform.state.unsound import encrypted_advice
from vectorform.state.web import Refused, Unreachable

_SECONDS = 2.0  # for an answer; with one more try that stays within the deadline


def look(environment: Environment, region: Region) -> Seen:
    """The state alone: to see the lock, one would have to take it."""
    place = rest.Place(region.backend_settings, _SECONDS, (0.2,))
    try:
        found = place.get()
    except (Refused, Unreachable) as error:
        check = unanswered(error)
        return unseen(check.what, check.fix)
    content, record = recorded(found.text)
    checks: tuple[Check, ...] = ()
    if content.kind == "encrypted":
        what = f"{place.address} is encrypted by OpenTofu"
        checks = (Check("unknown", what, encrypted_advice(environment)),)
    elif content.kind == "damaged":
        checks = (Check("wrong", f"{place.address} cannot be read", "restore the previous version"),)
    return Seen(content.kind, found.written, recorded=record, lock_seen=False, checks=checks)
