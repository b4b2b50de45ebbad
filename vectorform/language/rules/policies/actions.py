"""Actions of a bucket's policy: that there are such, and that this policy can speak of them.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3 Vectors".
"""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.actions import PREFIX
from vectorform.desired.wildcards import matches
from vectorform.language.iam.reference import ACCOUNT_ACTIONS, actions, as_of
from vectorform.language.iam.statement import Part, Statement
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.wording import closest, show

UNKNOWN = Rule("VF601", "unknown-action")
OF_ACCOUNT = Rule("VF602", "action-on-account")
ON_BUCKET = Rule("VF603", "bucket-action-with-indexes")


def known(statement: Statement) -> Iterator[Problem]:
    """An action that is not one never matches: a Deny of it protects nothing."""
    for action in statement.actions:
        if covered(action):
            continue
        prefix, _, name = action.text.rpartition(":")
        near = closest(name, actions())
        what = "matches no action" if "*" in name or "?" in name else "is not an action"
        message = f"{show(action.text)} {what} of S3 Vectors, so it never matches"
        if near:
            hint = f"did you mean `{PREFIX}{near}`?"
        elif f"{prefix.lower()}:" != PREFIX:
            hint = "a vector bucket's policy is about actions of S3 Vectors: s3vectors:<Operation>"
        else:
            hint = f"S3 Vectors has these ({as_of()}): {', '.join(sorted(actions()))}"
        yield UNKNOWN.at(action.node, action.path, message, hint)


def of_account(statement: Statement) -> Iterator[Problem]:
    """CreateVectorBucket and ListVectorBuckets act on no bucket that has a policy."""
    for action in statement.actions:
        found = covered(action)
        if found and set(found) <= ACCOUNT_ACTIONS:
            message = f"{show(action.text)} cannot be {_given(statement)} by a bucket policy"
            hint = "it is an action on the account: put it into IAM policies"
            yield OF_ACCOUNT.at(action.node, action.path, message, hint)


def on_indexes(statement: Statement) -> Iterator[Problem]:
    """In a statement about some indexes alone, an action on the bucket never matches."""
    if statement.resolved.indexes is None:
        return
    known = actions()
    for action in statement.actions:
        found = set(covered(action)) - ACCOUNT_ACTIONS
        if found and not any("Index" in known[name] for name in found):
            message = f"{show(action.text)} acts on the bucket, but the statement is about indexes only"
            hint = "put it into a statement without `indexes`"
            yield ON_BUCKET.at(action.node, action.path, message, hint)


def covered(action: Part) -> list[str]:
    """The actions that a pattern matches, without the prefix. IAM does not look at their case."""
    pattern = action.text.lower()
    return [name for name in actions() if matches(pattern, f"{PREFIX}{name}".lower())]


def _given(statement: Statement) -> str:
    return "granted" if statement.resolved.effect == "Allow" else "denied"
