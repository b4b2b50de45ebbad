"""A Deny that leaves nobody who could change the policy again is refused, unless it is meant."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.arns import bucket_arn, index_arn, partition, role_arn
from vectorform.desired.lockout import Account, locked_out
from vectorform.desired.model import Environment, Region
from vectorform.desired.policies import bucket_statements
from vectorform.language.iam.statement import Statement
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule

LOCKOUT = Rule("VF650", "lockout")
NO_LOCKOUT = Rule("VF651", "allow-lockout-without-lockout", "hint")


def account_of(environment: Environment, region: Region) -> Account:
    """Whom the environment may not lock out, as far as its file tells."""
    return Account(
        id=environment.account_id,
        partition=partition(region.name),
        region=region.name,
        project=environment.project,
        administrators=environment.protection_lifted_by,
        applications=tuple(role_arn(environment, a.role) for a in environment.access if a.role),
    )


def check(statement: Statement) -> Iterator[Problem]:
    """Neither the account's administrators nor who deploys may be refused what Terraform needs."""
    environment, region, bucket = statement.environment, statement.region, statement.bucket
    documents = list(bucket_statements(environment, region, bucket, statement.resolved))
    account = account_of(environment, region)
    own = bucket_arn(environment, region, bucket)
    indexes = [index_arn(environment, region, bucket, index) for index in bucket.written_indexes]
    refused = [
        who
        for document in documents
        for who in locked_out(document, account, own, [*indexes, f"{own}/index/any"])
    ]
    node, path = statement.node, statement.path
    if statement.resolved.allow_lockout:
        if not refused:
            place = node.mapping["allow_lockout"], (*path, "allow_lockout")
            yield NO_LOCKOUT.at(*place, "the statement locks nobody out", "delete the line", key=True)
        return
    if not refused:
        return
    effect = node.mapping.get("effect", node)
    listed = " and ".join(([", ".join(refused[:-1])] if refused[1:] else []) + refused[-1:])
    message = f"it denies {listed} to the account's own administrators and to the deployer"
    what = "no Allow overrides that, and vectorform could not undo it"
    yield LOCKOUT.at(effect, (*path, "effect"), message, f"{what}: {_way_out(account)}")


def _way_out(account: Account) -> str:
    if account.administrators:
        excepted = ", ".join(account.administrators)
    else:
        excepted = f"arn:{account.partition}:iam::{account.id}:role/<deployer>"
    return (
        f"exempt them in a condition, ArnNotLike: {{aws:PrincipalArn: [{excepted}]}}, "
        "remove these actions, or write allow_lockout: true if you mean it"
    )
