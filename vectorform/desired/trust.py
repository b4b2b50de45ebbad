"""The trust policy of a role: who may assume it, and what services need in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from vectorform.desired.arns import partition
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
    root = f"arn:{partition(environment.home.name)}:iam::{{}}:root"
    statements = list(_services(environment, role.trusted_services))
    if role.trusted_principals:
        principals = (
            root.format(principal) if principal.isdecimal() else principal
            for principal in role.trusted_principals
        )
        statements.append(_trust("TrustedPrincipals", "AWS", principals, _ASSUME))
        if role.external_id:
            statements[-1]["Condition"] = {"StringEquals": {"sts:ExternalId": role.external_id}}
    return {"Version": POLICY_VERSION, "Statement": statements}


def service_stem(principal: str) -> str:
    """The service in a principal: without the suffix, and without a region (`logs.eu-west-1`)."""
    stem = re.sub(r"\.amazonaws\.(com|com\.cn|eu)\Z", "", principal)
    return re.sub(r"\.[a-z]{2,4}(-[a-z]+)+-[0-9]+\Z", "", stem)


def _services(environment: Environment, services: Iterable[str]) -> Iterable[dict[str, Any]]:
    """One statement for the services that need the same in it; the plain one first."""
    groups: dict[tuple[bool, tuple[str, ...]], list[str]] = {}
    for service in services:
        stem = service_stem(service)
        needs = (stem in OF_THIS_ACCOUNT, _FURTHER_ACTIONS.get(stem, _ASSUME))
        groups.setdefault(needs, []).append(service)
    for (of_this_account, actions), members in sorted(groups.items()):
        sid = "TrustedServices"
        if of_this_account:
            sid = "TrustedServicesOfThisAccount"
        elif actions != _ASSUME:
            sid = "TrustedServicesThatTag" if "sts:SetSourceIdentity" not in actions else "TrustedAnywhere"
        statement = _trust(sid, "Service", members, actions)
        if of_this_account:
            source = {"aws:SourceAccount": environment.account_id}
            statement["Condition"] = {"StringEquals": source}
        yield statement


def _trust(sid: str, kind: str, principals: Iterable[str], actions: tuple[str, ...]) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {kind: sorted(set(principals))},
        "Action": actions[0] if len(actions) == 1 else list(actions),
    }
