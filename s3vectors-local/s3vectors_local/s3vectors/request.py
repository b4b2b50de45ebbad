"""One call of one operation, as its handler sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from s3vectors_local.s3vectors.asked import Asked
from s3vectors_local.s3vectors.encryption import Keys
from s3vectors_local.s3vectors.store import Store, Stores

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request(Asked):
    """What is asked for, and what it is asked of. `keys` looks up KMS keys."""

    stores: Stores
    keys: Keys

    def store(self) -> Store:
        """The caller's own store in the region that it called."""
        return self.stores.of(self.caller.account, self.region)

    def now(self) -> float:
        """The creation time of what is created by this request, to the millisecond."""
        return round(self.clock(), 3)


Handler = Callable[[Request], Answer]
