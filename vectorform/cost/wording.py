"""How amounts, sizes and numbers are written."""

from __future__ import annotations

from fractions import Fraction

_CENT = Fraction(1, 100)
_UNITS = (("GB", 2**30), ("MB", 2**20), ("KB", 2**10))


def usd(amount: Fraction | None) -> str:
    """An amount in USD: to the cent, larger ones to the dollar; what is less than a cent is not nothing."""
    if amount is None:
        return "not known"
    if amount < 0:
        return f"-{usd(-amount)}"
    if 0 < amount < _CENT:
        return "<$0.01"
    return f"${float(amount):,.2f}" if amount < 10_000 else f"${float(amount):,.0f}"


def change(amount: Fraction) -> str:
    """A difference in USD, with its sign."""
    return f"+{usd(amount)}" if amount > 0 else usd(amount)


def size(count: int) -> str:
    """So many bytes, in binary units."""
    for name, unit in _UNITS:
        if count >= unit:
            shown = f"{count / unit:,.1f}"
            return f"{shown.removesuffix('.0')} {name}"
    return f"{count} bytes"


def number(count: int) -> str:
    """A number with its thousands apart."""
    return f"{count:,}"


def plural(count: int, singular: str, several: str = "") -> str:
    """So many of something."""
    return f"{count:,} {singular if count == 1 else several or singular + 's'}"
