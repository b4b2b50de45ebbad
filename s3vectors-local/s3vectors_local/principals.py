"""Whose access key it is: the users and role sessions of moto's IAM, with the policies that bind them.

Imports moto, so it is imported only once moto runs.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from typing import Any

from moto.iam.access_control import AssumedRoleAccessKey, CreateAccessKeyFailure, create_access_key
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from s3vectors_local.callers import Caller, Document
from s3vectors_local.s3vectors.errors import INVALID_TOKEN, ExpiredToken, UnrecognizedClient


def principal_of(access_key: str, token: str | None, partition: str) -> Caller | None:
    """The user or role session with this access key, in whichever account, or None.

    Raises UnrecognizedClient when the key is inactive, its role is gone or the session token is another;
    ExpiredToken when the session is over.
    """
    for account, partitions in iam_backends.items():
        if partition in partitions and access_key in partitions[partition].access_keys:
            return _principal(account, partition, access_key, token)
    return None


def _principal(account: str, partition: str, access_key: str, token: str | None) -> Caller:
    headers = {"X-Amz-Security-Token": token} if token else {}
    try:
        key = create_access_key(account, partition, access_key, headers)
    except CreateAccessKeyFailure:
        raise UnrecognizedClient(INVALID_TOKEN) from None
    if isinstance(key, AssumedRoleAccessKey):
        return _session(account, partition, access_key, key)
    return _user(account, partition, access_key, key)


def _user(account: str, partition: str, access_key: str, key: Any) -> Caller:
    iam = iam_backends[account][partition]
    user = next(u for u in iam.users.values() if access_key in {k.access_key_id for k in u.access_keys})
    if any(k.access_key_id == access_key and k.status != "Active" for k in user.access_keys):
        raise UnrecognizedClient(INVALID_TOKEN)
    return Caller(
        account,
        user.arn,
        user.id,
        user_name=user.name,
        policies=_documents(key),
        tags=_tags(iam.tagger.list_tags_for_resource(user.arn)["Tags"]),
    )


def _session(account: str, partition: str, access_key: str, key: Any) -> Caller:
    iam = iam_backends[account][partition]
    session = sts_backends[account][partition].get_assumed_role_from_access_key(access_key)
    if session.expiration < datetime.datetime.now(datetime.UTC).replace(tzinfo=session.expiration.tzinfo):
        raise ExpiredToken("The security token included in the request is expired")
    role = next((role for role in iam.roles.values() if role.arn == session.role_arn), None)
    if role is None:
        raise UnrecognizedClient(INVALID_TOKEN)  # it was deleted while the session ran
    limits = _boundary(iam, role)
    if session.policy:
        limits += ((json.loads(session.policy),),)
    return Caller(
        account,
        role.arn,
        session.user_id,
        session_arn=session.arn,
        policies=_documents(key),
        limits=limits,
        tags=_tags(role.tags),
    )


def _documents(key: Any) -> tuple[Document, ...]:
    return tuple(_document(policy) for policy in key.collect_policies())


def _boundary(iam: Any, role: Any) -> tuple[tuple[Document, ...], ...]:
    """The permissions boundary of a role, if it has one; moto keeps none for users."""
    if not role.permissions_boundary_arn:
        return ()
    policy = iam.managed_policies.get(role.permissions_boundary_arn)
    return ((_document(policy),),) if policy else ((),)


def _document(policy: Any) -> Document:
    """The JSON of an inline policy (a mapping) or of the default version of a managed one."""
    if isinstance(policy, str):
        text = policy
    elif isinstance(policy, Mapping):
        text = policy["policy_document"]
    else:
        text = next(version.document for version in policy.versions if version.is_default)
    document: Document = json.loads(text)
    return document


def _tags(tags: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
