"""What was seen of the state of one stack, wherever it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from vectorform.check import Check
from vectorform.desired import addresses, kinds
from vectorform.state.content import NOTHING, Content, read

# `unknown`: it could not be looked at.
Kind = Literal["none", "read", "encrypted", "damaged", "unknown"]


@dataclass(frozen=True, slots=True)
class SourceIds:
    """A data source of a knowledge base, "knowledge base/data source", and what Bedrock calls the two."""

    key: str
    knowledge_base: str
    data_source: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a state records. `fingerprint` is that of the desired state whose apply was verified last.

    `verified` False: that verification failed. Both are None where the verifier does not run within applies.
    An apply takes the record away first and brings it back last. `resources` is how many Terraform has;
    `indexes` are the keys of its indexes, "bucket/index".
    """

    serial: int
    lineage: str
    resources: int
    fingerprint: str | None
    verified: bool | None
    indexes: frozenset[str]
    data_sources: tuple[SourceIds, ...] = ()


@dataclass(frozen=True, slots=True)
class Lock:
    """Who holds the lock of a state, since when and for what. `unlock` is how to break it, "" for none."""

    who: str
    since: datetime | None = None
    operation: str = ""
    unlock: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A state and its lock. `written` is when it was written last, `by` who did that, "" where nothing says.

    `version` is what brings this very state back: its version in S3, or its id in HCP Terraform.
    `lock_seen` False: whether it is locked is not known. `checks` are what is wrong, and what was not seen.
    """

    kind: Kind
    written: datetime | None = None
    by: str = ""
    version: str = ""
    recorded: Recorded | None = None
    lock: Lock | None = None
    lock_seen: bool = True
    checks: tuple[Check, ...] = ()


def unseen(what: str, fix: str) -> Seen:
    """Neither the state nor the lock could be read."""
    return Seen("unknown", lock_seen=False, checks=(Check("unknown", what, fix),))


def recorded(state: bytes) -> tuple[Content, Recorded | None]:
    """What a state holds, and what it records; None where it cannot be read, or there is none."""
    content = read(state)
    if content.kind != "read":
        return content, None
    document = json.loads(state)
    try:
        fingerprint, verified = _verification(document["resources"])
        indexes = frozenset(_indexes(document["resources"]))
        return content, Recorded(
            int(document.get("serial", 0)),
            str(document["lineage"]),
            content.resources,
            fingerprint,
            verified,
            indexes,
            tuple(_data_sources(document["resources"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return Content("damaged") if content is not NOTHING else content, None


def _verification(resources: Any) -> tuple[str | None, bool | None]:
    """Terraform taints a resource whose provisioner has failed (Terraform documentation, "Provisioners")."""
    name = addresses.block_name(addresses.VERIFICATION)
    for resource in resources:
        if (resource["type"], resource["name"]) == ("terraform_data", name):
            for instance in resource["instances"]:
                triggers = (instance.get("attributes") or {}).get("triggers_replace") or {}
                values = triggers.get("value") or {}
                return str(values["desired_state"]), instance.get("status") != "tainted"
    return None, None


def _indexes(resources: Any) -> list[str]:
    return [
        str(instance["index_key"])
        for resource in resources
        if resource["mode"] == "managed" and resource["type"] == kinds.INDEX.type
        for instance in resource["instances"]
        if "index_key" in instance
    ]


def _data_sources(resources: Any) -> Iterator[SourceIds]:
    for resource in resources:
        if resource["mode"] == "managed" and resource["type"] == kinds.DATA_SOURCE.type:
            for instance in resource["instances"]:
                attributes = instance.get("attributes") or {}
                ids = attributes.get("knowledge_base_id"), attributes.get("data_source_id")
                if all(ids):
                    key = str(instance.get("index_key") or attributes.get("name"))
                    yield SourceIds(key, str(ids[0]), str(ids[1]))


def lock_of(text: Mapping[str, Any], unlock: str = "") -> Lock:
    """The description of a lock as Terraform writes it (its internal/states/statemgr, LockInfo)."""
    operation = str(text.get("Operation") or "").removeprefix("OperationType").lower()
    return Lock(str(text.get("Who") or "somebody"), moment(text.get("Created")), operation, unlock)


def moment(text: object) -> datetime | None:
    """A time of RFC 3339 in UTC; None where it is none. Go writes up to nine digits of a second."""
    try:
        return datetime.fromisoformat(str(text)[:19]).replace(tzinfo=UTC)
    except ValueError:
        return None
