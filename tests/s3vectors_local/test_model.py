"""Random sequences of calls and restarts against the simplest possible model of an index."""

from __future__ import annotations

import math
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from s3vectors_local.callers import root_of
from s3vectors_local.moto_services import Moto
from s3vectors_local.persistence import State
from s3vectors_local.s3vectors.encryption import Keys
from s3vectors_local.s3vectors.errors import ServiceError
from s3vectors_local.s3vectors.request import Request
from s3vectors_local.s3vectors.service import serve

BUCKETS, INDEXES = ("one", "two"), ("idx-a", "idx-b")
KEYS = [f"key-{i}" for i in range(12)]
# Values that float32 holds exactly, so that the model needs no rounding.
component = st.integers(-8, 8).map(float)
vector = st.lists(component, min_size=2, max_size=2)
address = st.tuples(st.sampled_from(BUCKETS), st.sampled_from(INDEXES))


def distance(metric: str, a: list[float], b: list[float]) -> float:
    if metric == "euclidean":
        return math.dist(a, b)
    cosine = (a[0] * b[0] + a[1] * b[1]) / math.hypot(*a) / math.hypot(*b)
    return min(2.0, max(0.0, 1 - cosine))


class LocalS3Vectors(RuleBasedStateMachine):
    """The model: bucket -> index -> (metric, key -> (vector, metadata)), in plain dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.files = ExitStack()
        self.directory = Path(self.files.enter_context(tempfile.TemporaryDirectory()))
        self.model: dict[str, dict[str, tuple[str, dict[str, tuple[list[float], dict[str, Any]]]]]] = {}
        self.start()

    def start(self) -> None:
        self.state = State.open(self.directory)
        self.stores, _ = self.state.restore(Moto("123456789012"))

    def teardown(self) -> None:
        self.state.close()
        self.files.close()

    def call(self, operation: str, **members: Any) -> dict[str, Any] | int:
        """The answer, or the status of the refusal."""
        caller = root_of("123456789012", "aws")
        try:
            return serve(
                Request(operation, members, caller, "us-east-1", self.stores, Keys(lambda _arn: None))
            )
        except ServiceError as refused:
            return refused.status

    def index(self, where: tuple[str, str]) -> Any:
        return self.model.get(where[0], {}).get(where[1])

    @rule()
    def restart(self) -> None:
        self.state.close()
        self.start()

    @rule(bucket=st.sampled_from(BUCKETS))
    def create_bucket(self, bucket: str) -> None:
        answer = self.call("CreateVectorBucket", vectorBucketName=bucket)
        assert (answer == 409) is (bucket in self.model)
        self.model.setdefault(bucket, {})

    @rule(bucket=st.sampled_from(BUCKETS))
    def delete_bucket(self, bucket: str) -> None:
        expected: Any = {} if bucket in self.model else 404
        if self.model.get(bucket):
            expected = 409
        assert self.call("DeleteVectorBucket", vectorBucketName=bucket) == expected
        if expected == {}:
            del self.model[bucket]

    @rule(where=address, metric=st.sampled_from(["cosine", "euclidean"]))
    def create_index(self, where: tuple[str, str], metric: str) -> None:
        answer = self.call(
            "CreateIndex",
            vectorBucketName=where[0],
            indexName=where[1],
            dataType="float32",
            dimension=2,
            distanceMetric=metric,
        )
        if where[0] not in self.model:
            assert answer == 404
        elif self.index(where):
            assert answer == 409
        else:
            self.model[where[0]][where[1]] = (metric, {})

    @rule(where=address)
    def delete_index(self, where: tuple[str, str]) -> None:
        expected: Any = {} if self.index(where) else 404
        assert self.call("DeleteIndex", vectorBucketName=where[0], indexName=where[1]) == expected
        self.model.get(where[0], {}).pop(where[1], None)

    @rule(
        where=address,
        entries=st.dictionaries(
            st.sampled_from(KEYS), st.tuples(vector, st.none() | st.integers(0, 3)), min_size=1, max_size=6
        ),
    )
    def put(self, where: tuple[str, str], entries: dict[str, tuple[list[float], int | None]]) -> None:
        records = [
            {"key": key, "data": {"float32": data}, **({} if n is None else {"metadata": {"n": n}})}
            for key, (data, n) in entries.items()
        ]
        answer = self.call("PutVectors", vectorBucketName=where[0], indexName=where[1], vectors=records)
        index = self.index(where)
        if index is None:
            assert answer == 404
        elif index[0] == "cosine" and any(not any(data) for data, _ in entries.values()):
            assert answer == 400
        else:
            assert answer == {}
            for key, (data, n) in entries.items():
                index[1][key] = (data, {} if n is None else {"n": n})

    @rule(where=address, keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=6))
    def delete(self, where: tuple[str, str], keys: list[str]) -> None:
        answer = self.call("DeleteVectors", vectorBucketName=where[0], indexName=where[1], keys=keys)
        index = self.index(where)
        assert answer == (404 if index is None else {})
        for key in keys if index else ():
            index[1].pop(key, None)

    @rule(where=address, query=vector, top=st.integers(1, 15), n=st.none() | st.integers(0, 3))
    def query(self, where: tuple[str, str], query: list[float], top: int, n: int | None) -> None:
        members: dict[str, Any] = {} if n is None else {"filter": {"n": n}}
        answer = self.call(
            "QueryVectors",
            vectorBucketName=where[0],
            indexName=where[1],
            queryVector={"float32": query},
            topK=top,
            returnDistance=True,
            returnMetadata=True,
            **members,
        )
        index = self.index(where)
        if index is None or (index[0] == "cosine" and not any(query)):
            assert answer == (404 if index is None else 400)
            return
        metric, entries = index
        expected = sorted(
            distance(metric, data, query)
            for data, metadata in entries.values()
            if n is None or metadata.get("n") == n
        )[:top]
        assert isinstance(answer, dict)
        found = answer["vectors"]
        assert [v["distance"] for v in found] == pytest.approx(expected, abs=1e-6)
        for v in found:
            data, metadata = entries[v["key"]]
            assert v["metadata"] == metadata
            assert v["distance"] == pytest.approx(distance(metric, data, query), abs=1e-6)
        assert len({v["key"] for v in found}) == len(found)

    @invariant()
    def holds_exactly_the_model(self) -> None:
        listed = self.call("ListVectorBuckets")
        assert isinstance(listed, dict)
        assert [b["vectorBucketName"] for b in listed["vectorBuckets"]] == sorted(self.model)
        for bucket, indexes in self.model.items():
            found = self.call("ListIndexes", vectorBucketName=bucket)
            assert isinstance(found, dict)
            assert [i["indexName"] for i in found["indexes"]] == sorted(indexes)
            for name, (_, entries) in indexes.items():
                page = self.call(
                    "ListVectors",
                    vectorBucketName=bucket,
                    indexName=name,
                    returnData=True,
                    returnMetadata=True,
                )
                assert isinstance(page, dict)
                assert {v["key"]: (v["data"]["float32"], v["metadata"]) for v in page["vectors"]} == entries


def run(examples: int, steps: int, *, repeatable: bool) -> None:
    run_state_machine_as_test(
        LocalS3Vectors,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=repeatable,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_random_sequences() -> None:
    run(examples=25, steps=40, repeatable=True)


@pytest.mark.long
def test_many_random_sequences() -> None:
    run(examples=1_000, steps=100, repeatable=False)
