"""The trust policy of a role: who may assume it, and what services need in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vectorform.desired.arns import partition
from vectorform.desired.knowledge_base_roles import those_that_work_with
from vectorform.desired.model import Environment, Role

POLICY_VERSION = "2012-10-17"

# Services whose guides ("Cross-service confused deputy prevention", or the example of the role itself) write
# aws:SourceAccount into the trust of a role that they assume, as of 2026-11-26. Without it a service that
# serves everybody could be made to use the role for another customer. Not here: services that send no
# source account for all of their roles, such as EC2, Lambda, Glue and SageMaker; the condition would lock
# them out.
OF_THIS_ACCOUNT = frozenset(
    {
        "airflow-env",
        "airflow",
        "bedrock-agentcore",
        "bedrock",
        "codebuild",
        "datasync",
        "ecs-tasks",
        "elasticmapreduce",
        "emr-serverless",
        "events",
        "iot",
        "kendra",
        "osis-pipelines",
        "personalize",
        "pipes",
        "qbusiness",
        "scheduler",
        "states",
        "transfer",
    }
)
_ASSUME = ("sts:AssumeRole",)
# What else a service does as it assumes a role (EKS User Guide, "EKS Pod Identity role"; IAM Roles Anywhere
# User Guide, "Trust model").
_FURTHER_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "pods.eks": (*_ASSUME, "sts:TagSession"),
    "rolesanywhere": (*_ASSUME, "sts:SetSourceIdentity", "sts:TagSession"),
}


def trust_policy(environment: Environment, role: Role) -> dict[str, Any]:
    """Who may assume a role (IAM User Guide, "Roles terms and concepts": the role trust policy).

    An account id becomes the ARN of its root: IAM itself stores it so.
    """
    home = partition(environment.home.name)
    statements = list(_services(environment, role))
    presented = {"StringEquals": {"sts:ExternalId": role.external_id}} if role.external_id else {}
    actions = assume_actions(role)
    if role.trusted_principals:
        principals = (
            _root(home, principal) if principal.isdecimal() else principal
            for principal in role.trusted_principals
        )
        statements.append(_trust("TrustedPrincipals", "AWS", principals, actions, presented))
    if role.trusted_roles:
        accounts, condition = whom(role.trusted_roles)
        condition = merged(condition, presented)
        statements.append(_trust("TrustedRoles", "AWS", accounts, actions, condition))
    statements += _federated(environment, role)
    statements += _knowledge_bases(environment, role)
    for statement in statements:
        condition = merged(statement.pop("Condition", {}), _conditions(role, statement["Principal"]))
        if condition:
            statement["Condition"] = condition
    return {"Version": POLICY_VERSION, "Statement": statements}


def trusted_kinds(role: Role) -> set[str]:
    """Whom a role trusts, as the element Principal calls them: Service, AWS, Federated."""
    return {
        *(("Service",) if role.trusted_services or role.eks_pod_identity else ()),
        *(("AWS",) if role.trusted_principals or role.trusted_roles else ()),
        *(("Federated",) if role.oidc else ()),
    }


def kind_of_key(key: str) -> str | None:
    """Who alone sends a condition key as they assume a role; None for one that others send as well.

    IAM User Guide, "AWS global condition context keys": aws:Source... are of calls by services,
    aws:Principal... of those by principals of accounts.
    """
    folded = key.lower()
    if folded in ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"):
        return "Service"
    named = ("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths")
    return "AWS" if folded in named or folded.startswith("aws:principaltag/") else None


def _conditions(role: Role, principal: Mapping[str, Any]) -> dict[str, Any]:
    """The role's conditions in the statement of one kind of principal.

    What another kind alone sends is left to the statements of that kind: a service has no organization and a
    role no source account. Where nobody of that kind is trusted, it stays in all: nothing is loosened.
    """
    kinds = trusted_kinds(role)
    kept = {
        operator: {
            key: values
            for key, values in keys.items()
            if (kind := kind_of_key(key)) is None or kind in principal or kind not in kinds
        }
        for operator, keys in role.conditions.items()
    }
    return {operator: keys for operator, keys in kept.items() if keys}


def assume_actions(role: Role) -> tuple[str, ...]:
    """What principals may do with a role that trusts them."""
    return (*_ASSUME, *(action for action in role.trusted_actions if action not in _ASSUME))


def whom(roles: Iterable[str]) -> tuple[list[str], dict[str, Any]]:
    """Roles as a resource policy names them without their having to exist: principals and a condition.

    IAM replaces a role's ARN in a policy by the role's id, and takes none of a role that does not exist; a
    role that is recreated is another id (IAM User Guide, "AWS JSON policy elements: Principal"). The root of
    the account with aws:PrincipalArn has neither problem, and the roles need not exist.
    """
    arns = sorted(set(roles))
    roots = sorted({_root(arn.split(":")[1], arn.split(":")[4]) for arn in arns})
    return roots, {"ArnEquals": {"aws:PrincipalArn": arns}}


def merged(*conditions: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Conditions that all have to hold; where two say the same key, the later one's values replace."""
    found: dict[str, Any] = {}
    for condition in conditions:
        for operator, keys in condition.items():
            values = {key: list(value) if isinstance(value, tuple) else value for key, value in keys.items()}
            found[operator] = {**found.get(operator, {}), **values}
    return found


def _root(partition_of_account: str, account: str) -> str:
    return f"arn:{partition_of_account}:iam::{account}:root"


def _federated(environment: Environment, role: Role) -> Iterator[dict[str, Any]]:
    """The users of an identity provider, and pods.

    GitHub, "Configuring OpenID Connect in Amazon Web Services"; EKS User Guide, "EKS Pod Identity role".
    """
    if role.oidc:
        oidc = role.oidc
        iam = f"arn:{partition(environment.home.name)}:iam::{environment.account_id}"
        arn = f"{iam}:oidc-provider/{oidc.provider}"
        like = "StringLike" if any("*" in text or "?" in text for text in oidc.subjects) else "StringEquals"
        condition = merged(
            {"StringEquals": {f"{oidc.provider}:aud": oidc.audiences}},
            {like: {f"{oidc.provider}:sub": oidc.subjects}},
        )
        further = tuple(action for action in role.trusted_actions if action not in _ASSUME)
        actions = ("sts:AssumeRoleWithWebIdentity", *further)
        yield _trust("TrustedIdentityProvider", "Federated", [arn], actions, condition)
    if role.eks_pod_identity:
        pods = role.eks_pod_identity
        condition = {
            "StringEquals": {
                "aws:RequestTag/eks-cluster-name": pods.cluster,
                "aws:RequestTag/kubernetes-namespace": pods.namespace,
                "aws:RequestTag/kubernetes-service-account": pods.service_account,
            }
        }
        actions = _FURTHER_ACTIONS["pods.eks"]
        yield _trust("TrustedPods", "Service", ["pods.eks.amazonaws.com"], actions, condition)


def _knowledge_bases(environment: Environment, role: Role) -> Iterator[dict[str, Any]]:
    """Amazon Bedrock User Guide, "Create a service role for Amazon Bedrock Knowledge Bases"."""
    knowledge_bases = those_that_work_with(environment, role)
    if knowledge_bases:
        condition = {
            "StringEquals": {"aws:SourceAccount": environment.account_id},
            "ArnLike": {"aws:SourceArn": knowledge_bases},
        }
        yield _trust("KnowledgeBases", "Service", ["bedrock.amazonaws.com"], _ASSUME, condition)


def service_stem(principal: str) -> str:
    """The service in a principal: without the suffix, and without a region (`logs.eu-west-1`)."""
    stem = re.sub(r"\.amazonaws\.(com|com\.cn|eu)\Z", "", principal)
    return re.sub(r"\.[a-z]{2,4}(-[a-z]+)+-[0-9]+\Z", "", stem)


def _services(environment: Environment, role: Role) -> Iterator[dict[str, Any]]:
    """One statement for the services that need the same in it; the plain one first."""
    further = tuple(action for action in role.trusted_actions if action not in _ASSUME)
    groups: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for service in role.trusted_services:
        stem = service_stem(service)
        actions = tuple(dict.fromkeys((*_FURTHER_ACTIONS.get(stem, _ASSUME), *further)))
        groups.setdefault((stem in OF_THIS_ACCOUNT, actions), []).append(service)
    for (of_this_account, actions), members in sorted(groups.items()):
        sid = "TrustedServices"
        if of_this_account:
            sid = "TrustedServicesOfThisAccount"
        elif actions != (*_ASSUME, *further):
            sid = "TrustedServicesThatTag" if "sts:SetSourceIdentity" not in actions else "TrustedAnywhere"
        source = {"StringEquals": {"aws:SourceAccount": environment.account_id}} if of_this_account else {}
        yield _trust(sid, "Service", members, actions, source)


def _trust(
    sid: str, kind: str, principals: Iterable[str], actions: tuple[str, ...], condition: Mapping[str, Any]
) -> dict[str, Any]:
    statement: dict[str, Any] = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {kind: sorted(set(principals))},
        "Action": actions[0] if len(actions) == 1 else list(actions),
    }
    if condition:
        statement["Condition"] = dict(condition)
    return statement
