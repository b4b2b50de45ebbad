"""How an environment is deployed, and what becomes of it then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass

from vectorform.builders.base import Builder
from vectorform.desired.model import BackendType


@dataclass(slots=True)
class Provider(Builder):
    """How the account is reached."""

    _: KW_ONLY
    assume_role: str | Mapping[str, str] | None = None
    ignore_tags: Mapping[str, Sequence[str]] | None = None


@dataclass(slots=True)
class Outputs(Builder):
    """The outputs for applications."""

    _: KW_ONLY
    ssm: str
    values: Mapping[str, str | None] | None = None


@dataclass(slots=True)
class Backend(Builder):
    """Where Terraform keeps its state."""

    _: KW_ONLY
    type: BackendType | None = None
    bucket: str | None = None
    region: str | None = None
    key: str | None = None
    organization: str | None = None
    project: str | None = None
    hostname: str | None = None
    workspace: str | None = None
    tags: Sequence[str] | None = None
    kms_key_id: str | None = None
    assume_role: str | Mapping[str, str | None] | None = None
    address: str | None = None
    lock_address: str | None = None
    unlock_address: str | None = None
    lock_method: str | None = None
    unlock_method: str | None = None
    username: str | None = None
    retry_wait_min: int | None = None


@dataclass(slots=True)
class Rollout(Builder):
    """In which order the regions are deployed."""

    _: KW_ONLY
    waves: Sequence[Sequence[str]] | None = None


@dataclass(slots=True)
class Verification(Builder):
    """How AWS is compared with the environment."""

    _: KW_ONLY
    after_apply: bool | None = None
