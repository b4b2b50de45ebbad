"""Whether a plan is of the stack that it is judged as: of another one, its YAML says nothing."""

from __future__ import annotations

from vectorform.desired.model import Environment, Region
from vectorform.errors import UserError
from vectorform.plans.changes import Plan


def require_own(plan: Plan, environment: Environment, region: Region) -> None:
    """Raises UserError if the plan's provider works in another region or account than the stack's.

    A plan that does not tell, as the prose of a refusal, passes.
    """
    for what, planned, own in (
        ("region", plan.region, region.name),
        ("account", plan.account, environment.account_id),
    ):
        if planned is not None and planned != own:
            raise UserError(
                f"{plan.path}: this is a plan of {what} {planned}, but {plan.stack} belongs to {own}; name "
                "the stack of the plan: --stack"
            )
