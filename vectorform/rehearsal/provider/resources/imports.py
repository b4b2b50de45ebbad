"""Import by identifier, in the words of the real provider."""

from __future__ import annotations

from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.validators import parse_arn
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


def with_region(identifier: str) -> Object:
    """`id` or `id@region`: without a region it is the provider's."""
    name, _, region = identifier.partition("@")
    return {"id": name, "region": region or None}
