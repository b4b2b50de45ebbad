"""S3 clients for the backend of each stack."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any


class Clients:
    """S3 clients as Terraform's backend has them: the shell's, or of the role of the backend's `assume_role`.

    For several threads: boto3's session takes one at a time.
    """

    def __init__(self, config: Any = None) -> None:
        self._config = config
        self._made: dict[tuple[str | None, str], Any] = {}
        self._sessions: dict[str | None, Any] = {}
        self._lock = threading.Lock()

    def of(self, place: Mapping[str, Any]) -> Any:
        """The client for the settings of one stack's backend."""
        from vectorform.sessions import session

        role = place.get("assume_role") or {}
        region, arn = place["region"], role.get("role_arn")
        with self._lock:
            if arn not in self._sessions:
                self._sessions[arn] = session(
                    arn, role.get("external_id"), region, name=role.get("session_name")
                )
            if (arn, region) not in self._made:
                self._made[arn, region] = self._sessions[arn].client(
                    "s3", region_name=region, config=self._config
                )
            return self._made[arn, region]
