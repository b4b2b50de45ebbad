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
from vectorform.desired.addresses import block_name
from vectorform.desired.model import Region

_MESSAGE = (
    "The vectors of ${each.key} are of the embedding model ${self.output}, the configuration says "
    "${each.value.model}. Vectors of two models cannot be compared: a search would return random results. "
    "Nothing was changed. Make a new index for ${each.value.model} and leave this one as it is; "
    "`vectorform docs embedding-model` has the steps. If all vectors have been of ${each.value.model} from "
    "the start, write embedding_model: {name: ${each.value.model}, was: ${self.output}, reason: WHY}."
)


# Terraform's time for "each index after each model" grows with the product of both: 12 s more for 500 (1.11).
_FEW = 100


def remember_models(stack: Construct, region: Region) -> list[TerraformResource]:
    """Refuse another embedding model than that of the state. Nothing where no index has one.

    The state keeps the model: changes of `input` are ignored, so `output` never follows the file. An index
    that is replaced is another one (`index` changes), and so is what is remembered.
    """
    return [_remembered(stack, block) for block in model_rows(region)]


def before_indexes(region: Region, remembered: list[TerraformResource]) -> list[TerraformResource]:
    """What indexes wait for, so that a plan for one of them alone (`-target`) is refused as well.

    Where there are many, such a plan changes the tag alone, and the next whole one is refused.
    """
    return remembered if sum(map(len, model_rows(region).values())) <= _FEW else []


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
