"""The organization that the accounts of this local AWS belong to; none unless it was started with one.

Source: IAM User Guide, "AWS global condition context keys": aws:PrincipalOrgID is there for principals of a
member account, aws:ResourceOrgID for resources of one.
"""

from __future__ import annotations

import re

FORM = re.compile(r"o-[a-z0-9]{10,32}")  # Organizations API Reference, Organization: Id

_of_accounts: dict[str, str] = {}


def join(account: str, organization: str) -> None:
    """Make an account a member, once, when the process starts."""
    _of_accounts[account] = organization


def of_principal(account: str) -> dict[str, tuple[str, ...]]:
    """The condition key of who is in the account; nothing where it is in no organization."""
    return _key("aws:principalorgid", account)


def of_resource(account: str) -> dict[str, tuple[str, ...]]:
    """The condition key of what is in the account; nothing where it is in no organization."""
    return _key("aws:resourceorgid", account)


def _key(name: str, account: str) -> dict[str, tuple[str, ...]]:
    organization = _of_accounts.get(account)
    return {name: (organization,)} if organization else {}
