"""Whether a rollout may apply a plan: one that loses vectors needs a word from a person, or from the YAML."""

from __future__ import annotations

from vectorform.desired.model import Environment
from vectorform.guard.judgement import judge
from vectorform.guard.report import report
from vectorform.plans.changes import Plan


def refusal(environment: Environment, plan: Plan, region: str) -> str | None:
    """Why the plan of a region is not applied without --accept-loss; None if it is.

    What the YAML has retired, and confirmed, was agreed to there.
    """
    where = environment.region(region)
    judgement = judge(plan, environment, where)
    if judgement.known and not judgement.refused and all(loss.confirmed for loss in judgement.losses):
        return None
    return (
        f"the plan loses vectors, so it was not applied:\n{report(judgement, environment, where)}"
        f"How many: vectorform guard {plan.stack}. If that is meant, say --accept-loss"
    )
