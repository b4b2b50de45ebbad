"""Which bucket or index a request means: by name in the caller's own account and region, or by ARN."""

from __future__ import annotations

import re
from dataclasses import dataclass

from s3vectors_local.partitions import partition
from s3vectors_local.s3vectors.errors import ValidationError, bucket_not_found, index_not_found
from s3vectors_local.s3vectors.request import Request
from s3vectors_local.s3vectors.resources import Bucket, Index
from s3vectors_local.s3vectors.store import Store

_ARN = re.compile(r"arn:(aws[^:]*):s3vectors:([^:]+):(\d{12}):bucket/([^/]+)(?:/index/([^/]+))?")

_BUCKET_RULE = "Must specify either vectorBucketName or vectorBucketArn but not both"
_INDEX_RULE = "Must specify either indexArn or both vectorBucketName and indexName"


@dataclass(frozen=True, slots=True)
class Address:
    """A place where a bucket (`index` None) or an index may be. Nothing says that it exists."""

    partition: str
    region: str
    account: str
    bucket: str
    index: str | None = None

    @property
    def bucket_arn(self) -> str:
        """The ARN of the bucket, or of the bucket that the index is in."""
        return f"arn:{self.partition}:s3vectors:{self.region}:{self.account}:bucket/{self.bucket}"

    @property
    def arn(self) -> str:
        """The ARN of what is addressed."""
        return self.bucket_arn if self.index is None else f"{self.bucket_arn}/index/{self.index}"


def parse_arn(arn: str) -> Address | None:
    """The address that a bucket's or an index's ARN spells, or None for any other text."""
    found = _ARN.fullmatch(arn)
    if found is None:
        return None
    return Address(found[1], found[2], found[3], found[4], found[5])


def bucket_address(request: Request) -> Address:
    """The bucket of a bucket operation. Raises ValidationError unless it is named in exactly one way."""
    name, arn = request.input.get("vectorBucketName"), request.input.get("vectorBucketArn")
    if (name is None) == (arn is None):
        raise ValidationError(_BUCKET_RULE)
    return _named(request, name) if name is not None else _arn_address(str(arn))


def index_address(request: Request) -> Address:
    """The index of an index operation. Raises ValidationError unless it is named in exactly one way."""
    bucket, name = request.input.get("vectorBucketName"), request.input.get("indexName")
    arn = request.input.get("indexArn")
    if arn is not None and bucket is None and name is None:
        return _arn_address(arn)
    if arn is None and bucket is not None and name is not None:
        return _named(request, bucket, name)
    raise ValidationError(_INDEX_RULE)


def new_index_address(request: Request) -> Address:
    """Where CreateIndex is to put its index."""
    bucket = bucket_address(request)
    name = request.input["indexName"]
    return Address(bucket.partition, bucket.region, bucket.account, bucket.bucket, name)


def store_at(request: Request, address: Address) -> Store | None:
    """The store that an address leads to, or None: a region answers for itself alone, in its partition."""
    if address.region != request.region or address.partition != partition(request.region):
        return None
    return request.stores.of(address.account, address.region)


def bucket_at(request: Request, address: Address) -> tuple[Store, Bucket]:
    """The bucket at an address, with its store. Raises NotFound."""
    store = store_at(request, address)
    bucket = store.bucket(address.bucket) if store else None
    if store is None or bucket is None:
        raise bucket_not_found()
    return store, bucket


def index_at(request: Request, address: Address) -> tuple[Store, Index]:
    """The index at an address, with its store. Raises NotFound, whichever of the two is missing."""
    store = store_at(request, address)
    index = store.index(address.bucket, address.index or "") if store else None
    if store is None or index is None:
        raise index_not_found()
    return store, index


def _named(request: Request, bucket: str, index: str | None = None) -> Address:
    return Address(partition(request.region), request.region, request.caller.account, bucket, index)


def _arn_address(arn: str) -> Address:
    address = parse_arn(arn)
    if (
        address is None
    ):  # the service model has checked the form, so this is its only gap: other text after it
        raise ValidationError(f"Invalid ARN: {arn}")
    return address
