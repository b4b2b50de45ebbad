"""The same as twin.yaml."""

from vectorform.builders import Access, Environment, Grant, Index, VectorBucket

TENANTS = ["acme", "initech"]

environment = Environment(
    project="aspexa",
    account_id="123456789012",
    regions=["ap-southeast-2"],
    vector_buckets={
        "main": VectorBucket(
            name="tenants-{project}",
            indexes={
                f"tenant-{tenant}": Index(
                    dimension=1024,
                    distance_metric="cosine",
                    non_filterable_metadata_keys=("text",),
                )
                for tenant in TENANTS
            },
        )
    },
    access={
        tenant: Access(permissions="read", grants=[Grant(bucket="main", indexes=[f"tenant-{tenant}"])])
        for tenant in TENANTS
    },
)
