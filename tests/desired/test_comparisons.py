"""What a comparison counts for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.model import environment, index, region, vector_bucket
from vectorform.desired.comparisons import is_aws, seal
from vectorform.desired.model import Comparison, Encryption

BOTH = vector_bucket(index("old"), index("new"), index("newer"))
FOUND = Comparison("documents/new", "2026-11-26T03:10:12Z", 12, found=12)


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("https://s3vectors.us-east-1.api.aws", True),
        ("https://vpce-1a2b.s3vectors.us-east-1.vpce.amazonaws.com", True),
        ("https://s3vectors.cn-north-1.amazonaws.com.cn:443/", True),
        ("http://127.0.0.1:5000", False),
        ("http://localstack:4566", False),
        ("https://api.aws.example.org", False),
        ("https://evilamazonaws.com", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_what_is_an_endpoint_of_aws(endpoint: str, expected: bool) -> None:
    assert is_aws(endpoint) is expected


def test_a_seal_is_of_two_indexes_as_they_are_in_one_region_and_of_what_was_found() -> None:
    plain = environment(region(BOTH), region(BOTH, name="us-east-1"))
    home = plain.home
    seals = [seal(plain, home, "documents/old", FOUND)]

    def other(**values: object) -> str:
        changed = vector_bucket(index("old"), index("new", **values), index("newer"))
        return seal(plain, region(changed), "documents/old", FOUND)

    seals += [
        seal(plain, plain.regions[1], "documents/old", FOUND),
        seal(plain, home, "documents/newer", FOUND),
        seal(replace(plain, account_id="210987654321"), home, "documents/old", FOUND),
        seal(plain, region(replace(BOTH, name="other")), "documents/old", FOUND),
        seal(plain, region(replace(BOTH, encryption=Encryption("aws:kms", "arn"))), "documents/old", FOUND),
        other(dimension=8),
        other(distance_metric="euclidean"),
        other(non_filterable_metadata_keys=("text",)),
        other(encryption=Encryption("aws:kms", "arn2")),
        other(name="another"),
    ]
    seals += [
        seal(plain, home, "documents/old", replace(FOUND, **values))
        for values in (
            {"successor": "documents/newer"},
            {"at": "2026-11-26T03:10:13Z"},
            {"vectors": 13},
            {"found": 11},
            {"found": None, "filled": 12},
            {"rehearsal": True},
        )
    ]
    assert len(set(seals)) == len(seals)
    assert seal(plain, region(BOTH), "documents/old", replace(FOUND, seal="x")) == seals[0]
    with pytest.raises(KeyError):
        seal(plain, home, "documents/gone", FOUND)
