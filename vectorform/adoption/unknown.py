"""What the file asks for, AWS has and the state does not: the difference, as data.

A lost or old state leads there, and a create call whose answer never came. Terraform would create these
things again, and AWS refuses that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from vectorform.desired import addresses, arns, kinds
from vectorform.desired.created_keys import created_keys
from vectorform.desired.model import Environment, Key, Region, VectorBucket
from vectorform.errors import UserError
from vectorform.verifier.report import Report, ResourceType


@dataclass(frozen=True, slots=True)
class Existing:
    """One thing in AWS: its address in the stack, and what Terraform imports it by."""

    address: str
    identifier: str

    @property
    def type(self) -> str:
        """The resource type in Terraform."""
        return self.address.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Unknown:
    """What can be adopted, and what cannot.

    `occupied` pairs it with what the state has in its place, `elsewhere` with the stack that manages it.
    """

    adoptable: tuple[Existing, ...]
    occupied: tuple[tuple[Existing, str], ...]
    elsewhere: tuple[tuple[Existing, str], ...] = ()


def existing(
    environment: Environment, region: Region, report: Report, key_id: Callable[[str], str]
) -> Iterator[Existing]:
    """What AWS has of the desired state of a region, by a report in which all of it was checked.

    `key_id` tells the id of the KMS key that an alias, given by its ARN, stands for.
    """
    there = _Report(report)
    for name, key in created_keys(region).items():
        if there.has(kinds.KMS_KEY.noun, name):
            yield from _key(environment, region, name, key, key_id)
    for bucket in region.vector_buckets:
        if there.has(kinds.VECTOR_BUCKET.noun, bucket.key):
            yield from _bucket(environment, region, bucket, there)
    if region.name == environment.home.name:
        yield from _access(environment, there)


def unknown(found: Iterable[Existing], state: str, others: Mapping[str, str] | None = None) -> Unknown:
    """What of it is not in a state, as `terraform state pull` prints it: nothing, where there is none.

    What the state has at another address is known: a `moved` block brings it to its own. `others` are the
    states of other stacks: two may not manage one thing. Raises UserError if a text is no state.
    """
    known = dict(_instances(state))
    managed = {
        identity: stack
        for stack, text in (others or {}).items()
        for identity in _identities(_instances(text))
    }
    here = set(_identities(known.items()))
    left = [resource for resource in found if _identity(resource) not in here]
    elsewhere = tuple(
        (resource, managed[_identity(resource)]) for resource in left if _identity(resource) in managed
    )
    free = [resource for resource in left if _identity(resource) not in managed]
    return Unknown(
        adoptable=tuple(resource for resource in free if resource.address not in known),
        occupied=tuple((resource, known[resource.address]) for resource in free if resource.address in known),
        elsewhere=elsewhere,
    )


def _identity(resource: Existing) -> tuple[str, str]:
    return resource.type, resource.identifier


def _identities(instances: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return (_identity(Existing(address, identifier)) for address, identifier in instances)


class _Report:
    """Which resources of a report exist."""

    def __init__(self, report: Report) -> None:
        self._missing = {
            (finding.resource.type, finding.resource.key)
            for finding in report.findings
            if finding.kind == "missing"
        }
        self._checked = {
            (resource.type, resource.key) for region in report.regions for resource in region.checked
        }
        self._detached = {
            finding.resource.key for finding in report.findings if finding.attribute == "attached policy"
        }

    def has(self, type_: ResourceType, key: str) -> bool:
        return (type_, key) in self._checked - self._missing

    def attached(self, key: str) -> bool:
        ends = all(self.has(kind.noun, key) for kind in (kinds.IAM_ROLE, kinds.IAM_POLICY))
        return ends and key not in self._detached


def _key(
    environment: Environment, region: Region, name: str, key: Key, key_id: Callable[[str], str]
) -> Iterator[Existing]:
    alias = arns.alias_arn(environment, region, key.alias)
    yield Existing(addresses.encryption_key_address(name, key), key_id(alias))
    yield Existing(addresses.encryption_key_alias_address(name, key), key.alias)


def _bucket(
    environment: Environment, region: Region, bucket: VectorBucket, there: _Report
) -> Iterator[Existing]:
    arn = arns.bucket_arn(environment, region, bucket)
    yield Existing(addresses.vector_bucket_address(bucket), arn)
    if there.has(kinds.VECTOR_BUCKET_POLICY.noun, bucket.key):
        yield Existing(addresses.vector_bucket_policy_address(bucket), arn)
    for index in bucket.indexes:
        if there.has(kinds.INDEX.noun, index.address):
            index_arn = arns.index_arn(environment, region, bucket, index)
            yield Existing(addresses.index_address(bucket, index), index_arn)


def _access(environment: Environment, there: _Report) -> Iterator[Existing]:
    for access in environment.access:
        arn = arns.policy_arn(environment, access)
        if there.has(kinds.IAM_POLICY.noun, access.key):
            yield Existing(addresses.access_policy_address(access), arn)
        if access.role is not None and there.has(kinds.IAM_ROLE.noun, access.key):
            yield Existing(addresses.access_role_address(access), access.role.name)
            if there.attached(access.key):
                yield Existing(addresses.access_role_policy_address(access), f"{access.role.name}/{arn}")


def _instances(state: str) -> Iterator[tuple[str, str]]:
    """Address and identifier of everything in a state that can be adopted."""
    if not state.strip():
        return
    try:
        for resource in json.loads(state)["resources"]:
            kind = kinds.of_type(resource["type"])
            if kind is not None:
                for instance in resource["instances"]:
                    address = addresses.instance(kind.block(resource["name"]), str(instance.get("index_key")))
                    yield address, kind.identifier(instance["attributes"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"the state cannot be read ({type(error).__name__}: {error})") from None
