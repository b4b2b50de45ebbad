"""The three roles of a pipeline, and whom they trust: jobs of one repository, by OIDC.

Sources: GitHub documentation, "OpenID Connect reference" (the subject of a job that names an environment,
also of a pull request's), "Immutable subject claims" and "Configuring OpenID Connect in Amazon Web Services"
(the audience).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vectorform.desired import permissions
from vectorform.desired.arns import partition
from vectorform.desired.model import Environment
from vectorform.desired.trust import POLICY_VERSION

ISSUER = "token.actions.githubusercontent.com"
# A repository that GitHub names in tokens by its owner's id and its own as well, or by names alone.
REPOSITORY = re.compile(r"[\w.-]+(@[0-9]+)?/[\w.-]+(@[0-9]+)?", re.ASCII)

Who = Literal["planner", "deployer", "verifier"]


@dataclass(frozen=True, slots=True)
class PipelineRole:
    """One of them: `github_environment` is what its jobs name, `session_seconds` how long they may take."""

    who: Who
    policy: Callable[[Environment], dict[str, Any]]
    github_environment: str
    session_seconds: int


ROLES: Mapping[Who, PipelineRole] = {
    role.who: role
    for role in (
        PipelineRole("planner", permissions.planner, "{environment}-plan", 3_600),
        PipelineRole("deployer", permissions.deployer, "{environment}", 21_600),
        PipelineRole("verifier", permissions.verifier, "{environment}-verify", 3_600),
    )
}


def provider_arn(environment: Environment) -> str:
    """The ARN of the account's OIDC provider for GitHub."""
    return f"arn:{partition(environment.home.name)}:iam::{environment.account_id}:oidc-provider/{ISSUER}"


def audience(environment: Environment) -> str:
    """For whom GitHub issues the token: STS of the environment's partition."""
    china = ".cn" if partition(environment.home.name) == "aws-cn" else ""
    return f"sts.amazonaws.com{china}"


def subject(environment: Environment, who: Who, repository: str) -> str:
    """The subject of the only jobs that may have the role.

    `repository` is ORG/REPO, or ORG@ID/REPO@ID. Raises ValueError for anything else.
    """
    if not REPOSITORY.fullmatch(repository) or repository.count("@") == 1:
        raise ValueError(
            f"`{repository}` is neither ORG/REPO nor ORG@ID/REPO@ID, as of a repository made since July 2026"
        )
    named = ROLES[who].github_environment.format(environment=environment.name)
    return f"repo:{repository}:environment:{named}"


def trust(environment: Environment, who: Who, repository: str) -> dict[str, Any]:
    """The trust policy of a role. Raises ValueError for what is no repository."""
    condition = {
        f"{ISSUER}:aud": audience(environment),
        f"{ISSUER}:sub": subject(environment, who, repository),
    }
    statement = {
        "Sid": "GitHub",
        "Effect": "Allow",
        "Principal": {"Federated": provider_arn(environment)},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": condition},
    }
    return {"Version": POLICY_VERSION, "Statement": [statement]}
