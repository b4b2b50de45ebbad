"""boto3 sessions: with the credentials of the shell, or those of a role that is assumed with them.

The one place that makes them, so that every command calls AWS as Terraform does. botocore is imported here:
import this module where AWS is about to be called.
"""

from __future__ import annotations

import functools
import threading
from typing import Any

import boto3
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from vectorform.errors import UserError

# What CloudTrail shows as the name of the session.
SESSION_NAME = "vectorform"


class Unusable(BotoCoreError, UserError):
    """Nothing is called with these credentials. `reason` says why, `fix` what to do."""

    fmt = "{reason}: {fix}"

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason=reason, fix=fix)
        self.reason, self.fix = reason, fix


class CannotAssume(Unusable):
    """A role was not given to the caller."""


class OtherAccount(Unusable):
    """The credentials are of another account than the one that is meant, where the same names may exist."""


def session(
    role_arn: str | None = None,
    external_id: str | None = None,
    region: str | None = None,
    base: Any = None,
    name: str | None = None,
    account: str | None = None,
) -> boto3.Session:
    """A session with the shell's credentials, or as the role `role_arn`, assumed when it is first needed.

    STS is called in `region`, and again before the role's credentials end. `base` is a botocore session to
    build on, which nobody else has. `name` is what CloudTrail shows as the session's. Calls
    raise CannotAssume where STS refuses, and OtherAccount, with nothing sent, where the credentials are of
    another account than `account` (12 digits; None: of any).
    """
    shell: Any = boto3.Session()
    own = shell.get_credentials()
    if role_arn is None or own is None:  # without credentials every call says so
        return _only_in(account, boto3.Session(botocore_session=base), region)
    presented = {"ExternalId": external_id} if external_id else {}
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=functools.partial(shell.client, region_name=region),
        source_credentials=own,
        role_arn=role_arn,
        extra_args={"RoleSessionName": name or SESSION_NAME, **presented},
    )

    def assume() -> Any:
        try:
            return fetcher.fetch_credentials()
        except ClientError as error:
            answer = error.response.get("Error", {})
            reason = f"{role_arn} cannot be assumed: {answer.get('Code')}: {answer.get('Message')}"
            with_id = " with this external_id" if external_id else ""
            fix = "allow the caller sts:AssumeRole on it, and name the caller in the role's trust policy"
            raise CannotAssume(reason, fix + with_id) from error

    assuming: Any = base or get_session()
    assuming._credentials = DeferredRefreshableCredentials(refresh_using=assume, method="assume-role")
    return _only_in(account, boto3.Session(botocore_session=assuming), region)


def _only_in(account: str | None, made: boto3.Session, region: str | None) -> boto3.Session:
    """The session, whose clients ask STS once whose credentials they have, before their first call."""
    if account is None:
        return made
    sts: Any = made.client("sts", region_name=region)
    lock = threading.Lock()
    found: list[str] = []

    def check(*, model: Any, **_: Any) -> None:
        if model.service_model.service_name == "sts":
            return
        with lock:
            if not found:
                found.append(sts.get_caller_identity()["Account"])
        if found[0] != account:
            reason = f"the AWS credentials belong to account {found[0]}, not to {account}"
            raise OtherAccount(reason, f"use credentials of account {account}, or correct `account_id`")

    made.events.register("before-call", check)
    return made
