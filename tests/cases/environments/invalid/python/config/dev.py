from vectorform.builders import Access, Environment, Grant, Index, VectorBucket


def index(dimension):
    return Index(
        dimension=dimension,
        distance_metric="cosine",
        non_filterable_metadata_keys=[],
    )


environment = Environment(
    project="aspexa",
    account_id=123456789012,
    regions=["ap-southeast-2"],
    tags={"Set": {1, 2}, 5: "x"},
    vector_buckets={"main": VectorBucket(indexes={f"i-{n}": index(n * 1000) for n in range(7)})},
    access={
        "one": Access(permissions="reed", grants=[]),
        "two": Access(permissions="read", grants=[Grant(bucket="mian")]),
    },
)
