"""The statements of a role: of the form that IAM takes, each with a name of its own.

What their actions and resources are is in the modules beside. Source: IAM User Guide, "IAM JSON policy
element reference".
"""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.policies import role_policy
from vectorform.language.nodes import Path, texts_at
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.access.own_statement import Own
from vectorform.language.rules.access.statement_actions import check_actions
from vectorform.language.rules.access.statement_reach import check_reach
from vectorform.language.rules.access.statement_resources import check_resources
from vectorform.language.rules.buckets.policy import SID_TWICE
from vectorform.language.rules.policies.variables import of_global_keys
from vectorform.language.rules.subjects import AccessIn
from vectorform.wording import show

FORM = Rule("VF540", "statement-form")


def check(entry: AccessIn) -> Iterator[Problem]:
    """Every statement of an entry's role, and their names."""
    role = entry.access.role
    if role is None or not role.statements or not entry.environment.regions:
        return
    path = (*entry.path, "role", "statements")
    written = enumerate(entry.node.mapping["role"].mapping["statements"].items)
    sound = [(position, node) for position, node in written if not node.broken]
    for resolved, (position, node) in zip(role.statements, sound, strict=True):
        own = Own(entry.environment, resolved, node, (*path, position))
        malformed = list(_form(own))
        yield from malformed
        yield from check_actions(own)
        faults = list(check_resources(own))
        yield from faults
        for part in own.resources():
            yield from of_global_keys(part)
        if not faults and not malformed:
            yield from check_reach(own)
    yield from _sids(entry, path)


def _form(own: Own) -> Iterator[Problem]:
    """One of each pair: IAM refuses a statement with both, and one with neither."""
    for key in ("actions", "resources"):
        other = f"not_{key}"
        if any(node.broken for name, node in own.node.mapping.items() if name in (key, other)):
            continue  # another key was refused, with this spelling
        if key in own.node.mapping and other in own.node.mapping:
            message = f"it has {key} and {other}; IAM accepts only one of them"
            yield FORM.at(
                own.node.mapping[other], (*own.path, other), message, "delete one of them", key=True
            )
        elif key not in own.node.mapping and other not in own.node.mapping:
            what = "the actions" if key == "actions" else "what they apply to"
            example = "[bedrock:InvokeModel]" if key == "actions" else '["*"], or their ARNs'
            message = f"it has no {key}"
            yield FORM.at(own.node, own.path, message, f"write {key}: {example}, {what}")


def _sids(entry: AccessIn, path: Path) -> Iterator[Problem]:
    """Each name once: those of the statements that are derived from other policies are taken too."""
    document = role_policy(entry.environment, entry.access)["Statement"]
    own = len(entry.access.role.statements) if entry.access.role else 0
    seen = {statement.get("Sid") for statement in document[own:]}
    for position, node in enumerate(entry.node.mapping["role"].mapping["statements"].items):
        for step, child, sid in texts_at(node, "sid"):
            if sid in seen:
                hint = "the role's policy already uses it: choose another"
                yield SID_TWICE.at(child, (*path, position, *step), f"{show(sid)} is used twice", hint)
            seen.add(sid)
