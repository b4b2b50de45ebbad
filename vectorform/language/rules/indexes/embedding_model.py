"""An index fits the embedding model that makes its vectors (`vectorform.desired.embedding_models`)."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.embedding_models import EmbeddingModel, find, nearest
from vectorform.language.nodes import Node
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import IndexIn
from vectorform.wording import show

NO_DIMENSION = Rule("VF430", "unknown-model-without-dimension")
OTHER_DIMENSION = Rule("VF431", "dimension-not-of-model")
OTHER_METRIC = Rule("VF432", "metric-not-of-model", "warning")
LIKE_ANOTHER = Rule("VF433", "unknown-model-like-known", "hint")
WAS_ITSELF = Rule("VF434", "model-was-itself")


def check(within: IndexIn) -> Iterator[Problem]:
    """The keys of the index that its model determines."""
    embedding = within.index.embedding_model
    if embedding is None:
        return
    written = within.node.mapping["embedding_model"]
    path = (*within.path, "embedding_model")
    model = find(embedding.name)
    if model is None:
        yield from _unknown(within, embedding.name, written)
    else:
        yield from _known(within, model)
    if embedding.name in embedding.was:
        message = f"the model was already {show(embedding.name)}"
        hint = "write the former, mistaken name under `was`"
        yield WAS_ITSELF.at(written.mapping["was"], (*path, "was"), message, hint, key=True)


def _unknown(within: IndexIn, name: str, written: Node) -> Iterator[Problem]:
    path = (*within.path, "embedding_model")
    meant = nearest(name)
    guess = f"did you mean `{meant}`?" if meant else ""
    message = f"{show(name)} is not a model that vectorform knows"
    if "dimension" not in within.node.mapping:
        write = "write dimension, the length of its vectors"
        hint = f"{guess} If not, {write}" if guess else write
        yield NO_DIMENSION.at(written, path, message, hint)
    elif guess:
        yield LIKE_ANOTHER.at(written, path, message, guess)


def _known(within: IndexIn, model: EmbeddingModel) -> Iterator[Problem]:
    dimension = within.node.mapping.get("dimension")
    if dimension is not None and not dimension.broken and not model.makes(within.index.dimension):
        message = f"{show(model.id)} does not make vectors of {within.index.dimension} dimensions"
        hint = f"it makes {_made(model)}"
        yield OTHER_DIMENSION.at(dimension, (*within.path, "dimension"), message, hint)
    metric = within.node.mapping.get("distance_metric")
    if metric is not None and not metric.broken and within.index.distance_metric != model.distance_metric:
        message = f"{show(model.id)} is made for {model.distance_metric}"
        hint = f"write {model.distance_metric} unless you know why, because it is fixed at creation"
        yield OTHER_METRIC.at(metric, (*within.path, "distance_metric"), message, hint)


def _made(model: EmbeddingModel) -> str:
    if model.shortest is not None:
        return f"{model.shortest} to {max(model.dimensions)}, by default {model.dimension}"
    if len(model.dimensions) == 1:
        return str(model.dimension)
    *others, last = model.dimensions
    return f"{', '.join(map(str, others))} or {last}, by default {model.dimension}"
