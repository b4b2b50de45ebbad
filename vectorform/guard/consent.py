"""Whether a rollout may apply a plan: one that loses vectors needs a word from a person, or from the YAML."""

from __future__ import annotations

import threading

from vectorform.desired.model import Environment
from vectorform.guard.judgement import judge
from vectorform.guard.report import report
from vectorform.guard.successors import compared, comparisons
from vectorform.migration.calls import Stopped
from vectorform.plans.changes import Plan
from vectorform.plans.verdict import Verdict


def verdict(environment: Environment, limit: int, plan: Plan, region: str, stop: threading.Event) -> Verdict:
    """Whether the plan of a region is applied without --accept-loss.

    What the YAML has retired, and confirmed, was agreed to there; it is compared once more with what replaces
    it, up to `limit` keys of each index, unless `stop` is set.
    """
    where = environment.region(region)
    judgement = judge(plan, environment, where)
    try:
        judgement = compared(judgement, environment, where, limit, stop)
    except Stopped:
        return Verdict("the key comparison was stopped, so the plan was not applied")
    if judgement.known and not judgement.refused and all(loss.confirmed for loss in judgement.losses):
        notes = (f"{loss.key}: {line}" for loss in judgement.losses for line in comparisons(loss, where))
        return Verdict(notes=tuple(notes))
    return Verdict(
        f"the plan loses vectors, so it was not applied:\n{report(judgement, environment, where)}"
        f"To count them: vectorform guard {plan.stack}. To apply it anyway: --accept-loss"
    )
