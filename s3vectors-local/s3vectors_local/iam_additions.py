"""Calls to IAM that moto lacks. Imports moto, once moto runs.

Source: IAM API Reference, AddClientIDToOpenIDConnectProvider and RemoveClientIDFromOpenIDConnectProvider.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from moto.iam.models import iam_backends

from s3vectors_local import iam_boundaries
from s3vectors_local.callers import Caller
from s3vectors_local.iam_errors import InvalidInput, NoSuchEntity
from s3vectors_local.partitions import partition

_LONGEST_AUDIENCE = 255  # characters


def _add_audience(provider: Any, audience: str) -> None:
    """Once more is no error."""
    if audience not in provider.client_id_list:
        provider.client_id_list.append(audience)


def _remove_audience(provider: Any, audience: str) -> None:
    """What is not there is no error."""
    if audience in provider.client_id_list:
        provider.client_id_list.remove(audience)


_ADDITIONS: Mapping[str, Callable[[Any, str], None]] = {
    "AddClientIDToOpenIDConnectProvider": _add_audience,
    "RemoveClientIDFromOpenIDConnectProvider": _remove_audience,
}


def serve(operation: str, form: Mapping[str, str], caller: Caller, region: str) -> str | None:
    """The answer, or None for an operation that is moto's. Raises NoSuchEntity, InvalidInput."""
    iam_boundaries.check(operation, form, caller, region)
    if operation in _ADDITIONS:
        _change_audiences(_ADDITIONS[operation], form, caller, region)
    elif operation == "CreateUser" or not iam_boundaries.keep(operation, form, caller, region):
        return None
    return (
        f'<{operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
        f"<ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
        f"</{operation}Response>"
    )


def finish(operation: str, form: Mapping[str, str], caller: Caller, region: str) -> None:
    """What moto forgets of a call that it has answered."""
    if operation == "CreateUser" and "PermissionsBoundary" in form:
        iam_boundaries.keep(operation, form, caller, region)


def _change_audiences(
    change: Callable[[Any, str], None], form: Mapping[str, str], caller: Caller, region: str
) -> None:
    arn, audience = form.get("OpenIDConnectProviderArn", ""), form.get("ClientID", "")
    provider = iam_backends[caller.account][partition(region)].open_id_providers.get(arn)
    if provider is None:
        raise NoSuchEntity(f"OpenIDConnect Provider not found for arn {arn}")
    if not 1 <= len(audience) <= _LONGEST_AUDIENCE:
        raise InvalidInput(f"A client ID has 1 to {_LONGEST_AUDIENCE} characters")
    change(provider, audience)
