"""Numbers that must be whole: Terraform itself knows no integers.

Wording: terraform-plugin-framework (`basetypes/int32_type.go`) and terraform-plugin-sdk (`schema`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.schema import Block
from vectorform.rehearsal.provider.values import Object

_BUG = (
    "An unexpected error was encountered trying to validate an attribute value. This is always an error in "
    "the provider. Please report the following to the provider developer:\n\n"
)
_LARGEST = 2**31 - 1


def check_integers(block: Block, config: Object, legacy: bool) -> list[Diagnostic]:
    """Every number of the resource types that are here is an integer: in the framework one of 32 bits."""
    found = []
    for name, attribute in block.attributes.items():
        number = _number(config[name]) if attribute.type == "number" else None
        if number is None:
            continue
        whole = number == number.to_integral_value()
        if legacy:
            if not whole:
                found.append(Diagnostic(f"Attribute must be a whole number, got {number}", path=(name,)))
        elif not whole:
            detail = f"{_BUG}Value {number} is not an integer."
            found.append(Diagnostic("Int32 Type Validation Error", detail, (name,)))
        elif not -_LARGEST - 1 <= number <= _LARGEST:
            detail = f"{_BUG}Value {number} cannot be represented as a 32-bit integer."
            found.append(Diagnostic("Int32 Type Validation Error", detail, (name,)))
    return found


def _number(value: Any) -> Decimal | None:
    """A number as it came: as text where MessagePack has no room for it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return Decimal(str(value))
