"""Import by identifier, in the words of the real provider."""

from __future__ import annotations

from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.validators import Arn, parse_arn
from vectorform.rehearsal.provider.values import Object


def regional_arn(attribute: str, identifier: str) -> Object:
    """The state to read on from: the ARN in `attribute`, and its region.

    Accepts `ARN@region` as provider 6 does. Raises ProviderError if it is no ARN or of another region.
    """
    text, _, region = identifier.partition("@")
    parsed = parse_arn(text)
    if isinstance(parsed, str):
        raise ProviderError(
            Diagnostic(
                "Invalid Resource Import ID Value",
                f'The import ID could not be parsed as an ARN.\n\nValue: "{text}"\nError: {parsed}',
            )
        )
    if region and region != parsed.region:
        raise ProviderError(
            Diagnostic(
                "Invalid Resource Import Region Value",
                f'The region passed for import, "{region}", does not match the region '
                f'"{parsed.region}" in the ARN "{text}"',
            )
        )
    return {attribute: text, "region": parsed.region}


def check_account(state: Object, account: str) -> None:
    """Raises ProviderError for the ARN of a vector bucket or index that belongs to another account."""
    for value in state.values():
        parsed = parse_arn(value) if isinstance(value, str) else None
        if not isinstance(parsed, Arn) or parsed.service != "s3vectors":
            continue
        if account and parsed.account != account:
            raise ProviderError(
                Diagnostic(
                    "Invalid Resource Import ID Value",
                    f'The account "{parsed.account}" in the ARN "{value}" does not match the account '
                    f'"{account}" of the provider.',
                )
            )


def with_region(identifier: str) -> Object:
    """`id` or `id@region`: without a region it is the provider's."""
    name, _, region = identifier.partition("@")
    return {"id": name, "region": region or None}
