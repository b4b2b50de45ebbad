"""What every operation of Bedrock works with: the request, and the services next to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from s3vectors_local.bedrock.resources import Scope
from s3vectors_local.bedrock.store import Store
from s3vectors_local.callers import Caller
from s3vectors_local.moto_services import Moto
from s3vectors_local.partitions import partition
from s3vectors_local.s3vectors.encryption import Keys
from s3vectors_local.s3vectors.store import Stores

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Services:
    """IAM, KMS and S3 (`moto`), S3 Vectors (`vectors`, with its `keys`), and what Bedrock remembers."""

    moto: Moto
    vectors: Stores
    keys: Keys
    store: Store


@dataclass(frozen=True, slots=True)
class Request:
    """One call. `input` has passed the service model."""

    operation: str
    input: Mapping[str, Any]
    caller: Caller
    region: str
    services: Services
    clock: Callable[[], float] = field(default=time.time, kw_only=True)

    @property
    def scope(self) -> Scope:
        """The caller's account in the region that it called."""
        return Scope(self.caller.account, self.region)

    def knowledge_base_arn(self, name: str) -> str:
        """The ARN of the knowledge base of that id."""
        where = f"{partition(self.region)}:bedrock:{self.region}:{self.caller.account}"
        return f"arn:{where}:knowledge-base/{name}"


Handler = Callable[[Request], Answer]
