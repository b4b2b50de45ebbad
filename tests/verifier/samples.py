"""The environment that the verifier's tests look at, with the lines it was written in, and reports on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests import model
from vectorform.desired.model import Environment, Source, VectorBucket
from vectorform.verifier import inventory
from vectorform.verifier.report import Finding, RegionReport, Report, SmokeReport


def bucket(key: str = "knowledge", indexes: int = 2, **changes: Any) -> VectorBucket:
    """A vector bucket of so many indexes."""
    filled = (
        model.index(
            f"index-{number}",
            bucket=key,
            dimension=8,
            non_filterable_metadata_keys=("text",),
            source=Source("config/dev.yaml", 9, 7),
        )
        for number in range(indexes)
    )
    where = Source("config/dev.yaml", 5, 3)
    return model.vector_bucket(*filled, key=key, **{"name": f"sample-{key}", "source": where, **changes})


def environment(
    *buckets: VectorBucket, regions: tuple[str, ...] = ("ap-southeast-2",), **changes: Any
) -> Environment:
    application = model.access(
        "application",
        bucket="knowledge",
        policy_name="sample-application-dev",
        permissions="read-write",
        description="For the application",
        source=Source("config/dev.yaml", 14, 3),
    )
    values = {
        "project": "sample",
        "access": (application,),
        "tags": {"Environment": "dev", "Project": "Sample"},
        "source": Source("config/dev.yaml", 2, 1),
        **changes,
    }
    where = Source("config/dev.yaml", 3, 11)
    whole = (model.region(*buckets or (bucket(),), name=name, source=where) for name in regions)
    return model.environment(*whole, name="dev", **values)


def report(*, fine: bool = False, smoke: bool = False) -> Report:
    """Two regions and, unless `fine`, one finding of each kind, with text that every format must escape."""
    desired = environment(
        bucket(indexes=4), bucket("archive", indexes=1), regions=("ap-southeast-2", "us-east-1")
    )
    home, other = desired.regions
    resources = {region.name: tuple(inventory.inventory(desired, region)) for region in desired.regions}
    first, second, third, _ = home.vector_buckets[0].indexes
    findings = (
        Finding(
            "different",
            inventory.of_index(desired, home, home.vector_buckets[0], first),
            'write `dimension: 16` <there> | or "not"',
            "dimension",
            8,
            16,
        ),
        Finding(
            "different",
            inventory.of_index(desired, home, home.vector_buckets[0], first),
            "cdktf deploy dev",
            "tags.Team",
            None,
            "100% <b>R&D</b> | @ops",
        ),
        Finding(
            "missing", inventory.of_index(desired, home, home.vector_buckets[0], second), "cdktf deploy dev"
        ),
        Finding(
            "unreadable",
            inventory.of_index(desired, home, home.vector_buckets[0], third),
            "run it again when fewer clients call AWS",
            None,
            None,
            "GetIndex: TooManyRequestsException: slow down (after retries)",
        ),
        Finding(
            "unmanaged",
            inventory.of_unknown_index(desired, other, other.vector_buckets[0], "by-hand"),
            "adopt it: write it under `indexes` of knowledge",
            None,
            None,
            "by-hand",
            "warning",
        ),
    )
    left = () if fine else tuple(r for r in resources[home.name] if r == findings[3].resource)
    return Report(
        environment="dev",
        account_id=model.ACCOUNT,
        time=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        regions=(
            RegionReport(home.name, tuple(r for r in resources[home.name] if r not in left), left, 0.25),
            RegionReport(other.name, resources[other.name], (), 0.5),
        ),
        findings=() if fine else findings,
        calls={"GetCallerIdentity": 1, "GetIndex": 10, "ListTagsForResource": 14},
        seconds=0.6,
        smoke=(
            (
                SmokeReport(
                    home.name,
                    "sample-knowledge",
                    {"create": 0.021, "put": 0.034, "get": 0.008, "query": 0.009},
                    0.0081,
                ),
                SmokeReport(other.name, "sample-knowledge", {"create": 0.02, "put": 0.03}, None),
            )
            if smoke
            else ()
        ),
    )
