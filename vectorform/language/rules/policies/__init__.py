"""Rules on what IAM reads: statements of bucket policies, the trust of roles, `protection_lifted_by`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vectorform.language.iam.statement import Conditioned, Statement
from vectorform.language.nodes import find
from vectorform.language.problems import Problem
from vectorform.language.rules.policies import (
    actions,
    conditions,
    everybody,
    lockout,
    principals,
    values,
    variables,
)
from vectorform.language.rules.subjects import BucketIn

# Of every block of conditions, whatever has it: a statement or the trust of a role.
CHECKS_OF_CONDITIONS: tuple[Callable[[Conditioned], Iterator[Problem]], ...] = (
    conditions.known_operators,
    conditions.fitting_operators,
    conditions.possible_values,
    conditions.session_arns,
    conditions.absent_keys,
    values.patterns_under_like,
    values.shapes,
    values.arns,
    variables.readable,
)
CHECKS: tuple[Callable[[Statement], Iterator[Problem]], ...] = (
    actions.known,
    actions.of_account,
    actions.on_indexes,
    principals.check,
    conditions.known_keys,
    *CHECKS_OF_CONDITIONS,
    variables.known,
)
# What a statement does as a whole, which is known once each part of it is right.
CHECKS_OF_THE_WHOLE = (
    lockout.check,
    everybody.check,
)


def check_statements(within: BucketIn) -> Iterator[Problem]:
    """All rules on all statements of a vector bucket's policy."""
    path = (*within.path, "policy", "statements")
    written = enumerate(find(within.node, ("policy", "statements")).items)
    sound = [(position, child) for position, child in written if not child.broken]
    for resolved, (position, child) in zip(within.bucket.policy_statements, sound, strict=True):
        statement = Statement(
            within.environment, within.region, within.bucket, resolved, child, (*path, position)
        )
        found = [problem for check in CHECKS for problem in check(statement)]
        yield from found
        if statement.whole and not any(problem.severity == "error" for problem in found):
            for check in CHECKS_OF_THE_WHOLE:
                yield from check(statement)
