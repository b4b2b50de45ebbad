"""The policy in docs/reference/verify.md is enough for a whole verification; nothing in it is too much."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from s3vectors_local.process import LocalAws
from tests.model import ACCOUNT
from tests.verifier.deployed import client, deploy
from tests.verifier.test_created_keys_and_roles import desired
from tests.verifier.test_knowledge_bases import with_knowledge_base
from vectorform.desired.model import Environment
from vectorform.verifier.aws import READS
from vectorform.verifier.verify import verify

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "verify.md"
BLOCK = re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
assert BLOCK is not None
POLICY: dict[str, Any] = json.loads(BLOCK[1])
ACTIONS = [action for statement in POLICY["Statement"] for action in statement["Action"]]


@pytest.fixture
def environment(aws: LocalAws) -> Environment:
    """Every kind of resource: a created key, an IAM policy and a role among them."""
    return deploy(with_knowledge_base(desired()))


@pytest.fixture
def someone(aws: LocalAws, environment: Environment, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that makes this process someone with just the given policy."""
    iam = client("iam", environment.home)
    name = environment.access[0].policy_name + "-verifier"
    iam.create_user(UserName=name)
    made = iam.create_access_key(UserName=name)["AccessKey"]

    def become(policy: dict[str, Any]) -> None:
        iam.put_user_policy(UserName=name, PolicyName="verifier", PolicyDocument=json.dumps(policy))
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", made["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", made["SecretAccessKey"])

    yield become


def test_the_documented_actions_are_those_of_the_code() -> None:
    assert {action.partition(":")[2] for action in ACTIONS} | {"GetCallerIdentity"} == READS
    assert ACCOUNT in PAGE.read_text(encoding="utf-8")


def test_the_policy_is_enough_and_every_action_is_needed(environment: Environment, someone: Any) -> None:
    someone(POLICY)
    assert verify(environment).findings == ()
    for action in ACTIONS:
        lacking = deepcopy(POLICY)
        for statement in lacking["Statement"]:
            statement["Action"] = [one for one in statement["Action"] if one != action]
        lacking["Statement"] = [one for one in lacking["Statement"] if one["Action"]]
        someone(lacking)
        report = verify(environment)
        assert report.exit_code == 2, action
        assert {finding.kind for finding in report.findings} == {"unreadable"}
        assert all(action.partition(":")[2] in finding.fix for finding in report.findings)
