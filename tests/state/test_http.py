"""States behind an address, as GitLab keeps them: what is seen of them, and Terraform itself beside that."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.language.projects import MAIN, loaded, messages
from tests.state.address import PASSWORD, USERNAME, States, stand_in
from tests.state.test_checks import STATE
from vectorform.check import Check
from vectorform.desired.backends import terraform_settings
from vectorform.desired.model import Environment
from vectorform.state import checks
from vectorform.state.checks import NotReady, exit_code
from vectorform.state.status.look import look

HEAD = 'project: aspexa\naccount_id: "123456789012"\nregions: [ap-southeast-2, us-east-1]\n'
GITLAB = 'backend: {{type: http, address: "{address}/terraform/state/{{stack}}"}}\n'
PLAIN = """\
backend:
  type: http
  address: "{address}/plain/{{stack}}"
  lock_address: "{address}/plain/{{stack}}"
"""
WITHOUT_LOCK = 'backend: {{type: http, address: "{address}/plain/{{stack}}"}}\n'
HOME = "/terraform/state/dev"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[States]:
    with stand_in() as made:
        monkeypatch.setenv("TF_HTTP_USERNAME", USERNAME)
        monkeypatch.setenv("TF_HTTP_PASSWORD", PASSWORD)
        yield made


def environment(root: Path, service: States, backend: str = GITLAB) -> Environment:
    return loaded(root, HEAD + MAIN + backend.format(address=service.address))


def check(root: Path, service: States, backend: str = GITLAB) -> list[Check]:
    return list(checks.check(environment(root, service, backend), root / "cdktf.out", lambda _: None))


def wrong(found: list[Check]) -> list[str]:
    return [f"{check.what}: {check.fix}" for check in found if check.outcome != "fine"]


@pytest.mark.parametrize("backend", [GITLAB, PLAIN], ids=["GitLab", "plain"])
def test_a_lock_is_taken_refused_and_given_back(tmp_path: Path, service: States, backend: str) -> None:
    found = check(tmp_path, service, backend)
    assert exit_code(found) == 0, found
    assert [f"{one.what}" for one in found][:2] == [
        "dev: a lock can be taken, and a second one is refused",
        f"dev: no state yet at {environment(tmp_path, service, backend).home.backend_settings['address']}",
    ]
    assert service.locks == {} and service.states == {}


def test_a_backend_without_a_lock(tmp_path: Path, service: States) -> None:
    (home, _) = wrong(check(tmp_path, service, WITHOUT_LOCK))
    assert home.startswith("dev: the backend has no `lock_address`: two simultaneous deploys")


def test_a_server_whose_lock_holds_nobody_off(tmp_path: Path, service: States) -> None:
    service.locking = False
    assert "dev: the store grants a second lock" in wrong(check(tmp_path, service))[0]


def test_a_lock_that_somebody_holds_is_named_and_stays(tmp_path: Path, service: States) -> None:
    held = json.dumps({"ID": "1234", "Who": "ines@laptop", "Created": "2026-11-26T01:02:03.4Z"}).encode()
    service.locks[HOME] = held
    (said,) = wrong(check(tmp_path, service))
    assert said.startswith("dev: the state is locked by ines@laptop since 2026-11-26T01:02:03.4Z: wait")
    assert said.endswith("terraform -chdir=cdktf.out/stacks/dev force-unlock 1234")
    assert service.locks == {HOME: held}


def test_a_region_that_is_gone_and_a_state_that_is_still_here(tmp_path: Path, service: States) -> None:
    service.states["/terraform/state/dev-eu-west-1"] = json.dumps(STATE).encode()
    (tmp_path / "terraform.dev.tfstate").write_text(json.dumps(STATE))
    local, former = wrong(check(tmp_path, service))
    assert local.startswith("terraform.dev.tfstate holds 2 resources, but there is no state at")
    assert former.startswith(
        f"{service.address}/terraform/state/dev-eu-west-1 still holds 2 resources, but config/dev.yaml"
    )
    with pytest.raises(NotReady, match="dev-eu-west-1 still holds 2 resources"):
        checks.refuse_unready(environment(tmp_path, service), tmp_path, applying=True)


@pytest.mark.parametrize("status", [403, 418, 429, 500])
def test_what_could_not_be_asked_is_unknown(
    tmp_path: Path, service: States, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr("vectorform.state.rest.time.sleep", lambda _: None)
    service.faults["GET"] = [status] * 3
    found = check(tmp_path, service)
    assert exit_code(found) == 2
    assert service.locks == {}  # also then
    service.faults["GET"] = [status] * 100
    with pytest.raises(NotReady, match="it is unknown whether removed regions") as refused:
        checks.refuse_unready(environment(tmp_path, service), tmp_path, applying=True)
    assert refused.value.exit_code == 2
    assert PASSWORD not in str(refused.value) + str(found)


def test_without_a_password(tmp_path: Path, service: States, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_HTTP_PASSWORD")
    (said,) = wrong(check(tmp_path, service))
    assert said.endswith(
        "lock: HTTP 401: give this shell TF_HTTP_PASSWORD, and TF_HTTP_USERNAME where the file names no "
        "`username`"
    )


def test_the_status(tmp_path: Path, service: States) -> None:
    service.states[HOME] = json.dumps(STATE).encode()
    service.states["/terraform/state/dev-us-east-1"] = b"{"
    found = look(environment(tmp_path, service), tmp_path)
    home, other = found["ap-southeast-2"], found["us-east-1"]
    assert (home.kind, home.lock_seen, other.kind) == ("read", False, "damaged")
    assert home.recorded is not None and home.recorded.serial == 3
    assert home.written is not None and home.written.year == 2026


def test_a_url_of_gitlab_has_its_lock_and_another_one_none(tmp_path: Path) -> None:
    address = "https://gitlab.example.com/api/v4/projects/42/terraform/state/{stack}"
    text = f'backend: {{type: http, address: "{address}", username: ci, retry_wait_min: 5}}\n'
    desired = loaded(tmp_path, HEAD + MAIN + text)
    settled = address.format(stack="dev-us-east-1")
    assert terraform_settings(desired, desired.regions[1])["backend"]["http"] == {
        "address": settled,
        "lock_address": f"{settled}/lock",
        "unlock_address": f"{settled}/lock",
        "lock_method": "POST",
        "unlock_method": "DELETE",
        "username": "ci",
        "retry_wait_min": 5,
    }
    (warning,) = messages(tmp_path, HEAD + MAIN + text.replace("/terraform/state/", "/states/"))
    assert warning.endswith("[VF325]")


def test_a_password_is_refused_and_not_repeated(tmp_path: Path) -> None:
    """Also one that stands where an address is so broken that nothing of it can be told apart."""
    for address in ("https://u:hunter2@h/{stack}", "https://h/{stack}?private_token=hunter2", "u:hunter2@h"):
        said = messages(tmp_path, f'{HEAD}{MAIN}backend: {{type: http, address: "{address}"}}\n')
        assert any("[VF324]" in line for line in said) and "hunter2" not in "".join(said), said
    address = 'backend: {type: http, address: "https://h/{stack}", password: hunter2}\n'
    said = messages(tmp_path, HEAD + MAIN + address)
    assert "write no password into a file: set TF_HTTP_PASSWORD in the shell" in said[-1], said
    assert "hunter2" not in "".join(said)


@pytest.mark.toolchain
def test_terraform_itself(tmp_path: Path, service: States) -> None:
    """It locks, is refused by a lock, writes, and reads what it wrote; no provider is needed for that."""
    desired = environment(tmp_path, service)
    stack = {
        "terraform": terraform_settings(desired, desired.home),
        "resource": {"terraform_data": {"a": {}}},
    }
    (tmp_path / "main.tf.json").write_text(json.dumps(stack))
    assert terraform(tmp_path, "init", "-input=false").returncode == 0
    held = json.dumps({"ID": "1234", "Who": "ines@laptop", "Operation": "OperationTypeApply"}).encode()
    service.locks[HOME] = held
    refused = terraform(tmp_path, "apply", "-auto-approve")
    # Terraform names the holder's id alone, and describes its own lock: who it is, the check says.
    assert refused.returncode == 1 and "HTTP remote state already locked: ID=1234" in refused.stderr
    assert "ines@laptop" not in refused.stderr and "ines@laptop" in wrong(check(tmp_path, service))[0]
    assert terraform(tmp_path, "force-unlock", "-force", "1234").returncode == 0
    done = terraform(tmp_path, "apply", "-auto-approve")
    assert done.returncode == 0, done.stderr
    assert service.locks == {}
    found = check(tmp_path, service)
    assert "dev: state of 1 resources at" in found[1].what and exit_code(found) == 0
    assert PASSWORD not in (tmp_path / ".terraform" / "terraform.tfstate").read_text()


def terraform(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["terraform", f"-chdir={folder}", *arguments, "-no-color"],
        env={**os.environ, "CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
