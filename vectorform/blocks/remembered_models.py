"""The embedding models that indexes have had from the start, which Terraform remembers and compares.

Vectors of two models cannot be compared, even where their dimension is the same, and to AWS the model is only
a tag. So Terraform keeps the first model of each index, and refuses another one wherever it runs. An index
whose model is deleted from the file has none, and what was remembered is gone.

A `terraform_data` for each index would do, but each compares itself, and for that Terraform 1.11 looks
through the changes of the whole stack: seven times the time of a plan at 10,000 indexes. So each remembers
many: `input` is an object, and `ignore_changes` names its members. Terraform ignores the change of a member
that the state has and takes over one that it does not have, as that has nothing to be kept.
"""

from __future__ import annotations

from vectorform.blocks.framework import (
    Construct,
    Postcondition,
    TerraformResource,
    TerraformResourceLifecycle,
)
from vectorform.blocks.model_rows import model_rows, remembered_count
from vectorform.desired.addresses import block_name
from vectorform.desired.embedding_models import INCOMPARABLE
from vectorform.desired.model import Region

_MESSAGE = (
    "The vectors of ${{{row}.index}} are of the embedding model ${{model}}, the configuration says "
    f"${{{{{{row}}.model}}}}. {INCOMPARABLE.capitalize()}: a search would return random results. "
    "Nothing was changed. Make a new index for ${{{row}.model}} and leave this one as it is; "
    "`vectorform docs embedding-model` has the steps. If all vectors have been of ${{{row}.model}} from "
    "the start, write embedding_model: {{name: ${{{row}.model}}, was: ${{model}}, reason: WHY}}."
)


# An index's state lists all that it waits for: with many that would be most of the state.
_FEW = 100


def remember_models(stack: Construct, region: Region) -> list[TerraformResource]:
    """Refuse another embedding model than that of the state. Nothing where no index has one."""
    return [_remembered(stack, block, list(rows)) for block, rows in model_rows(region).items()]


def before_indexes(region: Region, remembered: list[TerraformResource]) -> list[TerraformResource]:
    """What indexes wait for, so that a plan for one of them alone (`-target`) is refused as well.

    Where there are many, such a plan changes the tag alone, and the next whole one is refused.
    """
    return remembered if remembered_count(region) <= _FEW else []


def _remembered(stack: Construct, block: str, members: list[str]) -> TerraformResource:
    rows = f"local.{block_name(block)}"
    row = f"{rows}[name]"
    accepted = f"contains(concat([{row}.model], {row}.was), model)"
    of_each = "for name, model in self.input"
    message = _MESSAGE.format(row=row)
    remembered = TerraformResource(
        stack,
        block_name(block),
        terraform_resource_type="terraform_data",
        lifecycle=TerraformResourceLifecycle(
            ignore_changes=[f"input.{member}" for member in members],
            postcondition=[
                Postcondition(
                    condition=f"${{alltrue([{of_each} : {accepted}])}}",
                    error_message=f'${{join("\\n\\n", [{of_each} : "{message}" if !{accepted}])}}',
                )
            ],
        ),
    )
    remembered.add_override("input", f"${{{{for name, row in {rows} : name => row.model}}}}")
    return remembered
