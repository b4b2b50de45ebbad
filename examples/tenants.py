"""Twenty tenants, each with an index of its own and an IAM policy that reaches nothing else.

Copied to config/tenants.py it is the environment `tenants`.

No IAM condition key of S3 Vectors looks at vector keys or metadata, so an index per tenant is what keeps
tenants apart.
"""

from vectorform.builders import Access, Environment, Grant, Index, VectorBucket

TENANTS = [f"tenant-{number:02}" for number in range(1, 21)]

environment = Environment(
    project="tenants",
    account_id="123456789012",
    regions=["ap-southeast-2"],
    tags={"Project": "Tenants"},
    vector_buckets={
        "documents": VectorBucket(
            indexes={
                tenant: Index(
                    dimension=1024,
                    distance_metric="cosine",
                    non_filterable_metadata_keys=["text"],
                    tags={"Tenant": tenant},
                )
                for tenant in TENANTS
            },
        )
    },
    access={
        tenant: Access(
            description=f"Reads and writes the documents of {tenant}",
            permissions="read-write",
            grants=[Grant(bucket="documents", indexes=[tenant])],
        )
        for tenant in TENANTS
    },
)
