"""How many vectors an index holds, up to a limit: ListVectors is all that the service offers for it."""

from __future__ import annotations

from vectorform.verifier.aws import Aws
from vectorform.verifier.reading import Missing, Unreadable, member, pages

# Ten full pages, a second or so: enough to tell an experiment from what took weeks to embed.
LIMIT = 10_000
_PAGE = 1000


def count(aws: Aws, region: str, bucket: str, index: str) -> int | None:
    """The number of vectors; more than LIMIT means that there are more. None when it cannot be read."""
    client = aws.s3vectors(region)
    total = 0
    listing = pages(client.list_vectors, vectorBucketName=bucket, indexName=index, maxResults=_PAGE)
    try:
        for page in listing:
            total += len(member(page, "vectors"))
            if total > LIMIT:
                break
    except (Missing, Unreadable):
        return None
    return total
