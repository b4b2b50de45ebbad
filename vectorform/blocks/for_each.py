"""How a resource block is written: the values of its `for_each` row, and its protection.

`for_each` itself is written by `vectorform.blocks.document`, next to the map that it refers to: CDKTF's
iterators say the same at three calls to Node each.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from vectorform.blocks.framework import TerraformResourceLifecycle, Token


def each(member: str) -> str:
    """A text member of the row."""
    return f"${{each.value.{member}}}"


@functools.cache
def each_map(member: str) -> Mapping[str, str]:
    """A member of the row that maps texts to texts."""
    return Token.as_string_map(each(member))


@functools.cache
def each_number(member: str) -> Any:
    """A numeric member of the row."""
    return Token.as_number(each(member))


@functools.cache
def each_flag(member: str) -> Any:
    """A truth value of the row."""
    return Token.as_any(each(member))


def lifecycle(protected: bool, *ignored: str) -> TerraformResourceLifecycle | None:
    """`prevent_destroy` for a block whose loss would be a loss of vectors; attributes to be left alone."""
    if not protected and not ignored:
        return None
    return TerraformResourceLifecycle(
        prevent_destroy=True if protected else None, ignore_changes=list(ignored) or None
    )
