"""The identities of resources, by which Terraform 1.12 imports them: `import { identity = {...} }`.

Source: the service packages of hashicorp/aws 6 (s3vectors, iam and kms; service_package_gen.go): the ARN
alone, or what names a resource, with the account and, of regional ones, the region, both optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.values import Object


@dataclass(frozen=True, slots=True)
class Identity:
    """`required` attributes; `import_id` is what the same resource is imported by as an id."""

    required: tuple[str, ...]
    import_id: str
    optional: tuple[str, ...] = ()


def _by_arn(attribute: str) -> Identity:
    return Identity((attribute,), f"{{{attribute}}}")


_GLOBAL = ("account_id",)
_REGIONAL = ("account_id", "region")
IDENTITIES: Mapping[str, Identity] = {
    "aws_s3vectors_vector_bucket": _by_arn("vector_bucket_arn"),
    "aws_s3vectors_index": _by_arn("index_arn"),
    "aws_s3vectors_vector_bucket_policy": _by_arn("vector_bucket_arn"),
    "aws_iam_policy": _by_arn("arn"),
    "aws_iam_openid_connect_provider": _by_arn("arn"),
    "aws_iam_role": Identity(("name",), "{name}", _GLOBAL),
    "aws_iam_role_policy": Identity(("role", "name"), "{role}:{name}", _GLOBAL),
    "aws_iam_role_policy_attachment": Identity(("role", "policy_arn"), "{role}/{policy_arn}", _GLOBAL),
    "aws_kms_key": Identity(("id",), "{id}", _REGIONAL),
    "aws_kms_alias": Identity(("name",), "{name}", _REGIONAL),
}


def identity_of(type_name: str, state: Object | None, account_id: str) -> Object | None:
    """The identity of an object in this state; None of a type without one, or where it is not known."""
    identity = IDENTITIES.get(type_name)
    if identity is None or state is None:
        return None
    found = {name: state[name] for name in identity.required}
    if not all(isinstance(value, str) for value in found.values()):
        return None
    if "account_id" in identity.optional:
        found["account_id"] = account_id
    if "region" in identity.optional:
        found["region"] = state["region"]
    return found


def import_id(type_name: str, given: Object, account_id: str) -> str:
    """The id that says the same as an identity. Raises ProviderError for another account."""
    identity = IDENTITIES[type_name]
    account, region = given.get("account_id"), given.get("region")
    if account and account != account_id:
        raise ProviderError(
            Diagnostic(
                "Invalid Resource Import Identity",
                f'The account "{account}" in the identity does not match the account "{account_id}" of the '
                "provider.",
            )
        )
    return identity.import_id.format_map(given) + (f"@{region}" if region else "")
