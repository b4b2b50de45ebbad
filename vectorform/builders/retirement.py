"""Indexes on their way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass

from vectorform.builders.base import Builder


@dataclass(slots=True)
class Replacement(Builder):
    """An index that replaces a retired one, with other keys."""

    _: KW_ONLY
    index: str
    other_keys: str


@dataclass(slots=True)
class Comparison(Builder):
    """What `vectorform retire` found in one region, as it prints it."""

    _: KW_ONLY
    successor: str
    at: str
    vectors: int
    seal: str
    found: int | None = None
    filled: int | None = None
    rehearsal: bool | None = None


@dataclass(slots=True)
class Retirement(Builder):
    """An index, or a whole vector bucket, on its way out."""

    _: KW_ONLY
    reason: str
    replaced_by: str | Replacement | None = None
    compared: Mapping[str, Comparison | None] | None = None
    confirm_destroy: bool | None = None
    keep: bool | None = None
