"""aioboto3: many calls at once over connections that are used again."""

from __future__ import annotations

import asyncio

import aioboto3


async def main() -> None:
    async with aioboto3.Session(region_name="us-east-1").client("s3vectors") as s3vectors:
        await s3vectors.create_vector_bucket(vectorBucketName="aio")
        index = {"vectorBucketName": "aio", "indexName": "index"}
        await s3vectors.create_index(**index, dataType="float32", dimension=2, distanceMetric="cosine")

        async def put(number: int) -> None:
            vectors = [
                {"key": f"{number}-{i}", "data": {"float32": [1.0, float(i)]}, "metadata": {"n": number}}
                for i in range(20)
            ]
            await s3vectors.put_vectors(**index, vectors=vectors)

        await asyncio.gather(*(put(number) for number in range(40)))
        pages = s3vectors.get_paginator("list_vectors").paginate(**index)
        assert len({v["key"] async for page in pages for v in page["vectors"]}) == 800
        query = {"topK": 5, "queryVector": {"float32": [1.0, 0.0]}}
        answers = await asyncio.gather(
            *(s3vectors.query_vectors(**index, **query, filter={"n": number}) for number in range(40))
        )
        for number, answer in enumerate(answers):
            assert [v["key"] for v in answer["vectors"]] == [f"{number}-{i}" for i in range(5)]


asyncio.run(main())
