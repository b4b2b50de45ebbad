"""How fast the verifier is, and against what: `.venv/bin/python -m benchmarks.verify`.

For each size, against a local AWS that delays every answer by 20 ms, each in a process of its own:

- verify: `vectorform.verifier.verify`
- bare: the same boto3 calls from the same number of threads, with nothing compared
- in turn: the same calls one after the other, for a sample of the indexes, scaled to all of them

Target: verify at least 8 times faster than in turn, within 1.5 times of bare, below 300 MB.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from s3vectors_local.faults import Fault
from s3vectors_local.process import local_aws
from vectorform.desired.model import Environment, Index, Region, VectorBucket

LATENCY_MILLISECONDS = 20
SAMPLE = 200  # indexes that are read one after the other
SIZES = ((14, 1_000), (1, 10_000))
# Real region names, so that endpoints and ARNs are formed as for AWS.
REGIONS = (
    *("ap-southeast-2", "us-east-1", "us-east-2", "us-west-2", "eu-central-1", "eu-west-1", "eu-west-2"),
    *("eu-west-3", "eu-north-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-southeast-1"),
    "ca-central-1",
)
HEADINGS = (
    "| regions x indexes | calls | verify s | bare s | in turn s "
    "| verify/bare | in turn/verify | MB | bare MB |"
    "\n|---|---|---|---|---|---|---|---|---|"
)
TAGS = {"Environment": "benchmark"}


def environment(regions: int, indexes: int) -> Environment:
    """One bucket per region with that many indexes."""
    bucket = VectorBucket(
        "bucket",
        f"benchmark-{indexes}",
        indexes=tuple(
            Index(f"index-{number}", f"bucket/index-{number}", f"index-{number}", 1024, "cosine")
            for number in range(indexes)
        ),
    )
    found = tuple(Region(name, (bucket,)) for name in REGIONS[:regions])
    return Environment("benchmark", "benchmark", "123456789012", found, tags=TAGS)


def deploy(desired: Environment) -> None:
    import boto3
    from botocore.config import Config

    from vectorform.desired.policies import bucket_policy

    session, config = boto3.Session(), Config(max_pool_connections=8)
    for region in desired.regions:
        client = session.client("s3vectors", region_name=region.name, config=config)
        (bucket,) = region.vector_buckets
        client.create_vector_bucket(vectorBucketName=bucket.name, tags=TAGS)
        policy = json.dumps(bucket_policy(desired, region, bucket))
        client.put_vector_bucket_policy(vectorBucketName=bucket.name, policy=policy)

        def create(index: Index, client: Any = client, name: str = bucket.name) -> None:
            client.create_index(
                vectorBucketName=name,
                indexName=index.name,
                dimension=index.dimension,
                distanceMetric=index.distance_metric,
                dataType=index.data_type,
                tags=TAGS,
            )

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(create, bucket.indexes))


def run_verify(desired: Environment) -> int:
    from vectorform.verifier.verify import verify

    report = verify(desired)
    assert report.exit_code == 0, report.findings[:3]
    return sum(report.calls.values())


def run_bare(desired: Environment) -> int:
    """The verifier's calls, its retry mode and its threads, and nothing else."""
    import boto3
    from botocore.config import Config

    from vectorform.desired.arns import index_arn
    from vectorform.verifier.aws import CONCURRENCY

    session = boto3.Session()
    config = Config(retries={"mode": "adaptive", "total_max_attempts": 5}, max_pool_connections=CONCURRENCY)
    clients = {
        region.name: session.client("s3vectors", region_name=region.name, config=config)
        for region in desired.regions
    }

    def one_region(region: Region) -> int:
        client = clients[region.name]
        (bucket,) = region.vector_buckets

        def one_index(index: Index) -> int:
            client.get_index(vectorBucketName=bucket.name, indexName=index.name)
            client.list_tags_for_resource(resourceArn=index_arn(desired, region, bucket, index))
            return 2

        with ThreadPoolExecutor(CONCURRENCY) as pool:
            return sum(pool.map(one_index, bucket.indexes))

    with ThreadPoolExecutor(len(desired.regions)) as pool:
        return sum(pool.map(one_region, desired.regions))


def run_in_turn(desired: Environment) -> int:
    import boto3

    from vectorform.desired.arns import index_arn

    region = desired.home
    (bucket,) = region.vector_buckets
    client = boto3.Session().client("s3vectors", region_name=region.name)
    for index in itertools.islice(bucket.indexes, SAMPLE):
        client.get_index(vectorBucketName=bucket.name, indexName=index.name)
        client.list_tags_for_resource(resourceArn=index_arn(desired, region, bucket, index))
    return 2 * min(SAMPLE, len(bucket.indexes))


def child(what: str, regions: int, indexes: int) -> None:
    """Run one of the three and print what it took."""
    desired = environment(regions, indexes)
    start = time.monotonic()
    calls = {"verify": run_verify, "bare": run_bare, "in turn": run_in_turn}[what](desired)
    seconds = time.monotonic() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": megabytes, "calls": calls}))


def measured(what: str, regions: int, indexes: int, variables: dict[str, str]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.verify", "--child", what]
    command += ["--regions", str(regions), "--indexes", str(indexes)]
    done = subprocess.run(command, env=variables, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def compare(regions: int, indexes: int) -> None:
    with local_aws() as aws:
        variables = aws.surroundings()
        os.environ.update(aws.environment())
        deploy(environment(regions, indexes))
        aws.inject(Fault("latency", milliseconds=LATENCY_MILLISECONDS))
        results = {
            what: measured(what, regions, indexes, variables) for what in ("bare", "verify", "in turn")
        }
    total = regions * indexes
    in_turn = results["in turn"]["seconds"] * total / (results["in turn"]["calls"] / 2)
    verify, bare = results["verify"], results["bare"]
    print(
        f"| {regions} x {indexes:,} | {verify['calls']:,} | {verify['seconds']:.1f} | {bare['seconds']:.1f} "
        f"| {in_turn:.0f} | {verify['seconds'] / bare['seconds']:.2f} "
        f"| {in_turn / verify['seconds']:.1f} | {verify['megabytes']:.0f} | {bare['megabytes']:.0f} |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--regions", type=int)
    parser.add_argument("--indexes", type=int)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.regions, options.indexes)
        return
    print(HEADINGS)
    sizes = SIZES if options.regions is None else ((options.regions, options.indexes),)
    for regions, indexes in sizes:
        compare(regions, indexes)


if __name__ == "__main__":
    main()
