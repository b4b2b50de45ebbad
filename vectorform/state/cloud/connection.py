"""The way to an environment's organization, and what to say where there is none."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass

from vectorform import engine
from vectorform.check import Check
from vectorform.desired.model import Environment, Region
from vectorform.errors import UserError
from vectorform.state import web
from vectorform.state.cloud import hosts
from vectorform.state.cloud.api import Api
from vectorform.state.cloud.credentials import BadCredentials, find
from vectorform.state.web import Refused, Unreachable


class NoToken(Exception):
    """There is no token for the host."""


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization, and the API that it is reached by."""

    api: Api
    name: str

    @property
    def path(self) -> str:
        """Where the API has it."""
        return f"organizations/{quoted(self.name)}"

    def workspace(self, name: str) -> str:
        """Where the API has one of its workspaces."""
        return f"{self.path}/workspaces/{quoted(name)}"


def connect(environment: Environment) -> Organization:
    """The organization of an environment whose backend is cloud.

    Raises NoToken, BadCredentials, Unreachable.
    """
    place = environment.home.backend_settings
    host = place["hostname"]
    credentials = find(host)
    if credentials.token is None:
        raise NoToken(host)
    return Organization(Api(hosts.comparable(host), credentials), place["organization"])


def unanswered(error: Exception, environment: Environment) -> Check:
    """What could not be checked, and why. Raises what it does not know."""
    host = environment.home.backend_settings["hostname"]
    if isinstance(error, NoToken):
        return Check("unknown", f"there is no token for {host}", _another_token(host))
    if isinstance(error, BadCredentials):
        return Check("unknown", str(error), _another_token(host))
    if isinstance(error, Unreachable):
        return Check("unknown", str(error), f"check `hostname`, {web.NETWORK}")
    if isinstance(error, Refused):
        return refused(error, host)
    raise error


def _another_token(host: str) -> str:
    """A shell drops a variable with a colon in its name, so a port needs a block."""
    place = f'write credentials "{host}" {{...}} into the CLI configuration'
    if ":" not in hosts.comparable(host):
        place = f"set {hosts.variable(host)}"
    return f"`{engine.binary()} login {host}`, or {place}"


def refused(error: Refused, host: str) -> Check:
    """An answer that is no answer to the question."""
    if error.status == 401:
        return Check("wrong", f"{host} refuses the token", f"`{engine.binary()} login {host}` for a new one")
    if error.status == 403:
        return Check("unknown", str(error), "let the token's team read it, or use a token that may")
    if error.status == 429 or error.status >= 500:
        return Check("unknown", str(error), web.OVERLOADED)
    return Check("unknown", str(error), "check `hostname` and `organization`")


def has_workspace(environment: Environment, region: Region) -> bool:
    """Whether there is a workspace for the stack of a region. Raises UserError if it is unknown."""
    try:
        organization = connect(environment)
        organization.api.get(organization.workspace(region.backend_settings["workspace"]))
    except Refused as refusal:
        if refusal.status == 404:
            return False
        found = refused(refusal, environment.home.backend_settings["hostname"])
        raise UserError(f"{found.what}: {found.fix}") from None
    except UNANSWERED as error:
        found = unanswered(error, environment)
        raise UserError(f"{found.what}: {found.fix}") from None
    return True


UNANSWERED = (NoToken, BadCredentials, Unreachable, Refused)


def quoted(name: str) -> str:
    """A name as a part of a path."""
    return urllib.parse.quote(name, safe="")


def ended(checks: Iterator[Check], environment: Environment) -> Iterator[Check]:
    """The checks up to the first that could not be made, whose reason is then the last of them."""
    try:
        yield from checks
    except UNANSWERED as error:
        yield unanswered(error, environment)
