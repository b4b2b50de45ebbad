"""STS: sessions of roles and users, with all that moto forgets of them. Imports moto, once moto runs.

Source: AWS STS API Reference; IAM User Guide, "Request temporary security credentials".
"""

from __future__ import annotations

import datetime
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from s3vectors_local.callers import Caller, Session
from s3vectors_local.identity_tokens import Identity, InvalidIdentityToken, saml_identity, web_identity
from s3vectors_local.partitions import partition
from s3vectors_local.policy_language import Question, global_context, resource_says
from s3vectors_local.policy_principals import Says
from s3vectors_local.policy_text import policy_document
from s3vectors_local.s3vectors.errors import AccessDenied, ValidationError
from s3vectors_local.session_durations import check_duration
from s3vectors_local.sts_requests import SessionRequest, account_of, session_request

_HOUR, _HALF_DAY = 3_600, 43_200
# They need no provider in IAM: their name is the principal.
_BUILT_IN = ("accounts.google.com", "www.amazon.com", "graph.facebook.com", "cognito-identity.amazonaws.com")
_SESSIONS = "sessions_of_the_local_aws"  # an attribute of moto's STS, so that it is kept with moto's state


@dataclass(frozen=True, slots=True)
class UserSession:
    """Temporary credentials of a user, from GetSessionToken or GetFederationToken.

    `expires` is in seconds since 1970. `policy` is the session policy of a federated user, who without one
    may do nothing.
    """

    session: Session
    user: Caller
    token: str
    expires: float
    federated_arn: str | None = None
    policy: str | None = None


def sessions(account: str, partition_name: str) -> dict[str, Any]:
    """By access key: the Session of an assumed role, the UserSession of a user."""
    backend = sts_backends[account][partition_name]
    if not hasattr(backend, _SESSIONS):
        setattr(backend, _SESSIONS, {})
    found: dict[str, Any] = getattr(backend, _SESSIONS)
    return found


def get_caller_identity(caller: Caller, _form: Mapping[str, str], _region: str) -> dict[str, Any]:
    """Who the caller is."""
    return {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.display_arn}


def assume_role(caller: Caller, form: Mapping[str, str], region: str) -> dict[str, Any]:
    """A session of a role that the caller may assume: that is decided already."""
    wanted = session_request(form, caller.session, _HOUR)
    check_duration(wanted, region, chained=caller.session is not None)
    answer = session_of_role(wanted, region, provider=None)
    if wanted.source_identity:
        answer["SourceIdentity"] = wanted.source_identity
    return answer


def assume_role_with_web_identity(form: Mapping[str, str], region: str) -> dict[str, Any]:
    """A session of a role for somebody with a web identity token.

    Raises InvalidIdentityToken, and AccessDenied where the role's trust policy does not allow it.
    """
    identity = web_identity(form.get("WebIdentityToken", ""), time.time())
    wanted = _of_identity(session_request(form, None, _HOUR), identity)
    principal = identity.provider
    if principal not in _BUILT_IN:
        principal = _oidc_provider(wanted.role_arn, identity, partition(region))
    _check_trust("AssumeRoleWithWebIdentity", wanted, identity, principal, region)
    check_duration(wanted, region, chained=False)
    return {
        **session_of_role(wanted, region, provider=principal),
        "SubjectFromWebIdentityToken": identity.subject,
        "Audience": identity.audiences[0],
        "Provider": principal,
    }


def assume_role_with_saml(form: Mapping[str, str], region: str) -> dict[str, Any]:
    """A session of a role for somebody with a SAML assertion. Raises as with a web identity."""
    provider, role_arn = form.get("PrincipalArn", ""), form.get("RoleArn", "")
    identity = saml_identity(form.get("SAMLAssertion", ""), provider, time.time())
    wanted = _of_identity(session_request(form, None, _HOUR), identity)
    if tuple(sorted((provider, role_arn))) not in identity.roles:
        raise InvalidIdentityToken("The SAML response does not contain the requested role and provider")
    iam = iam_backends[account_of(provider)][partition(region)]
    if provider not in {known.arn for known in iam.saml_providers.values()}:
        raise InvalidIdentityToken(f"Specified provider doesn't exist: {provider}")
    _check_trust("AssumeRoleWithSAML", wanted, identity, provider, region)
    check_duration(wanted, region, chained=False)
    return {
        **session_of_role(wanted, region, provider=provider),
        "Subject": identity.subject,
        "SubjectType": "persistent",
        "Issuer": next(iter(identity.context.get("saml:iss", ())), ""),
        "Audience": identity.audiences[0],
    }


def get_session_token(caller: Caller, form: Mapping[str, str], region: str) -> dict[str, Any]:
    """Temporary credentials of the caller itself; nobody needs a permission for it."""
    if caller.session is not None:
        raise AccessDenied("Cannot call GetSessionToken with session credentials")
    wanted = session_request(form, None, _HALF_DAY)
    return {"Credentials": _session_of_user(caller, wanted, region, None)}


def get_federation_token(caller: Caller, form: Mapping[str, str], region: str) -> dict[str, Any]:
    """Temporary credentials for somebody on the caller's behalf, within the policy of the request."""
    if caller.session is not None:
        raise AccessDenied("Cannot call GetFederationToken with session credentials")
    name = form.get("Name", "")
    wanted = replace(session_request(form, None, _HALF_DAY), session_name=name)
    arn = f"arn:{partition(region)}:sts::{caller.account}:federated-user/{name}"
    return {
        "Credentials": _session_of_user(caller, wanted, region, arn),
        "FederatedUser": {"FederatedUserId": f"{caller.account}:{name}", "Arn": arn},
    }


SIGNED: Mapping[str, Callable[[Caller, Mapping[str, str], str], dict[str, Any]]] = {
    "AssumeRole": assume_role,
    "GetCallerIdentity": get_caller_identity,
    "GetFederationToken": get_federation_token,
    "GetSessionToken": get_session_token,
}
UNSIGNED: Mapping[str, Callable[[Mapping[str, str], str], dict[str, Any]]] = {
    "AssumeRoleWithSAML": assume_role_with_saml,
    "AssumeRoleWithWebIdentity": assume_role_with_web_identity,
}


def xml(operation: str, result: Mapping[str, Any]) -> str:
    """An answer of the Query protocol."""
    return (
        f'<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<{operation}Result>{_members(result)}</{operation}Result>"
        f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
        f"</{operation}Response>"
    )


def _members(result: Mapping[str, Any]) -> str:
    return "".join(
        f"<{name}>{_members(value) if isinstance(value, Mapping) else escape(str(value))}</{name}>"
        for name, value in result.items()
    )


def _of_identity(wanted: SessionRequest, identity: Identity) -> SessionRequest:
    """Tags, source identity and a SAML session's name come from the identity provider alone."""
    return replace(
        wanted,
        session_name=identity.session_name or wanted.session_name,
        tags=identity.tags,
        transitive=identity.transitive,
        source_identity=identity.source_identity,
        mfa=False,
    )


def _oidc_provider(role_arn: str, identity: Identity, partition_name: str) -> str:
    providers = iam_backends[account_of(role_arn)][partition_name].open_id_providers.values()
    found = next((p for p in providers if p.url == identity.provider), None)
    if found is None:
        raise InvalidIdentityToken(
            f"No OpenIDConnect provider found in your account for https://{identity.provider}"
        )
    if not set(identity.audiences) & set(found.client_id_list):
        raise InvalidIdentityToken("Incorrect token audience")
    return str(found.arn)


def _check_trust(
    operation: str, wanted: SessionRequest, identity: Identity, principal: str, region: str
) -> None:
    account = account_of(wanted.role_arn)
    caller = Caller(account, principal, identity.subject, federated=True)
    context = {**global_context(caller, region, time.time()), **wanted.context(), **identity.context}
    roles = iam_backends[account][partition(region)].roles.values()
    role = next((role for role in roles if role.arn == wanted.role_arn), None)
    trust = policy_document(role.assume_role_policy_document) if role else None
    for action in wanted.actions(operation):
        if resource_says(trust, Question(caller, action, wanted.role_arn, context)) is not Says.ALLOW:
            raise AccessDenied(f"Not authorized to perform {action}")


def session_of_role(wanted: SessionRequest, region: str, provider: str | None) -> dict[str, Any]:
    """A session that is allowed already; `provider` vouched for the caller.

    Raises ValidationError for a managed session policy that its account has not.
    """
    account, name = account_of(wanted.role_arn), partition(region)
    _check_managed_policies(wanted, account, name)
    # moto names the session after the region that it was made in, and keeps it in the role's account.
    made = sts_backends[account][name].assume_role(
        region_name=region,
        role_session_name=wanted.session_name,
        role_arn=wanted.role_arn,
        policy=wanted.policy,
        duration=wanted.duration,
        external_id=wanted.external_id,
    )
    sessions(account, name)[made.access_key_id] = _session(wanted, provider)
    return {
        "Credentials": {
            "AccessKeyId": made.access_key_id,
            "SecretAccessKey": made.secret_access_key,
            "SessionToken": made.session_token,
            "Expiration": _utc(time.time() + wanted.duration),
        },
        "AssumedRoleUser": {"AssumedRoleId": made.user_id, "Arn": made.arn},
        "PackedPolicySize": 6,
    }


def _check_managed_policies(wanted: SessionRequest, account: str, partition_name: str) -> None:
    """They must be there, in the account of the role (STS API Reference). AWS's text is not known."""
    managed = iam_backends[account][partition_name].managed_policies
    for arn in wanted.policy_arns:
        if arn not in managed:
            raise ValidationError(f"The managed session policy {arn} does not exist")


def _session_of_user(
    caller: Caller, wanted: SessionRequest, region: str, federated_arn: str | None
) -> dict[str, Any]:
    name = partition(region)
    _check_managed_policies(wanted, caller.account, name)
    key = iam_backends[caller.account][name].create_temp_access_key()
    token, expires = secrets.token_urlsafe(96), time.time() + wanted.duration
    user = replace(caller, policies=(), user_agent=None)
    made = UserSession(_session(wanted, None), user, token, expires, federated_arn, wanted.policy)
    sessions(caller.account, name)[key.access_key_id] = made
    return {
        "AccessKeyId": key.access_key_id,
        "SecretAccessKey": key.secret_access_key,
        "SessionToken": token,
        "Expiration": _utc(expires),
    }


def _session(wanted: SessionRequest, provider: str | None) -> Session:
    return Session(
        wanted.session_name,
        issued=time.time(),
        mfa=wanted.mfa,
        tags=wanted.tags,
        transitive=wanted.transitive,
        source_identity=wanted.source_identity,
        policy_arns=wanted.policy_arns,
        provider=provider,
    )


def _utc(moment: float) -> str:
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
