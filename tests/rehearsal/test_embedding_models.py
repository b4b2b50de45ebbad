"""Another embedding model is refused by Terraform alone, wherever it is planned, and no vector is touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.nursery import local_aws
from tests.rehearsal.terraforming import Deployment, environment, set_up, unwrapped

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("embedding_models")]

TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-english-v3"
REFUSED = (
    f"The vectors of documents/pages are of the embedding model {TITAN}, the configuration says {COHERE}."
)
NOTHING = "0 added, 0 changed, 0 destroyed"
TAG_ALONE = "0 added, 1 changed, 0 destroyed"


@pytest.fixture(params=["terraform", "tofu"])
def dev(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    """An index of a model, with three vectors, and one of none."""
    binary = set_up() if request.param == "terraform" else shutil.which("tofu")
    if binary is None:
        pytest.skip("there is no tofu on PATH")
    with local_aws() as aws:
        made = Deployment(tmp_path / "project", aws, binary)
        made.apply(described())
        put(made)
        yield made


def described(model: Any = TITAN, key: str = "pages", **more: Any) -> dict[str, Any]:
    pages = {"name": "pages", "non_filterable_metadata_keys": ["text"], "dimension": 1024}
    pages |= {"distance_metric": "cosine", **({} if model is None else {"embedding_model": model})}
    bare = {"dimension": 4, "distance_metric": "cosine", "non_filterable_metadata_keys": []}
    return environment(indexes={key: pages, "bare": bare | more.pop("bare", {})}, **more)


def put(dev: Deployment) -> None:
    vectors = [{"key": f"v{n}", "data": {"float32": [1.0] * 1024}} for n in range(3)]
    dev.s3vectors.put_vectors(vectorBucketName=bucket(dev), indexName="pages", vectors=vectors)


def bucket(dev: Deployment) -> str:
    return str(dev.s3vectors.list_vector_buckets()["vectorBuckets"][0]["vectorBucketName"])


def tagged(dev: Deployment, name: str = "pages") -> str | None:
    found = dev.s3vectors.get_index(vectorBucketName=bucket(dev), indexName=name)["index"]
    tags = dev.s3vectors.list_tags_for_resource(resourceArn=found["indexArn"])["tags"]
    return tags.get("vectorform:embedding-model")


def untouched(dev: Deployment) -> bool:
    return tagged(dev) == TITAN and dev.count(bucket(dev), "pages") == 3


def test_another_model(dev: Deployment) -> None:
    """The life of an index of one model, in one deployment: each step follows the one before."""
    assert NOTHING in dev.apply() and untouched(dev)
    for known in (True, False):
        dev.state_is_known = known
        assert REFUSED in dev.refused(described(COHERE)) and untouched(dev)
    dev.state_is_known = True
    one = "-target=aws_s3vectors_index.indexes_documents"
    targeted = dev.run("apply", "-auto-approve", "-input=false", "-no-color", one)
    assert targeted.returncode == 1 and REFUSED in unwrapped(targeted.stderr) and untouched(dev)
    dev.run("apply", "-refresh-only", "-auto-approve", "-input=false", "-no-color")
    assert REFUSED in dev.refused() and untouched(dev)

    # Along with a new key, other blocks, or as a slip of another name.
    moved = described(COHERE, "papers", moved={"documents/pages": "documents/papers"})
    assert "The vectors of documents/papers are of" in dev.refused(moved) and untouched(dev)
    assert REFUSED in dev.refused(described(COHERE, bucket_index_blocks=[1, 16])) and untouched(dev)
    slip = {"name": COHERE, "was": "text-embedding-3-small", "reason": "never so"}
    assert REFUSED in dev.refused(described(slip)) and untouched(dev)

    # The same model under another name, in another place; a first model on an index that had none.
    assert NOTHING in dev.apply(described(f"arn:aws:bedrock:eu-west-1::foundation-model/{TITAN}"))
    assert NOTHING in dev.apply(described(bucket_index_blocks=[1, 16]))
    moved = described(
        TITAN, "papers", bucket_index_blocks=[1, 16], moved={"documents/pages": "documents/papers"}
    )
    assert NOTHING in dev.apply(moved) and untouched(dev)
    back = described(TITAN, bucket_index_blocks=[1, 16], moved={"documents/papers": "documents/pages"})
    assert NOTHING in dev.apply(back) and untouched(dev)
    first = {"bare": {"embedding_model": "our-own-model"}}
    assert "1 added, 1 changed, 0 destroyed" in unwrapped(dev.apply(described(bare=first["bare"])))
    assert tagged(dev, "bare") == "our-own-model"
    other = {"embedding_model": "our-next-model"}
    assert "The vectors of documents/bare are of" in dev.refused(described(bare=other))

    # What was a slip is corrected, and stays so.
    slip = {"name": COHERE, "was": TITAN, "reason": "the job has always used it"}
    assert TAG_ALONE in unwrapped(dev.apply(described(slip, **first))) and tagged(dev) == COHERE
    assert NOTHING in dev.apply()
    assert REFUSED in dev.refused(described(COHERE, **first))
    assert dev.count(bucket(dev), "pages") == 3

    # Without protection an index that is replaced takes its memory along.
    unprotected = {"bucket_deletion_protection": False, **first}
    dev.apply(described(slip, **unprotected))
    again = described({"name": "text-embedding-3-small", "was": "x", "reason": "dev"}, **unprotected)
    again["vector_buckets"]["documents"]["indexes"]["pages"]["dimension"] = 1536
    dev.apply(again)
    assert NOTHING in dev.apply()
    assert tagged(dev) == "text-embedding-3-small" and dev.count(bucket(dev), "pages") == 0
    assert dev.destroy().returncode == 0
