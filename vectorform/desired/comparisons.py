"""The seal of a comparison: what `vectorform retire` wrote counts for exactly what it compared.

Not a secret: anybody can compute it. It keeps a comparison from being taken, by mistake, for one that it is
not: with a successor that was changed or chosen later, of another region, account or environment, or edited.
"""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlsplit

from vectorform.desired.arns import index_arn
from vectorform.desired.model import Comparison, Environment, Index, Region, VectorBucket

# botocore's partitions.json, dnsSuffix and dualStackDnsSuffix of every partition.
_DOMAINS = (
    "amazonaws.com",
    "api.aws",
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
)
_LENGTH = 16  # hexadecimal digits


def seal(environment: Environment, region: Region, retired: str, comparison: Comparison) -> str:
    """The seal of what was found in a region about the index `retired` ("bucket/index") and its successor.

    Raises KeyError if the region has not both of them.
    """
    bucket, index = written(region, retired)
    other_bucket, other = written(region, comparison.successor)
    encryption = other.encryption or other_bucket.encryption
    sealed = [
        index_arn(environment, region, bucket, index),
        index_arn(environment, region, other_bucket, other),
        [other.dimension, other.distance_metric, other.data_type, sorted(other.non_filterable_metadata_keys)],
        [
            *(encryption.sse_type, encryption.kms_key_arn, encryption.create_key),
            *([encryption.key] if encryption.key else ()),
        ],
        [comparison.successor, comparison.at, comparison.rehearsal],
        [comparison.vectors, comparison.found, comparison.filled],
    ]
    canonical = json.dumps(sealed, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:_LENGTH]


def is_aws(endpoint: str) -> bool:
    """Whether an endpoint is one of AWS: not a local AWS, on this machine or another."""
    try:
        host = urlsplit(endpoint).hostname or ""
    except ValueError:
        return False
    return any(host.endswith(f".{domain}") for domain in _DOMAINS)


def written(region: Region, address: str) -> tuple[VectorBucket, Index]:
    """The index that the YAML has under "bucket/index" in a region. Raises KeyError if it has none."""
    for bucket in region.vector_buckets:
        for index in bucket.written_indexes:
            if index.address == address:
                return bucket, index
    raise KeyError(address)
