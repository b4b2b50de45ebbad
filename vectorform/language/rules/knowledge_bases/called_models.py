"""The models that Bedrock calls to embed or to parse: it has them, and the region can call them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vectorform.desired.arns import partition
from vectorform.desired.bedrock_models import may_be_model, model_id, profile_elsewhere
from vectorform.desired.embedding_models import find, nearest
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import KnowledgeBaseIn
from vectorform.wording import show

REGION = Rule("VF811", "model-of-other-region")
GEOGRAPHY = Rule("VF812", "profile-of-other-geography", "warning")
FOREIGN = Rule("VF816", "model-not-of-bedrock")
LIKE_ANOTHER = Rule("VF817", "bedrock-model-like-known", "hint")


@dataclass(frozen=True, slots=True)
class _Called:
    """A model in a region, and the node and path that name it. `inherited`: the index names it."""

    name: str
    region: str
    node: Node
    path: Path
    inherited: bool = False


def _called(of: KnowledgeBaseIn) -> Iterator[_Called]:
    for region, knowledge_base in of.found:
        if knowledge_base.embedding_model:
            inherited = "embedding_model" not in of.node.mapping
            place = of.place("embedding_model", "index")
            yield _Called(knowledge_base.embedding_model, region.name, *place, inherited)
        for source in knowledge_base.data_sources:
            if source.parser is not None and source.parser.model:
                node, path = of.source(source.key)
                written = node.mapping["parser"].mapping["model"]
                yield _Called(source.parser.model, region.name, written, (*path, "parser", "model"))


def known(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """Bedrock may have it. A typing error in the name of an index's model is reported at the index."""
    for path, called in {called.path: called for called in _called(of)}.items():
        model = model_id(called.name)
        meant = None if find(model) else nearest(model)
        guess = f"did you mean `{meant}`?" if meant is not None and may_be_model(meant) else ""
        if not may_be_model(model):
            message = f"{show(model)} is not the id of a model in Amazon Bedrock"
            hint = (
                guess or "write an id such as amazon.titan-embed-text-v2:0, or the ARN of a model or profile"
            )
            yield FOREIGN.at(called.node, path, message, hint)
        elif guess and not called.inherited:
            message = f"{show(model)} is not a model that vectorform knows"
            yield LIKE_ANOTHER.at(called.node, path, message, guess)


def place(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """Bedrock calls the model where the knowledge base is. Each place is reported for its first region."""
    reported: set[Path] = set()
    for called in _called(of):
        problem = _elsewhere(called)
        if problem is not None and called.path not in reported:
            reported.add(called.path)
            yield problem


def _elsewhere(called: _Called) -> Problem | None:
    region = called.region
    if called.name.startswith("arn:"):
        parts = called.name.split(":", 5)
        if len(parts) < 6 or parts[1] != partition(region) or parts[3] not in ("", region):
            message = f"a knowledge base in {region} cannot call a model of {':'.join(parts[1:4])}"
            hint = "write the model's id, or {region} and {partition} in the ARN"
            return REGION.at(called.node, called.path, message, hint)
    model = profile_elsewhere(called.name, region)
    if model is None:
        return None
    message = f"the inference profile {show(called.name.rpartition('/')[2])} is not for {region}"
    hint = f"write the model's id: {model}, or a profile of that geography"
    return GEOGRAPHY.at(called.node, called.path, message, hint)
