"""What is in the vector buckets and indexes that a plan would delete: AWS is asked, nothing else tells.

Applications may make indexes that no state knows. AWS does not delete a bucket that is not empty, and by the
time it says so, Terraform has deleted the bucket's policy and the indexes of its own.
"""

from __future__ import annotations

from dataclasses import replace

from vectorform.desired import kinds
from vectorform.desired.model import Environment, Region
from vectorform.guard.losses import Judgement, Loss
from vectorform.verifier.aws import Aws
from vectorform.verifier.reading import Missing, Unreadable, member, pages
from vectorform.verifier.vectors import count


def inspected(judgement: Judgement, environment: Environment, region: Region) -> Judgement:
    """The same with vectors and other indexes counted, as far as the credentials allow."""
    if not any(loss.kind.loses == "vectors" for loss in judgement.losses):
        return judgement
    aws = Aws.of(environment, frozenset({"ListIndexes", "ListVectors"}))
    going = {(loss.bucket_name, loss.name) for loss in judgement.losses if loss.kind is kinds.INDEX}
    return replace(judgement, losses=tuple(_inspected(loss, aws, region, going) for loss in judgement.losses))


def _inspected(loss: Loss, aws: Aws, region: Region, going: set[tuple[str | None, str | None]]) -> Loss:
    if loss.kind is kinds.INDEX and loss.name and loss.bucket_name:
        return replace(loss, vectors=count(aws, region.name, loss.bucket_name, loss.name))
    if loss.kind is kinds.VECTOR_BUCKET and loss.name:
        names = _index_names(aws, region.name, loss.name)
        others = None if names is None else tuple(name for name in names if (loss.name, name) not in going)
        return replace(loss, others=others, looked_inside=True)
    return loss


def _index_names(aws: Aws, region: str, bucket: str) -> list[str] | None:
    """The names of a bucket's indexes; None when it cannot be read."""
    client = aws.s3vectors(region)
    names: list[str] = []
    try:
        for page in pages(client.list_indexes, vectorBucketName=bucket):
            names += [str(member(index, "indexName")) for index in member(page, "indexes")]
        return names
    except Missing:
        return []
    except Unreadable:
        return None
