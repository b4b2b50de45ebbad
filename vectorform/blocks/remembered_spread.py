"""What a state remembers of the spread of indexes over blocks, where a synth cannot read it.

With another number of blocks an index has another address. Where the state is known, the stack moves it
there. Where it is not, the file has to say what the former numbers are; without them Terraform would delete
and create the indexes of an unprotected vector bucket, and of a protected one AWS alone would refuse it.
"""

from __future__ import annotations

from vectorform.blocks.framework import (
    Construct,
    Postcondition,
    TerraformResource,
    TerraformResourceLifecycle,
)
from vectorform.desired import addresses
from vectorform.desired.addresses import block_name


def remember_spread(stack: Construct) -> TerraformResource:
    """Refuse another number of blocks than the state's, unless the file says the former numbers.

    The state keeps the number: changes of `input` are ignored, so `output` never follows the file. Another
    list of former numbers replaces the resource, and with it the number.
    """
    message = (
        "The state has the indexes of vector bucket ${each.key} in ${self.output} Terraform block(s), "
        "the configuration says index_blocks: ${each.value.count}. Nothing was changed. Write index_blocks: "
        "[${self.output}, ${each.value.count}] until every region has applied it."
    )
    remembered = TerraformResource(
        stack,
        block_name(addresses.REMEMBERED_SPREAD),
        terraform_resource_type="terraform_data",
        lifecycle=TerraformResourceLifecycle(
            ignore_changes=["input"],
            postcondition=[
                Postcondition(condition="${self.output == each.value.count}", error_message=message)
            ],
        ),
    )
    remembered.add_override("input", "${each.value.count}")
    remembered.add_override("triggers_replace", "${each.value.former}")
    return remembered
