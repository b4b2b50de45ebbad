"""How fast the local AWS is, beside the bare work that it cannot avoid, in one go on one machine.

    python benchmarks/local_aws.py

Prints one JSON object: seconds, rates and ratios; medians of several rounds.
"""

from __future__ import annotations

import http.client
import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import numpy as np
from botocore.config import Config

from s3vectors_local.moto_services import Moto
from s3vectors_local.persistence import State
from s3vectors_local.process import LOCAL_CREDENTIAL, LocalAws, local_aws
from s3vectors_local.s3vectors.resources import ENHANCED, Bucket, Encryption, Index

DIMENSION = 1024
VECTORS = 100_000
BATCH = 500
TOP = 10
CLIENTS = 16
ACCOUNT = "123456789012"
METRICS = ("cosine", "euclidean")
SIGNATURE = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3vectors/aws4_request"


def client(aws: LocalAws) -> Any:
    return boto3.client(
        "s3vectors",
        region_name="us-east-1",
        endpoint_url=aws.endpoint,
        aws_access_key_id=LOCAL_CREDENTIAL,
        aws_secret_access_key=LOCAL_CREDENTIAL,
        config=Config(retries={"total_max_attempts": 1}),
    )


def median_seconds(work: Callable[[], object], rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def resident_bytes(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024


def batch(index: str, matrix: Any, start: int) -> bytes:
    """The body of one PutVectors, as an SDK sends it."""
    vectors = [
        {"key": f"vector-{start + i}", "data": {"float32": row}, "metadata": {"group": i % 7}}
        for i, row in enumerate(matrix[start : start + BATCH].tolist())
    ]
    return json.dumps({"vectorBucketName": "benchmark", "indexName": index, "vectors": vectors}).encode()


def post(aws: LocalAws, operation: str, body: bytes) -> None:
    """A call without an SDK, whose own work would be measured with it; on a connection of its own."""
    connection = http.client.HTTPConnection(aws.endpoint.removeprefix("http://"))
    call(connection, operation, body)
    connection.close()


def call(connection: http.client.HTTPConnection, operation: str, body: bytes) -> None:
    """A call on a connection that is there."""
    connection.request("POST", f"/{operation}", body, {"Authorization": SIGNATURE})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise RuntimeError(text)


def put(aws: LocalAws, matrix: Any, rounds: int = 15) -> dict[str, float]:
    """PutVectors of one batch again and again, beside parsing its JSON, which any server must do."""
    body = batch("cosine", matrix, 0)
    parse = median_seconds(lambda: json.loads(body), rounds)
    seconds = median_seconds(lambda: post(aws, "PutVectors", body), rounds)
    return {"seconds": seconds, "over_json_parse": seconds / parse}


def fill(directory: Path, matrix: Any) -> None:
    """A state directory with one index per metric: so many vectors take minutes as JSON."""
    keys = [f"vector-{row}" for row in range(len(matrix))]
    metadata = [{"group": row % 7} for row in range(len(matrix))]
    state = State.open(directory)
    stores, _ = state.restore(Moto(ACCOUNT))
    store = stores.of(ACCOUNT, "us-east-1")
    arn = f"arn:aws:s3vectors:us-east-1:{ACCOUNT}:bucket/benchmark"
    store.save_bucket(Bucket("benchmark", arn, 1.0, Encryption(), ENHANCED))
    for metric in METRICS:
        index = Index(
            "benchmark", metric, f"{arn}/index/{metric}", 1.0, DIMENSION, metric, Encryption(), ENHANCED
        )
        store.save_index(index)
        store.put_vectors(index, keys, matrix, metadata)
    state.close()


def bare_query(matrix: Any, norms: Any, query: Any) -> Any:
    distances = 1 - (matrix @ query) / (norms * np.linalg.norm(query))
    nearest = np.argpartition(distances, TOP)[:TOP]
    return nearest[np.argsort(distances[nearest])]


def query(aws: LocalAws, metric: str, matrix: Any, norms: Any, vector: Any) -> dict[str, float]:
    s3vectors = client(aws)

    def ask() -> None:
        s3vectors.query_vectors(
            vectorBucketName="benchmark",
            indexName=metric,
            topK=TOP,
            queryVector={"float32": vector.tolist()},
            returnDistance=True,
        )

    bare, served = [], []
    for _ in range(15):  # in turns, so that both meet the same machine
        bare.append(median_seconds(lambda: bare_query(matrix, norms, vector), 1))
        served.append(median_seconds(ask, 1))
    seconds = statistics.median(served)
    return {
        "seconds": seconds,
        "bare_seconds": statistics.median(bare),
        "over_bare": seconds / statistics.median(bare),
    }


def main() -> None:
    random = np.random.default_rng(7)
    matrix = random.standard_normal((VECTORS, DIMENSION), dtype=np.float32)
    vector = random.standard_normal(DIMENSION, dtype=np.float32)
    norms = np.linalg.norm(matrix, axis=1)
    result: dict[str, Any] = {"dimension": DIMENSION, "vectors": VECTORS}
    with tempfile.TemporaryDirectory() as directory, local_aws(account_id=ACCOUNT) as empty:
        result["start_seconds"] = median_seconds(start_and_end, 3)
        fill(Path(directory), matrix)
        with local_aws(account_id=ACCOUNT, state=Path(directory)) as aws:
            # moto is loaded with a state directory in which it has something, and so not here.
            used = resident_bytes(aws.pid) - resident_bytes(empty.pid)
            per_vector = used / (len(METRICS) * VECTORS)
            result["memory_per_million_vectors_gb"] = per_vector * 1e6 / 1e9
            result["memory_over_the_bare_floats"] = per_vector / (4 * DIMENSION)
            for metric in METRICS:
                result[f"query_vectors_{metric}"] = query(aws, metric, matrix, norms, vector)
            result["get_index_per_second_16_clients"] = get_index_rate(aws, reuse=True)
            result["get_index_per_second_16_clients_new_connections"] = get_index_rate(aws, reuse=False)
            result["put_vectors_500_with_state"] = put(aws, matrix)
        create = json.dumps({"vectorBucketName": "benchmark"}).encode()
        post(empty, "CreateVectorBucket", create)
        client(empty).create_index(
            vectorBucketName="benchmark",
            indexName="cosine",
            dataType="float32",
            dimension=DIMENSION,
            distanceMetric="cosine",
        )
        result["put_vectors_500"] = put(empty, matrix)
    json.dump(result, sys.stdout, indent=2)
    print()


def start_and_end() -> None:
    with local_aws():
        pass


def get_index_rate(aws: LocalAws, *, reuse: bool, calls: int = 4_000) -> float:
    """Calls in a second, each client with one connection for all its calls or a new one for each."""
    body = json.dumps({"vectorBucketName": "benchmark", "indexName": "cosine"}).encode()

    def work(_: int) -> None:
        connection = http.client.HTTPConnection(aws.endpoint.removeprefix("http://"))
        for _call in range(calls // CLIENTS):
            if reuse:
                call(connection, "GetIndex", body)
            else:
                post(aws, "GetIndex", body)
        connection.close()

    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))
    return calls / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
