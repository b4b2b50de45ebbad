"""Nothing leaves the machine: the process refuses to connect to anything but loopback."""

from __future__ import annotations

import ipaddress
import sys
from typing import Any


class LeavesTheMachine(ConnectionError):
    """Something in the process tried to reach another machine."""


def stay_on_loopback() -> None:
    """From now on, and for good, connections of this process end at loopback.

    moto implements many services; some of them would fetch a URL or talk to Docker. An audit hook
    cannot be taken out again (PEP 578), so no library can go around it by accident.
    """
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        if not (isinstance(address, tuple) and _is_loopback(str(address[0]))):
            raise LeavesTheMachine(f"the local AWS does not connect to {address!r}")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        if host is not None and not _is_loopback(host.decode() if isinstance(host, bytes) else str(host)):
            raise LeavesTheMachine(f"the local AWS does not look up {host!r}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
