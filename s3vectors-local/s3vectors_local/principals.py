"""Whose access key it is: the users and role sessions of moto's IAM, with the policies that bind them.

Imports moto, so it is imported only once moto runs.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from moto.iam.access_control import AssumedRoleAccessKey, CreateAccessKeyFailure, create_access_key
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from s3vectors_local.callers import BOUNDARY, Caller, Document, Limit, Session
from s3vectors_local.iam_boundaries import boundary_of
from s3vectors_local.iam_entities import Entity
from s3vectors_local.policy_text import policy_document
from s3vectors_local.s3vectors.errors import INVALID_TOKEN, ExpiredToken, UnrecognizedClient
from s3vectors_local.sts import UserSession, sessions

_EXPIRED = "The security token included in the request is expired"
_EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


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
    made = sessions(account, partition).get(access_key)
    if isinstance(made, UserSession):
        return _user_session(account, partition, made, token)
    headers = {"X-Amz-Security-Token": token} if token else {}
    try:
        key = create_access_key(account, partition, access_key, headers)
    except CreateAccessKeyFailure:
        raise UnrecognizedClient(INVALID_TOKEN) from None
    if isinstance(key, AssumedRoleAccessKey):
        return _session(account, partition, access_key, key, made)
    iam = iam_backends[account][partition]
    user = next(u for u in iam.users.values() if access_key in {k.access_key_id for k in u.access_keys})
    if any(k.access_key_id == access_key and k.status != "Active" for k in user.access_keys):
        raise UnrecognizedClient(INVALID_TOKEN)
    return _user(account, iam, user, key)


def _user(account: str, iam: Any, user: Any, key: Any) -> Caller:
    return Caller(
        account,
        user.arn,
        user.id,
        user_name=user.name,
        policies=_documents(key),
        limits=_boundary(iam, boundary_of(user)),
        tags=_tags(iam.tagger.list_tags_for_resource(user.arn)["Tags"]),
    )


def _user_session(account: str, partition: str, made: UserSession, token: str | None) -> Caller:
    """The user with temporary credentials, or somebody federated on the user's behalf."""
    if token != made.token:
        raise UnrecognizedClient(INVALID_TOKEN)
    if made.expires < time.time():
        raise ExpiredToken(_EXPIRED)
    caller = made.user
    if not caller.root:
        iam = iam_backends[account][partition]
        user = next((user for user in iam.users.values() if user.arn == caller.arn), None)
        if user is None or not user.access_keys:
            raise UnrecognizedClient(INVALID_TOKEN)  # it was deleted while the session ran
        access_key = user.access_keys[0].access_key_id
        caller = _user(account, iam, user, create_access_key(account, partition, access_key, {}))
    caller = replace(caller, session=made.session)
    if made.federated_arn is None:
        return caller
    return replace(
        caller,
        arn=made.federated_arn,
        session_arn=made.federated_arn,
        user_id=f"{account}:{made.session.name}",
        user_name=None,
        root=False,
        policies=caller.policies if not caller.root else (_EVERYTHING,),
        limits=(
            *caller.limits,
            _session_policies(iam_backends[account][partition], made.policy, made.session),
        ),
        tags=made.session.tags,
    )


def _session_policies(iam: Any, policy: str | None, session: Session | None) -> Limit:
    """The inline and the managed session policies together."""
    documents = [policy_document(policy)] if policy else []
    for arn in session.policy_arns if session else ():
        managed = iam.managed_policies.get(arn)
        documents += [_document(managed)] if managed else []
    return Limit("session policy", tuple(documents))


def _session(account: str, partition: str, access_key: str, key: Any, made: Session | None) -> Caller:
    iam = iam_backends[account][partition]
    session = sts_backends[account][partition].get_assumed_role_from_access_key(access_key)
    if session.expiration < datetime.datetime.now(datetime.UTC).replace(tzinfo=session.expiration.tzinfo):
        raise ExpiredToken(_EXPIRED)
    role = next((role for role in iam.roles.values() if role.arn == session.role_arn), None)
    if role is None:
        raise UnrecognizedClient(INVALID_TOKEN)  # it was deleted while the session ran
    limits = _boundary(iam, role.permissions_boundary_arn)
    if session.policy or (made and made.policy_arns):
        limits += (_session_policies(iam, session.policy, made),)
    return Caller(
        account,
        role.arn,
        session.user_id,
        session_arn=session.arn,
        policies=_documents(key),
        limits=limits,
        tags={**_tags(role.tags), **(made.tags if made else {})},
        session=made,
    )


def session_for_service(account: str, partition: str, role_arn: str, name: str) -> Caller | None:
    """The session of a role that a service of AWS has assumed, or None when there is no such role.

    Nobody gets its credentials, so it has no access key.
    """
    iam = iam_backends[account][partition]
    role = next((role for role in iam.roles.values() if role.arn == role_arn), None)
    if role is None:
        return None
    inline = [iam.get_role_policy(role.name, each)[1] for each in iam.list_role_policies(role.name)]
    attached = list(role.managed_policies.values())
    return Caller(
        account,
        role.arn,
        f"{role.id}:{name}",
        session_arn=f"arn:{partition}:sts::{account}:assumed-role/{role.name}/{name}",
        policies=tuple(map(_document, [*inline, *attached])),
        limits=_boundary(iam, role.permissions_boundary_arn),
        tags=_tags(role.tags),
        session=Session(name, issued=time.time()),
    )


def entity(kind: str, partition: str, account: str, name: str) -> Entity | None:
    """The role or user of this name, or None."""
    iam = iam_backends[account][partition]
    if kind == "User" and name in iam.users:
        user = iam.users[name]
        return Entity(user.arn, boundary_of(user), _tags(iam.tagger.list_tags_for_resource(user.arn)["Tags"]))
    role = next((role for role in iam.roles.values() if role.name == name), None) if kind == "Role" else None
    return role and Entity(role.arn, role.permissions_boundary_arn or None, _tags(role.tags))


def _documents(key: Any) -> tuple[Document, ...]:
    return tuple(_document(policy) for policy in key.collect_policies())


def _boundary(iam: Any, arn: str | None) -> tuple[Limit, ...]:
    """The permissions boundary with this ARN, if there is one."""
    if not arn:
        return ()
    policy = iam.managed_policies.get(arn)
    return (Limit(BOUNDARY, (_document(policy),) if policy else ()),)


def _document(policy: Any) -> Document:
    """The JSON of an inline policy (a mapping) or of the default version of a managed one."""
    if isinstance(policy, str):
        text = policy
    elif isinstance(policy, Mapping):
        text = policy["policy_document"]
    else:
        text = next(version.document for version in policy.versions if version.is_default)
    document: Document = policy_document(text)
    return document


def _tags(tags: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
