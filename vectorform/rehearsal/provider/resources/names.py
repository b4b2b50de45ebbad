"""Names that the provider makes unique, as the real one does (its `internal/create/naming.go`)."""

from __future__ import annotations

import re
import secrets
import time

from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.values import UNKNOWN, Object

SUFFIX_LENGTH = 26  # a moment in 18 digits and a number in 8 hexadecimal ones
_SUFFIXED = re.compile(r"(.*)[0-9]{18}[0-9a-f]{8}", re.DOTALL)


def named(planned: Object, default_prefix: str = "terraform-") -> str:
    """The configured `name`, or a unique one behind `name_prefix`."""
    name, prefix = planned["name"], planned["name_prefix"]
    if isinstance(name, str) and name:
        return name
    if not isinstance(prefix, str) or not prefix:
        prefix = default_prefix
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    moment = time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds))
    return f"{prefix}{moment}{nanoseconds // 100_000:04d}{secrets.token_hex(4)}"


def prefix_of(name: str) -> str:
    """The prefix of a name that was made unique, or nothing."""
    match = _SUFFIXED.fullmatch(name)
    return match.group(1) if match else ""


def conflicting(config: Object) -> list[Diagnostic]:
    """`name` and `name_prefix` exclude each other."""
    if any(config[attribute] in (None, UNKNOWN) for attribute in ("name", "name_prefix")):
        return []
    return [
        Diagnostic(
            "Conflicting configuration arguments", f'"{argument}": conflicts with {other}', (argument,)
        )
        for argument, other in (("name", "name_prefix"), ("name_prefix", "name"))
    ]
