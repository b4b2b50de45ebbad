"""The addresses of an HTTP backend: absolute, without credentials, with a lock."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator

from vectorform.desired.backends import without_credentials
from vectorform.language.nodes import Node
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

ADDRESS = Rule("VF323", "state-address")
CREDENTIALS = Rule("VF324", "credentials-in-address")
NO_LOCK = Rule("VF325", "state-without-lock", "warning")
IN_CLEAR = Rule("VF326", "state-in-clear", "warning")

_SETTINGS = ("address", "lock_address", "unlock_address")
_INSTEAD = "leave it out: the shell has TF_HTTP_USERNAME and TF_HTTP_PASSWORD"


def check(configuration: Configuration) -> Iterator[Problem]:
    """The home region's addresses: only `{region}` and `{stack}` differ in others."""
    environment = configuration.environment
    node = configuration.root.mapping.get("backend")
    if node is None or environment.backend.type != "http" or not environment.regions:
        return
    settings = environment.home.backend_settings
    found = [
        problem
        for setting in _SETTINGS
        if setting in node.mapping and settings.get(setting)
        for problem in _of(settings[setting], node.mapping[setting], setting)
    ]
    yield from found
    if not found and settings.get("address") and not settings.get("lock_address"):
        message = "the backend has no lock: two simultaneous deploys would overwrite each other's state"
        hint = "write lock_address, with lock_method and unlock_method where they are not LOCK and UNLOCK"
        yield NO_LOCK.at(node, ("backend",), message, hint, key=True)


def _of(address: str, node: Node, setting: str) -> Iterator[Problem]:
    path = ("backend", setting)
    if without_credentials(address) != address:
        yield CREDENTIALS.at(
            node, path, f"`{setting}` has credentials in it, which end up in files", _INSTEAD
        )
        return
    try:
        parts = urllib.parse.urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urllib.parse.urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", address):
        hint = "write the whole URL: https://HOST/PATH"
        yield ADDRESS.at(node, path, f"{show(address)} is not a usable address", hint)
        return
    if parts.scheme == "http" and not _loopback(host):
        message = f"{host} is reached without TLS: anybody on the way can read the password and the state"
        yield IN_CLEAR.at(node, path, message, "write https://")


def _loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
