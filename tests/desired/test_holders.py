"""Where roles are assumed, the caller and each role need a part of what a deploy needs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import model
from tests.cli.terminal import run
from tests.language.projects import SOUND, project
from vectorform.desired.holders import Holder
from vectorform.desired.model import Backend, Environment, Provider
from vectorform.desired.permissions import Who, deployer, needed
from vectorform.desired.service_limits import MAX_MANAGED_POLICY

ROLE = "arn:aws:iam::123456789012:role/deployer"
MANY = "".join(
    f"  tenant-{n:02}: {{indexes: {{pages: {{dimension: 4, distance_metric: cosine}}}}}}\n" for n in range(60)
)
STATES = "arn:aws:iam::210987654321:role/states"
KEY = "arn:aws:kms:eu-west-1:210987654321:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PLACE = {"bucket": "states", "region": "eu-west-1", "key": "search/{stack}", "kms_key_id": KEY}


def environment(role: str | None = None, state: str | None = None) -> Environment:
    settings: dict[str, Any] = {**PLACE, **({"assume_role": {"role_arn": state}} if state else {})}
    region = model.region(
        model.vector_bucket(model.index()), backend_settings={**settings, "key": "search/prod"}
    )
    return model.environment(
        region, provider=Provider(assume_role=role), backend=Backend("s3", settings), waves=(("eu-west-1",),)
    )


def sids(holder: Holder) -> set[str]:
    return {statement["Sid"] for statement in holder.policy["Statement"]}


STATE = {"FindState", "KeepState", "LockState", "ReadFormerStates", "StateKey"}


def test_without_roles_the_caller_needs_all() -> None:
    (caller,) = needed(environment(), "deployer")
    assert caller.policy == deployer(environment()) and sids(caller) >= STATE


def test_the_state_is_the_callers_where_only_the_account_is_reached_by_a_role() -> None:
    caller, role = needed(environment(ROLE), "deployer")
    assert sids(caller) == {"AssumeRoles", *STATE}
    assert caller.policy["Statement"][0]["Resource"] == [ROLE]
    assert (role.name, role.arn) == ("role", ROLE)
    assert sids(role) == {s["Sid"] for s in deployer(environment())["Statement"]} - STATE


def test_each_of_two_roles_has_its_own() -> None:
    caller, role, state = needed(environment(ROLE, STATES), "deployer")
    assert sids(caller) == {"AssumeRoles"}
    assert caller.policy["Statement"][0]["Resource"] == [ROLE, STATES]
    assert (state.name, state.arn, sids(state)) == ("state-role", STATES, STATE)
    assert not sids(role) & STATE


def test_one_role_for_both_has_all() -> None:
    caller, role = needed(environment(ROLE, ROLE), "deployer")
    assert sids(caller) == {"AssumeRoles"} and sids(role) >= STATE


@pytest.mark.parametrize("who", ["verifier", "syncer"])
def test_who_has_nothing_to_do_with_the_state_assumes_no_role_for_it(who: Who) -> None:
    found = needed(environment(ROLE, STATES), who)
    assert [holder.arn for holder in found] == (["", ROLE] if who == "verifier" else [""])


def test_a_planner_reads_with_the_key_and_writes_with_none() -> None:
    (caller,) = needed(environment(), "planner")
    key = next(it for it in caller.policy["Statement"] if it["Sid"] == "StateKey")
    assert key["Action"] == ["kms:Decrypt"] and key["Resource"] == [KEY]


def test_the_files_fit_into_iam_and_are_named_by_who_needs_them(tmp_path: Path) -> None:
    backend = "backend: {type: s3, bucket: states, region: ap-southeast-2}\n"
    root = project(tmp_path, dev=f"{SOUND}{MANY}{backend}provider: {{assume_role: '{ROLE}'}}\n")
    refused = run(root, "permissions", "deployer", "dev")
    assert refused.returncode == 2 and refused.stdout == ""
    assert f"each needs a policy of its own: who runs the command, {ROLE}; --write FOLDER" in refused.stderr
    done = run(root, "permissions", "deployer", "dev", "--write", "out")
    assert done.returncode == 0, done.stderr
    files = {path.name: json.loads(path.read_text()) for path in (root / "out").iterdir()}
    numbers = range(1, len(files))
    assert (
        set(files) == {"deployer-caller.json", *(f"deployer-role-{n}.json" for n in numbers)}
        and len(files) > 3
    )
    sizes = [len(json.dumps(document, separators=(",", ":"))) for document in files.values()]
    assert max(sizes) <= MAX_MANAGED_POLICY
    assert done.stdout.count("characters, for") == len(files)
    printed = json.loads(run(root, "permissions", "deployer", "dev", "--format", "json").stdout)
    assert [holder["name"] for holder in printed["holders"]] == ["caller", "role"]
    assert printed["policy"] == printed["holders"][0]["documents"][0] == files["deployer-caller.json"]


def test_what_is_too_long_for_one_policy_is_printed_whole_with_a_hint(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=SOUND + MANY), "permissions", "deployer", "dev")
    assert done.returncode == 0 and json.loads(done.stdout)["Statement"]
    assert "in a managed policy: --write FOLDER writes " in done.stderr
