"""Whom the roles of a pipeline trust: the jobs of the packed workflows, and none besides."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.paths import ROOT
from vectorform import language
from vectorform.desired.pipeline import ROLES, Who, subject, trust

DEV = language.load("dev", ROOT)
WORKFLOWS: dict[Who, tuple[str, str]] = {
    "planner": ("plan", "plan"),
    "deployer": ("deploy-environment", "rollout"),
    "verifier": ("drift", "look"),
}


@pytest.mark.parametrize("who", list(ROLES))
def test_the_subject_is_that_of_the_workflows_job(who: Who) -> None:
    workflow, job = WORKFLOWS[who]
    document = yaml.safe_load((ROOT / "examples" / "workflows" / f"{workflow}.yml").read_text())
    named = re.sub(r"\$\{\{.*?\}\}", "dev", document["jobs"][job]["environment"])
    assert subject(DEV, who, "org/repo") == f"repo:org/repo:environment:{named}"


def test_three_roles_trust_three_subjects() -> None:
    assert len({subject(DEV, who, "org/repo") for who in ROLES}) == 3


def test_the_longest_session_is_as_long_as_the_jobs_credentials() -> None:
    document = yaml.safe_load((ROOT / "examples" / "workflows" / "deploy-environment.yml").read_text())
    (lasts,) = [
        step["with"]["role-duration-seconds"]
        for step in document["jobs"]["rollout"]["steps"]
        if "aws-actions" in step.get("uses", "")
    ]
    assert ROLES["deployer"].session_seconds == lasts


def statement(environment: Any, repository: str) -> dict[str, Any]:
    (found,) = trust(environment, "deployer", repository)["Statement"]
    return dict(found)


def test_the_trust_is_of_one_audience_and_one_subject_exactly() -> None:
    found = statement(DEV, "org@12/repo@34")
    issuer = "token.actions.githubusercontent.com"
    assert found["Principal"] == {"Federated": f"arn:aws:iam::{DEV.account_id}:oidc-provider/{issuer}"}
    assert found["Condition"] == {
        "StringEquals": {
            f"{issuer}:aud": "sts.amazonaws.com",
            f"{issuer}:sub": "repo:org@12/repo@34:environment:dev",
        }
    }


@pytest.mark.parametrize(
    "repository",
    ["", "org", "org/", "/repo", "org/*", "org/repo:x", "org/repo/x", "org@1/repo", "org/repo@2", "o?/r"],
)
def test_what_is_no_repository_is_refused(repository: str) -> None:
    with pytest.raises(ValueError, match="neither ORG/REPO"):
        subject(DEV, "planner", repository)
