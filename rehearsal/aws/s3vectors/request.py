"""One call of one operation, as its handler sees it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rehearsal.aws.callers import Caller
from rehearsal.aws.s3vectors.store import Store, Stores

if TYPE_CHECKING:
    from rehearsal.aws.s3vectors.encryption import Keys

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """`input` has passed the service model. `keys` looks up KMS keys; `clock` is in seconds since 1970."""

    operation: str
    input: Mapping[str, Any]
    caller: Caller
    region: str
    stores: Stores
    keys: Keys
    clock: Callable[[], float] = time.time

    def store(self) -> Store:
        """The caller's own store in the region that it called."""
        return self.stores.of(self.caller.account, self.region)

    def now(self) -> float:
        """The creation time of what is created by this request, to the millisecond."""
        return round(self.clock(), 3)


Handler = Callable[[Request], Answer]
