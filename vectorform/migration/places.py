"""The two ends of a migration: which indexes they are, in which regions, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vectorform.desired import lookup
from vectorform.desired.attributes import ABSENT, ENCRYPTION, INDEX
from vectorform.desired.model import Environment, Region
from vectorform.errors import UserError

_OF_ENCRYPTION = (ENCRYPTION["sse_type"], ENCRYPTION["kms_key_arn"])
# What `noteworthy` has words of its own for.
_TOLD = ("distance_metric", "non_filterable_metadata_keys")


@dataclass(frozen=True, slots=True)
class Place:
    """An index by its names in AWS, and the role that reads and writes it, as `provider` in the YAML.

    In another account than `account` nothing is called; None: whichever the credentials are of.
    """

    region: str
    bucket: str
    index: str
    assume_role: str | None = field(default=None, compare=False)
    external_id: str | None = field(default=None, compare=False)
    account: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.bucket}/{self.index} [{self.region}]"

    @property
    def parameters(self) -> dict[str, str]:
        """What names the index in a call."""
        return {"vectorBucketName": self.bucket, "indexName": self.index}


@dataclass(frozen=True, slots=True)
class Route:
    """From which indexes to which, a pair for each region of the source.

    `left_out` are the regions that have the source too, and that nobody asked for.
    """

    pairs: tuple[tuple[Place, Place], ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """An index as AWS describes it. Another `created` is another index, though of the same name.

    `encryption` is its own or its bucket's: the type, and with aws:kms the ARN of the key.
    """

    arn: str
    created: str
    attributes: Mapping[str, Any]
    encryption: tuple[str, ...] = ()

    def __getitem__(self, field: str) -> Any:
        return self.attributes.get(field)

    @property
    def non_filterable(self) -> frozenset[str]:
        """Its non-filterable metadata keys."""
        return frozenset(self["non_filterable_metadata_keys"] or ())


def named_in_aws(source: str, target: str, region: str | None, to_region: str | None) -> Route:
    """The route between two indexes by their names in AWS. Raises UserError without a region."""
    ends = _parts(source), _parts(target)
    if region is None:
        raise UserError(f"{source}: the region is unknown; use --region, AWS_REGION or --environment")
    return Route(((Place(region, *ends[0]), Place(to_region or region, *ends[1])),))


def named_in_yaml(
    source: str,
    target: str,
    environment: Environment,
    regions: Sequence[str] = (),
    to_region: str | None = None,
) -> Route:
    """The route between two entries of the YAML, in every region that has the source, or in `regions` alone.

    Raises UserError when an end of it is missing anywhere: before anything is copied.
    """
    _parts(source), _parts(target)
    for name in (*regions, *([to_region] if to_region else ())):
        lookup.region(environment, name)
    known = [region.name for region in environment.regions]
    having = [region.name for region in environment.regions if source in places(environment, region)]
    chosen = [name for name in known if name in regions] or having
    if to_region and len(chosen) > 1:
        raise UserError(
            f"--to-region {to_region}: the source region is ambiguous, because {source} is in "
            f"{', '.join(chosen)}; use --region"
        )
    pairs = []
    missing: list[str] = []
    for name in chosen or known[:1]:
        ends = []
        for region, key in ((name, source), (to_region or name, target)):
            try:
                ends.append(_place(environment, region, key))
            except lookup.NotThere as error:
                missing.append(str(error))
        if not missing:
            pairs.append((ends[0], ends[1]))
    if missing:
        raise UserError("\n".join(missing))
    for of, to in pairs:
        _require_one_model(environment, (of.region, source), (to.region, target))
    return Route(tuple(pairs), tuple(name for name in having if name not in chosen))


def places(environment: Environment, region: Region) -> dict[str, Place]:
    """Every index of a region, by "bucket/index"."""
    reached = environment.provider
    return {
        index.address: Place(
            region.name,
            bucket.name,
            index.name,
            reached.assume_role,
            reached.external_id,
            environment.account_id,
        )
        for bucket in region.written_vector_buckets
        for index in bucket.written_indexes
    }


def _require_one_model(environment: Environment, *ends: tuple[str, str]) -> None:
    """Raises UserError for indexes whose embedding models differ: AWS would take the vectors, to no use."""
    source, target = (_model(environment.region(region), key) for region, key in ends)
    if source and target and source != target:
        raise UserError(
            f"the source has the embedding model {source}, the target {target}: embed the texts again instead"
        )


def _model(region: Region, key: str) -> str | None:
    for bucket in region.written_vector_buckets:
        for index in bucket.written_indexes:
            if index.address == key and index.embedding_model is not None:
                return index.embedding_model.name
    return None


def _parts(text: str) -> tuple[str, str]:
    bucket, slash, index = text.partition("/")
    if not (bucket and slash and index) or "/" in index:
        raise UserError(f"{text}: write an index as bucket/index")
    return bucket, index


def _place(environment: Environment, region: str, key: str) -> Place:
    known = places(environment, environment.region(region))
    return lookup.named(key, known, "index", f"{environment.name} in {region}")


def described(answer: Any) -> Described:
    """An index from the answer of GetIndex."""
    index = answer["index"]
    found = {row.field: row.found_in(index) for row in INDEX.compared}
    encryption = index.get(INDEX["encryption"].answer, {})
    return Described(
        arn=index["indexArn"],
        created=index["creationTime"].isoformat(),
        attributes={field: value for field, value in found.items() if value is not ABSENT},
        encryption=tuple(encryption[row.answer] for row in _OF_ENCRYPTION if encryption.get(row.answer)),
    )


def require_fitting(source: Described, target: Described) -> None:
    """Raises UserError unless the target can hold the source's vectors."""
    if source.arn == target.arn:
        raise UserError("the source and the target are the same index: there is nothing to copy")
    for row in INDEX.compared:
        of, to = source[row.field], target[row.field]
        if of != to and not row.fits_copies:
            raise UserError(f"the source has {row.noun} {of}, the target {to}: embed the texts again instead")


def noteworthy(source: Described, target: Described) -> Iterator[str]:
    """What will be otherwise in the target, though every vector is the same there.

    Metrics and metadata: S3 User Guide, "Creating a vector index" and "Limitations and restrictions".
    """
    of, to = source["distance_metric"], target["distance_metric"]
    if of != to:
        yield (
            f"the source measures {of}, the target {to}: the vectors are copied unchanged, but distances, "
            "thresholds and (unless every vector has length 1) the ranking will differ"
        )
    if to == "cosine" != of:
        yield "a cosine index refuses a vector of zeros, which ends the migration"
    if lost := sorted(target.non_filterable - source.non_filterable):
        yield f"filters on {', '.join(lost)} will be refused: these keys are non-filterable in the target"
    if gained := sorted(source.non_filterable - target.non_filterable):
        yield (
            f"{', '.join(gained)} will be filterable metadata, which is limited to 2,048 bytes per vector: "
            "a larger vector is refused, which ends the migration"
        )
    if source.encryption != target.encryption:
        yield (
            f"the source is encrypted with {' '.join(source.encryption)}, the target with "
            f"{' '.join(target.encryption)}: its readers need that key"
        )
    for row in INDEX.compared:
        if row.field not in _TOLD and row.fits_copies and source[row.field] != target[row.field]:
            yield f"the source has {row.noun} {source[row.field]}, the target {target[row.field]}"
