"""The embedding model that an index has had from the start, which Terraform remembers and compares.

Vectors of two models cannot be compared, even where their dimension is the same, and to AWS the model is only
a tag. So a `terraform_data` beside each index keeps its first model, and refuses another one wherever
Terraform runs. An index whose model is deleted from the file has none, and what was remembered is gone.
"""

from __future__ import annotations

from vectorform.blocks.framework import (
    Construct,
    Postcondition,
    TerraformResource,
    TerraformResourceLifecycle,
)
from vectorform.blocks.model_rows import model_rows
from vectorform.desired.addresses import EMBEDDING_MODELS, block_name
from vectorform.desired.model import Region

_MESSAGE = (
    "The vectors of ${each.key} are of the embedding model ${self.output}, the file says "
    "${each.value.model}. Vectors of two models cannot be compared: a search would find what is near by "
    "accident. Nothing was changed. Make a new index for ${each.value.model} and leave this one as it is; "
    "docs/how-to/embedding-model.md has the steps. If all vectors have been of ${each.value.model} from the "
    "start, write embedding_model: {name: ${each.value.model}, was: ${self.output}, reason: WHY}."
)


def remember_models(stack: Construct, region: Region) -> list[TerraformResource]:
    """Refuse another embedding model than that of the state. Nothing where no index has one.

    The state keeps the model: changes of `input` are ignored, so `output` never follows the file. An index
    that is replaced is another one (`index` changes), and so is what is remembered. The last resource waits
    for all others: a plan for one index alone (`-target`) has them too, without an edge for each pair.
    """
    blocks = [_remembered(stack, block) for block in model_rows(region)]
    if not blocks:
        return []
    gate = TerraformResource(
        stack, block_name(EMBEDDING_MODELS), terraform_resource_type="terraform_data", depends_on=blocks
    )
    return [*blocks, gate]


def _remembered(stack: Construct, block: str) -> TerraformResource:
    remembered = TerraformResource(
        stack,
        block_name(block),
        terraform_resource_type="terraform_data",
        lifecycle=TerraformResourceLifecycle(
            ignore_changes=["input"],
            postcondition=[
                Postcondition(
                    condition="${contains(concat([each.value.model], each.value.was), self.output)}",
                    error_message=_MESSAGE,
                )
            ],
        ),
    )
    remembered.add_override("input", "${each.value.model}")
    remembered.add_override("triggers_replace", "${each.value.index}")
    return remembered
