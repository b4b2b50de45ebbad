"""Another embedding model of an index: its vectors stay, and mean nothing to what asks them from then on.

To AWS the model is a tag of the index, so that the plan shows a change of that tag. Terraform refuses it by
what it remembers (`vectorform.blocks.remembered_models`); here it is said in the words of the YAML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.desired import kinds
from vectorform.desired.attributes import INDEX
from vectorform.desired.embedding_models import INCOMPARABLE, TAG
from vectorform.desired.model import Environment, Index, Region
from vectorform.guard.beside import yaml
from vectorform.guard.losses import ModelChange
from vectorform.guard.remedy import second_index
from vectorform.plans.changes import Change, Plan


def model_changes(plan: Plan, region: Region) -> Iterator[ModelChange]:
    """Those that Terraform refuses: all but a slip that the file corrects."""
    indexes = _indexes(region)
    for change in plan.effective:
        before, after = _model(change.before), _model(change.after)
        index = indexes.get(change.key or "")
        slips = index.embedding_model.was if index and index.embedding_model else ()
        if _stays(change) and before and after and before != after and before not in slips:
            name = (change.before or {}).get(INDEX["name"].argument) or (index.name if index else None)
            yield ModelChange(change.key or change.address, before, after, name)


def told(plan: Plan) -> Iterator[str]:
    """A line for each index whose model is not written any more."""
    for change in plan.effective:
        before = _model(change.before)
        if _stays(change) and before and not _model(change.after):
            key = change.key or change.address
            yield (
                f"index {key}: its embedding_model {before} is not in the configuration any more; its tag is "
                "removed, Terraform forgets it, and any model that you write later counts as the first"
            )


def lines(change: ModelChange, environment: Environment, region: Region) -> Iterator[str]:
    """What changes, why it is refused, and what to write."""
    index = _indexes(region).get(change.key)
    where = f" ({index.source})" if index and index.source else ""
    yield f"index {change.key} would be marked with another embedding model"
    changed = f"{change.before} -> {change.after}{where}"
    yield f"  embedding_model {changed}: {INCOMPARABLE}"
    yield f"  refused: the vectors in it are of {change.before}; Terraform refuses the plan, wherever it runs"
    if index is None:
        return
    back = f"restore `embedding_model: {yaml(change.before)}`"
    for line in second_index(index, change.name, environment, region, back=back, other="embedding model"):
        yield f"  {line}"
    yield f"  or, if all vectors in it have been of {change.after} from the start, write at {change.key}:"
    yield f"    embedding_model: {{name: {yaml(change.after)}, was: {yaml(change.before)}, reason: WHY}}"


def _stays(change: Change) -> bool:
    """A replaced index starts empty, and is a loss of its own."""
    return change.type == kinds.INDEX.type and change.action == "updated"


def _model(side: Mapping[str, Any] | None) -> str | None:
    tags = (side or {}).get(INDEX["tags"].argument)
    # What Terraform has printed of a plan shows no more of a map than that there is one.
    model = tags.get(TAG) if isinstance(tags, Mapping) else None
    return str(model) if model else None


def _indexes(region: Region) -> dict[str, Index]:
    return {index.address: index for bucket in region.vector_buckets for index in bucket.written_indexes}
