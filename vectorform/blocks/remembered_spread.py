"""What a state remembers of the spread of indexes over blocks, where a synth cannot read it.

With another number of blocks an index has another address. Where the state is known, the stack moves it
there. Where it is not, the file has to say what the former numbers are; without them Terraform would delete
and create the indexes of an unprotected vector bucket, and of a protected one AWS alone would refuse it.

So the number is the key of an instance, which moves from every former number of the file to today's. If
today's is created instead, although the state already remembers the vector bucket, the file lacks a number.
"""

from __future__ import annotations

from vectorform.blocks.framework import (
    Construct,
    Postcondition,
    TerraformResource,
    TerraformResourceLifecycle,
)
from vectorform.desired.addresses import REMEMBERED_SPREAD, SPREAD_IS_REMEMBERED, block_name

# What an instance keeps is the time of the plan that created it. The function is known in a plan, so it
# tells whether that is this plan.
_CREATED = "plantimestamp()"
_MESSAGE = (
    "The configuration says index_blocks: ${each.value.count} for vector bucket ${each.key}, but the state "
    "has its indexes in another number of Terraform blocks. The state says which one: "
    f'{REMEMBERED_SPREAD}["${{each.key}}/NUMBER"]. Nothing was changed. Write index_blocks: '
    "[NUMBER, ${each.value.count}] until every region has applied it."
)


def remember_spread(stack: Construct) -> list[TerraformResource]:
    """Refuse another number of blocks than the state's, unless the file has it as a former number."""
    spread = _remembered(stack, REMEMBERED_SPREAD)
    is_known = f"{REMEMBERED_SPREAD}[each.value.spread].input != {_CREATED}"
    condition = Postcondition(
        condition=f"${{self.input == {_CREATED} || {is_known}}}", error_message=_MESSAGE
    )
    return [spread, _remembered(stack, SPREAD_IS_REMEMBERED, condition)]


def _remembered(stack: Construct, block: str, *conditions: Postcondition) -> TerraformResource:
    remembered = TerraformResource(
        stack,
        block_name(block),
        terraform_resource_type="terraform_data",
        lifecycle=TerraformResourceLifecycle(
            ignore_changes=["input"], postcondition=list(conditions) or None
        ),
    )
    remembered.add_override("input", f"${{{_CREATED}}}")
    return remembered
