"""The data plane as an SDK sees it: put, get, list, delete, with their limits."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError


def float32(value: float) -> float:
    return struct.unpack("f", struct.pack("f", value))[0]


def record(key: str, *components: float, **metadata: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"key": key, "data": {"float32": list(components)}}
    return {**described, "metadata": metadata} if metadata else described


def test_put_and_get(s3vectors: Any, index: dict[str, str]) -> None:
    a, b = record("a", 0.1, 2, size=1.5, ok=True, tags=["x", "y"], years=[1, 2.5]), record("b", 1, 1)
    s3vectors.put_vectors(**index, vectors=[a, b])
    assert s3vectors.get_vectors(**index, keys=["b", "unknown", "a", "b"])["vectors"] == [
        {"key": "b"},
        {"key": "a"},
    ]
    got = s3vectors.get_vectors(**index, keys=["a", "b"], returnData=True, returnMetadata=True)["vectors"]
    assert got == [
        {
            "key": "a",
            "data": {"float32": [float32(0.1), 2.0]},
            "metadata": {"size": 1.5, "ok": True, "tags": ["x", "y"], "years": [1, 2.5]},
        },
        {"key": "b", "data": {"float32": [1.0, 1.0]}, "metadata": {}},
    ]


def test_put_replaces_the_whole_record(s3vectors: Any, index: dict[str, str]) -> None:
    s3vectors.put_vectors(**index, vectors=[record("a", 1, 1, first=1)])
    s3vectors.put_vectors(**index, vectors=[record("a", 2, 2, second=2)])
    listed = s3vectors.list_vectors(**index, returnData=True, returnMetadata=True)["vectors"]
    assert listed == [{"key": "a", "data": {"float32": [2.0, 2.0]}, "metadata": {"second": 2}}]


def test_put_is_all_or_nothing(s3vectors: Any, index: dict[str, str]) -> None:
    with pytest.raises(ClientError, match="Invalid record for key 'bad'"):
        s3vectors.put_vectors(**index, vectors=[record("good", 1, 1), record("bad", 1)])
    assert s3vectors.list_vectors(**index)["vectors"] == []


def test_extremes_of_float32_are_accepted(s3vectors: Any, make_index: Callable[..., Any]) -> None:
    index = make_index(metric="cosine")
    largest, smallest = 3.4028234663852886e38, 1e-45
    s3vectors.put_vectors(
        **index, vectors=[record("large", largest, -largest), record("small", smallest, smallest)]
    )
    found = s3vectors.query_vectors(**index, topK=2, queryVector={"float32": [1, 1]}, returnDistance=True)[
        "vectors"
    ]
    assert [(v["key"], round(v["distance"], 6)) for v in found] == [("small", 0.0), ("large", 1.0)]


def test_keys_are_any_text(s3vectors: Any, index: dict[str, str]) -> None:
    keys = ["ключ", "a/b?c=d&e", "😀", "x" * 1024, "Case", "case", " "]
    s3vectors.put_vectors(**index, vectors=[record(key, 1, 1) for key in keys])
    assert [v["key"] for v in s3vectors.get_vectors(**index, keys=keys)["vectors"]] == keys
    s3vectors.delete_vectors(**index, keys=["case", "not there"])
    assert "Case" in {v["key"] for v in s3vectors.list_vectors(**index)["vectors"]}


@pytest.mark.parametrize(
    ("operation", "members", "most"),
    [
        ("put_vectors", lambda n: {"vectors": [record(f"k{i}", 1, 1) for i in range(n)]}, 500),
        ("delete_vectors", lambda n: {"keys": [f"k{i}" for i in range(n)]}, 500),
        ("get_vectors", lambda n: {"keys": [f"k{i}" for i in range(n)]}, 100),
    ],
    ids=["put", "delete", "get"],
)
def test_batch_limits(
    s3vectors: Any, index: dict[str, str], operation: str, members: Callable[[int], Any], most: int
) -> None:
    getattr(s3vectors, operation)(**index, **members(most))
    with pytest.raises(ClientError, match=f"between 1 and {most}, inclusive"):
        getattr(s3vectors, operation)(**index, **members(most + 1))


@pytest.mark.parametrize(
    ("filterable", "other", "problem"),
    [
        # 4 + (8 + 1 + text)
        ({"k": "x" * 2035}, {}, None),
        ({"k": "x" * 2036}, {}, "Filterable metadata must have at most 2048 bytes"),
        ({}, {"text": "x" * (40960 - 4 - 8 - 4)}, None),
        ({}, {"text": "x" * (40960 - 4 - 8 - 3)}, "Metadata object must have at most 40960 bytes"),
        ({f"k{i:02}": 1 for i in range(50)}, {}, None),
        ({f"k{i:02}": 1 for i in range(51)}, {}, "Metadata object must have at most 50 keys"),
    ],
    ids=["2048", "2049-filterable", "40960", "40961", "50-keys", "51-keys"],
)
def test_metadata_limits(
    s3vectors: Any, make_index: Callable[..., Any], filterable: Any, other: Any, problem: str | None
) -> None:
    index = make_index(metadataConfiguration={"nonFilterableMetadataKeys": ["text"]})
    vectors = [record("K", 1, 1, **filterable, **other)]
    if problem is None:
        s3vectors.put_vectors(**index, vectors=vectors)
        return
    with pytest.raises(ClientError) as refused:
        s3vectors.put_vectors(**index, vectors=vectors)
    assert refused.value.response["Error"]["Message"] == f"Invalid record for key 'K': {problem}"
    assert refused.value.response["fieldList"][0]["path"] == "vectors[0].metadata"


def test_pages_survive_writes_between_them(s3vectors: Any, index: dict[str, str]) -> None:
    s3vectors.put_vectors(**index, vectors=[record(f"k{i}", 1, i) for i in range(10)])
    first = s3vectors.list_vectors(**index, maxResults=4)
    s3vectors.delete_vectors(**index, keys=["k1", "k3", "k5"])
    s3vectors.put_vectors(**index, vectors=[record("k7", 2, 2), record("new", 3, 3)])
    second = s3vectors.list_vectors(**index, maxResults=100, nextToken=first["nextToken"])
    assert [v["key"] for v in first["vectors"]] == ["k0", "k1", "k2", "k3"]
    assert [v["key"] for v in second["vectors"]] == ["k4", "k6", "k7", "k8", "k9", "new"]
    assert "nextToken" not in second


def test_page_sizes(s3vectors: Any, index: dict[str, str]) -> None:
    for start in (0, 500):
        s3vectors.put_vectors(
            **index, vectors=[record(f"{start + i}", 1, 1) for i in range(500 if start == 0 else 7)]
        )
    page = s3vectors.list_vectors(**index)
    assert len(page["vectors"]) == 500
    assert len(s3vectors.list_vectors(**index, nextToken=page["nextToken"])["vectors"]) == 7
    assert len(s3vectors.list_vectors(**index, maxResults=1000)["vectors"]) == 507
    with pytest.raises(ClientError, match="between 1 and 1000, inclusive"):
        s3vectors.list_vectors(**index, maxResults=1001)


def test_page_ends_after_one_megabyte(s3vectors: Any, make_index: Callable[..., Any]) -> None:
    index = make_index(metadataConfiguration={"nonFilterableMetadataKeys": ["text"]})
    s3vectors.put_vectors(**index, vectors=[record(f"k{i}", 1, 1, text="x" * 35_000) for i in range(40)])
    page = s3vectors.list_vectors(**index, returnMetadata=True)
    assert len(page["vectors"]) == 30
    assert len(s3vectors.list_vectors(**index)["vectors"]) == 40


def test_segments_partition_the_index(s3vectors: Any, index: dict[str, str]) -> None:
    keys = {f"key-{i}" for i in range(100)}
    s3vectors.put_vectors(**index, vectors=[record(key, 1, 1) for key in sorted(keys)])
    found: list[str] = []
    for segment in range(4):
        pages = s3vectors.get_paginator("list_vectors").paginate(
            **index, segmentCount=4, segmentIndex=segment, maxResults=10
        )
        part = [v["key"] for page in pages for v in page["vectors"]]
        assert 10 < len(part) < 40
        found += part
    assert sorted(found) == sorted(keys)


def test_segments_have_defaults(wire: Callable[..., Any], s3vectors: Any, index: dict[str, str]) -> None:
    """One segment, and of several the first: the SDK for Go never sends a 0."""
    s3vectors.put_vectors(**index, vectors=[record(f"key-{i}", 1, 1) for i in range(100)])

    def keys(**segment: int | None) -> set[str]:
        status, _, body = wire("ListVectors", {**index, **segment})
        assert status == 200, body
        return {vector["key"] for vector in body["vectors"]}

    everything = {f"key-{i}" for i in range(100)}
    assert keys(segmentIndex=0) == keys(segmentCount=1) == keys(segmentCount=None) == everything
    first = keys(segmentCount=4)
    assert first == keys(segmentCount=4, segmentIndex=0)
    assert 10 < len(first) < 40


@pytest.mark.parametrize(
    ("key", "fits"),
    [
        ("中" * 340 + "abcd", True),
        ("中" * 340 + "abcde", False),
        ("😀" * 256, True),
        ("é" * 513, False),
    ],
    ids=["1024-bytes", "1025-bytes", "1024-bytes-of-emoji", "1026-bytes-of-513-letters"],
)
def test_keys_are_measured_in_bytes(s3vectors: Any, index: dict[str, str], key: str, fits: bool) -> None:
    calls = [
        lambda: s3vectors.put_vectors(**index, vectors=[record(key, 1, 1)]),
        lambda: s3vectors.get_vectors(**index, keys=[key]),
        lambda: s3vectors.delete_vectors(**index, keys=[key]),
    ]
    for call in calls:
        if fits:
            call()
            continue
        with pytest.raises(ClientError) as refused:
            call()
        message = refused.value.response["Error"]["Message"]
        assert message == "Record key length exceeds the maximum allowed"


def test_minus_zero_keeps_its_sign(wire: Callable[..., Any], index: dict[str, str]) -> None:
    names = b'"vectorBucketName": "%s", "indexName": "%s"' % (
        index["vectorBucketName"].encode(),
        index["indexName"].encode(),
    )
    vectors = b'[{"key": "k", "data": {"float32": [-0,1]}, "metadata": {"a": -0, "b": [0, -0], "c": -0.5}}]'
    assert wire("PutVectors", b'{%s, "vectors": %s}' % (names, vectors))[0] == 200
    _, _, body = wire("GetVectors", {**index, "keys": ["k"], "returnData": True, "returnMetadata": True})
    assert json.dumps(body["vectors"][0]["data"]["float32"]) == "[-0.0, 1.0]"
    assert json.dumps(body["vectors"][0]["metadata"]) == '{"a": -0.0, "b": [0, -0.0], "c": -0.5}'


def test_null_is_as_good_as_left_out(wire: Callable[..., Any], index: dict[str, str]) -> None:
    vectors = [{"key": "k", "data": {"float32": [1, 2]}, "metadata": None}]
    assert wire("PutVectors", {**index, "indexArn": None, "vectors": vectors})[0] == 200
    nothing = {"maxResults": None, "nextToken": None, "segmentIndex": None, "returnData": None}
    assert wire("ListVectors", {**index, **nothing})[2] == {"vectors": [{"key": "k"}]}
    assert wire("ListVectorBuckets", {"maxResults": None, "nextToken": None, "prefix": None})[0] == 200
    query = {**index, "topK": 1, "queryVector": {"float32": [1, 2]}, "filter": None, "returnDistance": None}
    assert wire("QueryVectors", query)[2] == {"distanceMetric": "cosine", "vectors": [{"key": "k"}]}
    created = {"vectorBucketName": index["vectorBucketName"], "indexName": "nulls", "dataType": "float32"}
    created |= {"dimension": 2, "distanceMetric": "cosine", "tags": None, "metadataConfiguration": None}
    encryption = {"encryptionConfiguration": {"sseType": None, "kmsKeyArn": None}}
    assert wire("CreateIndex", {**created, **encryption})[0] == 200
    status, headers, _ = wire("PutVectors", {**index, "vectors": [None]})
    assert (status, headers["x-amzn-errortype"]) == (400, "SerializationException")


def test_a_distance_beyond_float32_is_json(wire: Callable[..., Any], make_index: Callable[..., Any]) -> None:
    index = make_index(metric="euclidean")
    largest = 3.4028234663852886e38
    vectors = [{"key": "far", "data": {"float32": [largest, largest]}}]
    assert wire("PutVectors", {**index, "vectors": vectors})[0] == 200
    query = {**index, "topK": 1, "queryVector": {"float32": [-largest, -largest]}, "returnDistance": True}
    assert wire("QueryVectors", query)[2]["vectors"] == [{"key": "far", "distance": "Infinity"}]


def test_wire_form_of_a_vector(wire: Callable[..., Any], s3vectors: Any, index: dict[str, str]) -> None:
    s3vectors.put_vectors(**index, vectors=[record("k", 1, 2)])
    status, headers, body = wire("GetVectors", {**index, "keys": ["k"], "returnData": True})
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.dumps(body) == '{"vectors": [{"key": "k", "data": {"float32": [1.0, 2.0]}}]}'


@pytest.mark.parametrize("token", ["W10=", "WyJhYmMiLCAwXQ==", "bnVsbA==", "eyJhIjoxfQ==", "💥", "x" * 2048])
def test_any_other_token_is_refused(s3vectors: Any, index: dict[str, str], token: str) -> None:
    with pytest.raises(ClientError, match="Invalid nextToken"):
        s3vectors.list_vectors(**index, nextToken=token)


def test_many_clients_at_once(s3vectors: Any, index: dict[str, str]) -> None:
    """Of a race one wins, and no write is lost."""

    def create(_: int) -> str:
        try:
            s3vectors.create_index(
                vectorBucketName=index["vectorBucketName"],
                indexName="contended",
                dataType="float32",
                dimension=2,
                distanceMetric="cosine",
            )
        except s3vectors.exceptions.ConflictException:
            return "conflict"
        return "created"

    def put(number: int) -> None:
        vectors = [record(f"{number}-{i}", 1, i) for i in range(20)]
        s3vectors.put_vectors(**index, vectors=vectors)
        s3vectors.delete_vectors(**index, keys=[f"{number}-{i}" for i in range(10)])

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(create, range(8))) == ["conflict"] * 7 + ["created"]
        list(pool.map(put, range(8)))
    keys = {v["key"] for v in s3vectors.list_vectors(**index)["vectors"]}
    assert keys == {f"{number}-{i}" for number in range(8) for i in range(10, 20)}
