"""Every rule on the statements of a vector bucket's policy."""

from __future__ import annotations

from collections.abc import Callable

from vectorform.desired.model import Environment, Region, VectorBucket
from vectorform.language.iam import (
    action_rules,
    condition_rules,
    lockout_rules,
    open_rules,
    principal_rules,
    value_rules,
    variable_rules,
)
from vectorform.language.iam.statement import Statement
from vectorform.language.nodes import Node, Path, find
from vectorform.language.problems import Problems

Rule = Callable[[Statement, Problems], None]
RULES: tuple[Rule, ...] = (
    action_rules.known_actions,
    action_rules.account_actions,
    action_rules.actions_on_indexes,
    principal_rules.known_principals,
    condition_rules.known_operators,
    condition_rules.known_keys,
    condition_rules.fitting_operators,
    condition_rules.possible_values,
    condition_rules.session_arns,
    condition_rules.absent_keys,
    value_rules.patterns_under_like,
    value_rules.shapes,
    value_rules.arns,
    variable_rules.readable_variables,
    variable_rules.known_variables,
    lockout_rules.no_lockout,
    open_rules.nothing_for_everybody,
)


def check_statements(
    environment: Environment, region: Region, bucket: VectorBucket, node: Node, path: Path, problems: Problems
) -> None:
    """All rules on all statements of the bucket whose tree is `node`."""
    path = (*path, "policy", "statements")
    written = enumerate(find(node, ("policy", "statements")).items)
    sound = [(position, child) for position, child in written if not child.broken]
    for resolved, (position, child) in zip(bucket.policy_statements, sound, strict=True):
        statement = Statement(environment, region, bucket, resolved, child, (*path, position))
        for rule in RULES:
            rule(statement, problems)
