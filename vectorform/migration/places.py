"""The two ends of a migration: which indexes they are, and whether one can take what the other holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vectorform.desired.model import Environment
from vectorform.errors import UserError


@dataclass(frozen=True, slots=True)
class Place:
    """An index by its names in AWS."""

    region: str
    bucket: str
    index: str

    def __str__(self) -> str:
        return f"{self.bucket}/{self.index} [{self.region}]"

    @property
    def parameters(self) -> dict[str, str]:
        """What names the index in a call."""
        return {"vectorBucketName": self.bucket, "indexName": self.index}


@dataclass(frozen=True, slots=True)
class Described:
    """An index as AWS describes it. Another `created` is another index, though of the same name."""

    arn: str
    created: str
    dimension: int
    data_type: str
    distance_metric: str


def place(text: str, environment: Environment | None, region: str | None) -> Place:
    """The index that `bucket/index` names: keys of the environment's YAML, or names in AWS without one.

    Raises UserError when there is none.
    """
    bucket, slash, index = text.partition("/")
    if not (bucket and slash and index) or "/" in index:
        raise UserError(f"{text}: an index is written bucket/index")
    if environment is None:
        if region is None:
            raise UserError(
                f"{text}: in which region? Say --region, set AWS_REGION, or name an --environment"
            )
        return Place(region, bucket, index)
    names = [candidate.name for candidate in environment.regions]
    if region is not None and region not in names:
        raise UserError(f"{environment.name} has no region {region}; it has {', '.join(names)}")
    where = environment.region(region) if region else environment.home
    places = {
        candidate.address: Place(where.name, holder.name, candidate.name)
        for holder in where.vector_buckets
        for candidate in holder.written_indexes
    }
    if text in places:
        return places[text]
    known = list(places)
    raise UserError(
        f"{text}: {environment.name} has no such index in {where.name}; it has {', '.join(known[:20])}"
    )


def described(answer: Any) -> Described:
    """An index from the answer of GetIndex."""
    index = answer["index"]
    return Described(
        arn=index["indexArn"],
        created=index["creationTime"].isoformat(),
        dimension=index["dimension"],
        data_type=index["dataType"],
        distance_metric=index["distanceMetric"],
    )


def require_fitting(source: Described, target: Described) -> None:
    """Raises UserError unless the target can hold the source's vectors."""
    if source.arn == target.arn:
        raise UserError("the source and the target are one index: there is nothing to copy")
    for what, of, to in (
        ("dimension", source.dimension, target.dimension),
        ("data type", source.data_type, target.data_type),
    ):
        if of != to:
            raise UserError(f"the source has {what} {of}, the target {to}: embed the texts again instead")
