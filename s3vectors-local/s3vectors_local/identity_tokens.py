"""What an identity provider says of somebody: the claims of a web identity token, a SAML assertion.

Source: AWS STS API Reference, AssumeRoleWithWebIdentity and AssumeRoleWithSAML; IAM User Guide, "Available
keys for AWS web identity federation", "Configure SAML assertions" and "Pass session tags in AWS STS".
Signatures are not checked: that would need the provider's keys.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.etree import ElementTree

from s3vectors_local.s3vectors.errors import ServiceError

_TAGS, _SOURCE_IDENTITY = "https://aws.amazon.com/tags", "https://aws.amazon.com/source_identity"
_SAML = "https://aws.amazon.com/SAML/Attributes/"
SAML_AUDIENCE = "https://signin.aws.amazon.com/saml"
_SAML_AUDIENCES = re.compile(r"https://([a-z0-9-]+\.)?signin\.[a-z.-]+/saml|urn:amazon:webservices[a-z:-]*")
# Claims of every provider that are condition keys, and providers of which the others are as well.
_CLAIMS = ("amr", "email", "sub")
# A signature of one of these has to be there, which is then not checked.
_ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")
_WITHOUT_SCHEME = "accounts.google.com"  # the one issuer that need not be an URL
_RICH_PROVIDERS = ("token.actions.githubusercontent.com", "accounts.google.com", "oidc.circleci.com")


class InvalidIdentityToken(ServiceError):
    """400 InvalidIdentityToken."""

    code = "InvalidIdentityToken"
    status = 400


class ExpiredIdentityToken(ServiceError):
    """400 ExpiredTokenException, of a token and not of credentials."""

    code = "ExpiredIdentityToken"
    status = 400


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody for whom `provider` (a host with path, or an ARN) vouches; `context` are condition keys."""

    provider: str
    subject: str
    audiences: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]]
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive: frozenset[str] = frozenset()
    source_identity: str | None = None
    session_name: str | None = None
    roles: frozenset[tuple[str, ...]] = frozenset()


def web_identity(token: str, now: float) -> Identity:
    """The claims of a JSON Web Token; `now` in seconds since 1970.

    Raises InvalidIdentityToken, and ExpiredIdentityToken.
    """
    claims = claims_of(token)
    _check_signature(token)
    for name in ("iss", "sub", "aud", "exp"):
        if name not in claims:
            raise InvalidIdentityToken(f"Missing a required claim: {name}")
    expires = claims["exp"]
    if not isinstance(expires, int | float) or isinstance(expires, bool):
        raise InvalidIdentityToken("The exp claim is not a number")
    if expires <= now:
        raise ExpiredIdentityToken(
            f"Token expired: current date/time {int(now)} must be before the expiration date/time "
            f"{int(expires)}"
        )
    issuer = str(claims["iss"])
    if not issuer.startswith("https://") and issuer != _WITHOUT_SCHEME:
        raise InvalidIdentityToken(f"No OpenIDConnect provider found in your account for {issuer}")
    provider = issuer.removeprefix("https://")  # with the slash that some end with
    audiences = _texts(claims["aud"])
    context: dict[str, tuple[str, ...]] = {f"{provider}:aud".lower(): audiences}
    if claims.get("azp"):
        context = {f"{provider}:aud".lower(): _texts(claims["azp"]), f"{provider}:oaud".lower(): audiences}
    known = claims if provider in _RICH_PROVIDERS else _CLAIMS
    for name in known:
        if name in claims and name != "aud" and _texts(claims[name]):
            context[f"{provider}:{name}".lower()] = _texts(claims[name])
    tags = claims.get(_TAGS)
    tags = tags if isinstance(tags, dict) else {}
    return Identity(
        provider,
        str(claims["sub"]),
        audiences,
        context,
        tags={key: _texts(values)[0] for key, values in (tags.get("principal_tags") or {}).items() if values},
        transitive=frozenset(tags.get("transitive_tag_keys") or ()),
        source_identity=claims.get(_SOURCE_IDENTITY),
    )


def saml_identity(assertion: str, provider_arn: str, now: float) -> Identity:
    """The attributes of a SAML 2.0 response in Base64; `now` in seconds since 1970.

    Raises InvalidIdentityToken, and ExpiredIdentityToken.
    """
    try:
        response = ElementTree.fromstring(base64.b64decode(assertion, validate=True))
    except (binascii.Error, ValueError, ElementTree.ParseError):
        raise InvalidIdentityToken("Invalid SAML response") from None
    _check_saml_conditions(response, now)
    attributes: dict[str, tuple[str, ...]] = {}
    for element in response.findall(".//{*}Attribute"):
        values = tuple((value.text or "").strip() for value in element.findall("{*}AttributeValue"))
        attributes[element.get("Name", "")] = values
    name = response.find(".//{*}Subject/{*}NameID")
    subject = (name.text or "").strip() if name is not None else ""
    sessions = attributes.get(f"{_SAML}RoleSessionName", ())
    if not subject or not sessions:
        raise InvalidIdentityToken("The SAML response has no subject or no RoleSessionName")
    issuer = response.find(".//{*}Issuer")
    context: dict[str, tuple[str, ...]] = {"saml:aud": (SAML_AUDIENCE,), "saml:sub": (subject,)}
    if issuer is not None and issuer.text:
        context["saml:iss"] = (issuer.text.strip(),)
    prefix = f"{_SAML}PrincipalTag:"
    return Identity(
        provider_arn,
        subject,
        (SAML_AUDIENCE,),
        context,
        tags={k.removeprefix(prefix): v[0] for k, v in attributes.items() if k.startswith(prefix) and v},
        transitive=frozenset(attributes.get(f"{_SAML}TransitiveTagKeys", ())),
        source_identity=next(iter(attributes.get(f"{_SAML}SourceIdentity", ())), None),
        session_name=sessions[0],
        roles=frozenset(
            tuple(sorted(part.strip() for part in value.split(",")))
            for value in attributes.get(f"{_SAML}Role", ())
        ),
    )


def _check_saml_conditions(response: ElementTree.Element, now: float) -> None:
    """Its time and its audience, as far as the response has them.

    Source: SAML 2.0 core, sections 2.4.1.2 and 2.5.1; IAM User Guide, "Configure SAML assertions".
    """
    for element in response.findall(".//{*}Conditions") + response.findall(".//{*}SubjectConfirmationData"):
        try:
            until = datetime.datetime.fromisoformat(element.get("NotOnOrAfter", "9999-12-31T00:00:00Z"))
        except ValueError:
            raise InvalidIdentityToken("Invalid SAML response") from None
        if until.replace(tzinfo=until.tzinfo or datetime.UTC).timestamp() <= now:
            raise ExpiredIdentityToken("Response has expired")
    audiences = [(element.text or "").strip() for element in response.findall(".//{*}Audience")]
    if audiences and not any(map(_SAML_AUDIENCES.fullmatch, audiences)):
        raise InvalidIdentityToken("Response does not contain the required audience")


def claims_of(token: str) -> dict[str, Any]:
    """What a JSON Web Token says. Raises InvalidIdentityToken for what is none."""
    parts = token.split(".")
    try:
        if len(parts) != 3:
            raise ValueError
        claims = _part(parts[1])
    except ValueError:
        claims = None
    if not isinstance(claims, dict):
        raise InvalidIdentityToken(
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
        )
    return claims


def _check_signature(token: str) -> None:
    """Raises InvalidIdentityToken for a token that nobody can have signed. AWS's texts are not known.

    Source of the algorithms: IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM".
    """
    header, _, signature = token.split(".")
    try:
        algorithm = _part(header)["alg"]
    except (ValueError, KeyError, TypeError):
        algorithm = None
    if algorithm not in _ALGORITHMS:
        raise InvalidIdentityToken(f"The token is not signed with one of {', '.join(_ALGORITHMS)}")
    if not signature:
        raise InvalidIdentityToken("The token has no signature")


def _part(encoded: str) -> Any:
    """The JSON of a part of a token. Raises ValueError."""
    text = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _texts(claim: Any) -> tuple[str, ...]:
    """A claim as the values of a condition key; what is neither text nor a list of texts has none."""
    values = claim if isinstance(claim, list) else [claim]
    return tuple(
        str(v).lower() if isinstance(v, bool) else str(v) for v in values if isinstance(v, str | int | float)
    )
