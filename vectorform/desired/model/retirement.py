"""An index or a vector bucket on its way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Replacement:
    """What replaces a retired index: another one, as "bucket/index"; None is nothing at all.

    `other_keys` says why the vectors of the other have other keys: then all that can be compared is whether
    it is filled. None: every key of the retired index must be in it.
    """

    index: str | None
    other_keys: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `vectorform retire` found in one region when it compared a retired index with its successor.

    `at` is RFC 3339 in UTC. `vectors` is how many the retired index had; `found`, how many of their keys
    the successor had; or, where it has other keys, `filled`, how many vectors it had, both counted up to a
    limit. `rehearsal`: in a local AWS. `seal` holds all of it together (`vectorform.desired.comparisons`).
    """

    successor: str
    at: str
    vectors: int
    found: int | None = None
    filled: int | None = None
    rehearsal: bool = False
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Retirement:
    """An index on its way out, in steps that are applied one by one.

    Neither flag: still deployed, and AWS no longer refuses to delete it. `confirm_destroy`: Terraform deletes
    it. `keep`: Terraform forgets it, and it stays in AWS. At most one of the two is set. `replaced_by` None:
    the YAML does not say. `compared` is by region.
    """

    reason: str
    confirm_destroy: bool = False
    keep: bool = False
    replaced_by: Replacement | None = None
    compared: Mapping[str, Comparison] = field(default_factory=dict)

    @property
    def removes(self) -> bool:
        """Whether Terraform is to delete or to forget it."""
        return self.confirm_destroy or self.keep
