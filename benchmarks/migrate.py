"""How fast a migration is, and against what: `.venv/bin/python -m benchmarks.migrate`.

Vectors per second for 1, 4 and 16 segments, in turns, each in a process of its own and into an empty index:

- put: PutVectors alone, its bodies prepared beforehand and sent by a bare HTTP client: the limit
- boto3: PutVectors alone through a plain boto3 client, from vectors in memory: what a script reaches at best
- copy: `migrate --no-check`, which also reads the source and asks the target what it has
- migrate: the same with the comparison of every vector after it

All but the first have as many threads as segments, and send pages of the size that ListVectors gives. The
service's own limit of 2,500 vectors per second is off. Prints Markdown.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from s3vectors_local.faults import Fault
from s3vectors_local.process import LocalAws, local_aws
from vectorform.migration.calls import client
from vectorform.migration.journal import Journal
from vectorform.migration.migrate import Migration
from vectorform.migration.pace import Pace
from vectorform.migration.places import Place, described

SEGMENTS = (1, 4, 16)
REGION, BUCKET = "us-east-1", "benchmark"
PAGE_BYTES = 1_048_576  # a page of ListVectors ends there
SIGNATURE = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3vectors/aws4_request"
SOURCE = Place(REGION, BUCKET, "source")


def batches(vectors: int, dimension: int) -> list[list[dict[str, Any]]]:
    """The same vectors in every process, in pages as ListVectors gives them."""
    numbers = random.Random(7)
    size = min(500, PAGE_BYTES // (4 * dimension))
    made = [
        {
            "key": f"vector-{number:07}",
            "data": {"float32": [numbers.gauss(0, 1) for _ in range(dimension)]},
            "metadata": {"group": number % 7, "text": "a passage " * 10},
        }
        for number in range(vectors)
    ]
    return [made[start : start + size] for start in range(0, vectors, size)]


def prepared(target: Place, vectors: int, dimension: int) -> list[bytes]:
    return [
        json.dumps({**target.parameters, "vectors": batch}).encode() for batch in batches(vectors, dimension)
    ]


def threads(act: Callable[[Any], object], work: list[Any], count: int) -> float:
    """Seconds that so many threads take for all of the work."""
    start = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(act, work))
    return time.perf_counter() - start


def post(body: bytes) -> None:
    connection = http.client.HTTPConnection(os.environ["AWS_ENDPOINT_URL"].removeprefix("http://"))
    connection.request("POST", "/PutVectors", body, {"Authorization": SIGNATURE})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(text)


def run_put(target: Place, segments: int, options: argparse.Namespace) -> float:
    return threads(post, prepared(target, options.vectors, options.dimension), segments)


def run_boto3(target: Place, segments: int, options: argparse.Namespace) -> float:
    import boto3
    from botocore.config import Config

    s3vectors = boto3.client(
        "s3vectors", region_name=target.region, config=Config(max_pool_connections=segments)
    )
    work = batches(options.vectors, options.dimension)
    return threads(lambda some: s3vectors.put_vectors(**target.parameters, vectors=some), work, segments)


def run_migration(target: Place, segments: int, options: argparse.Namespace, *, check: bool) -> float:
    ends = [described(client(end, 1).get_index(**end.parameters)) for end in (SOURCE, target)]
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder), *ends)
        journal.path.parent.mkdir()
        migration = Migration(SOURCE, target, journal, segments=segments, pace=Pace(1e9, 1e9), check=check)
        start = time.perf_counter()
        result = migration.run()
        seconds = time.perf_counter() - start
    assert result.complete and result.copied == options.vectors, result
    return seconds


RUNS: dict[str, Callable[[Place, int, argparse.Namespace], float]] = {
    "put": run_put,
    "boto3": run_boto3,
    "copy": lambda *given: run_migration(*given, check=False),
    "migrate": lambda *given: run_migration(*given, check=True),
}


def create(name: str, dimension: int) -> Place:
    place = Place(REGION, BUCKET, name)
    settings = {"dataType": "float32", "dimension": dimension, "distanceMetric": "cosine"}
    client(place, 1).create_index(**place.parameters, **settings)
    return place


def measured(aws: LocalAws, what: str, segments: int, name: str, options: argparse.Namespace) -> float:
    """Vectors per second of one run."""
    target = create(name, options.dimension)
    command = [sys.executable, "-m", "benchmarks.migrate", "--child", what, "--target", target.index]
    command += ["--segments", str(segments)]
    command += ["--vectors", str(options.vectors), "--dimension", str(options.dimension)]
    if options.latency:
        aws.inject(Fault("latency", milliseconds=options.latency))
    done = subprocess.run(command, env=aws.surroundings(), check=True, stdout=subprocess.PIPE, text=True)
    aws.clear_faults()
    client(target, 1).delete_index(**target.parameters)
    return options.vectors / float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--vectors", type=int, default=5_000)
    parser.add_argument("--dimension", type=int, default=1024)
    parser.add_argument("--latency", type=int, default=0, help="milliseconds, for every call")
    parser.add_argument("--rounds", type=int, default=3)
    for hidden in ("--child", "--target", "--segments"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        target = Place(REGION, BUCKET, options.target)
        print(RUNS[options.child](target, int(options.segments), options))
        return
    with local_aws() as aws:
        os.environ.update(aws.environment())
        client(SOURCE, 1).create_vector_bucket(vectorBucketName=BUCKET)
        create(SOURCE.index, options.dimension)
        for body in prepared(SOURCE, options.vectors, options.dimension):
            post(body)
        print(f"{options.vectors:,} x {options.dimension}, {options.latency} ms latency, vectors/s:\n")
        print("| segments | put | boto3 | copy | migrate | copy / put | copy / boto3 |")
        print("|---:|---:|---:|---:|---:|---:|---:|", flush=True)
        for segments in SEGMENTS:
            found: dict[str, list[float]] = {what: [] for what in RUNS}
            for number in range(options.rounds):
                for what, rates in found.items():
                    rates.append(measured(aws, what, segments, f"{what}-{segments}-{number}", options))
            show(segments, {what: statistics.median(rates) for what, rates in found.items()})


def show(segments: int, rate: dict[str, float]) -> None:
    print(
        f"| {segments} | {' | '.join(f'{rate[what]:,.0f}' for what in RUNS)} "
        f"| {rate['copy'] / rate['put']:.2f} | {rate['copy'] / rate['boto3']:.2f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
