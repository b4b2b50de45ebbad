"""What `backend check` and a rollout's preflight see in HCP Terraform, without Terraform or Node."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.state.hcp.server import stand_in
from tests.state.hcp.service import TOKEN, Fault, StandIn
from tests.state.hcp.workspaces import Run, Workspace
from vectorform.check import Check
from vectorform.language import load
from vectorform.state import checks
from vectorform.state.checks import NotReady, exit_code
from vectorform.state.cloud import api
from vectorform.state.cloud.runs import Runs

CONFIG = """\
project: search
account_id: "123456789012"
regions: [eu-west-1]
vector_buckets: {{documents: {{indexes: {{pages: {{dimension: 4, distance_metric: cosine}}}}}}}}
backend: {{type: cloud, organization: example, hostname: "{host}"{more}}}
"""
STATE = {
    "version": 4,
    "serial": 3,
    "lineage": "x",
    "resources": [
        {"mode": mode, "type": type_, "name": "all", "provider": "p", "instances": [{}] * count}
        for mode, type_, count in (("managed", "aws_s3vectors_index", 2), ("data", "aws_region", 1))
    ],
}
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setattr(api.time, "sleep", lambda _: None)
    with stand_in(tmp_path / "hcp", {}) as (made, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        monkeypatch.setenv("TF_CLI_CONFIG_FILE", "/nonexistent")
        host = made.address.removeprefix("https://")
        monkeypatch.setenv(f"TF_TOKEN_{host}", TOKEN)
        write(tmp_path, made)
        yield made


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path


def write(root: Path, service: StandIn, more: str = "", text: str = CONFIG) -> None:
    host = service.address.removeprefix("https://")
    (root / "config").mkdir(exist_ok=True)
    (root / "config" / "dev.yaml").write_text(text.format(host=host, more=more), encoding="utf-8")


def check(root: Path) -> list[Check]:
    return list(checks.check(load("dev", root), root / "cdktf.out", lambda _: None))


def problems(root: Path) -> list[str]:
    return [found.what for found in check(root) if found.outcome != "fine"]


def preflight(root: Path, *, applying: bool = True) -> tuple[int, str]:
    try:
        checks.refuse_unready(load("dev", root), root, applying=applying)
    except NotReady as refused:
        return refused.exit_code, str(refused)
    return 0, ""


def workspace(service: StandIn, name: str = "search-dev", **attributes: Any) -> Workspace:
    made = Workspace(f"ws-{len(service.workspaces) + 1}", name, service.folder, attributes)
    service.workspaces[name] = made
    return made


def test_a_fresh_organization(service: StandIn, root: Path) -> None:
    found = check(root)
    assert exit_code(found) == 0
    assert [one.what for one in found][1] == (
        "no workspace search-dev yet: the first deploy creates it, if the token may, execution: remote"
    )
    assert preflight(root) == (0, "")


@pytest.mark.parametrize("answer", [500, 502, 503, 429, 403, 404, HTML, b"", b"HTTP/1.1 200 OK\r\n"])
@pytest.mark.parametrize(
    "request_", [r"/organizations/example$", r"/workspaces/search-dev$", r"/workspaces\?", r"terraform\.json"]
)
def test_what_could_not_be_asked_is_unknown(
    service: StandIn, root: Path, answer: int | bytes, request_: str
) -> None:
    service.faults.append(Fault(request_, answer))
    found = check(root)
    code = exit_code(found)
    if answer == 404 and "search-dev" in request_:
        assert code == 0  # that is how a workspace is missing
    elif answer == 404 and "example" in request_:
        assert code == 1
    else:
        assert code == 2, found
        assert found[-1].outcome == "unknown" and found[-1].fix
    assert preflight(root)[0] == code


def test_a_short_fault_goes_by(service: StandIn, root: Path) -> None:
    service.faults += [Fault(r"/organizations/example$", 429, 2), Fault(r"/workspaces\?", b"", 1)]
    assert exit_code(check(root)) == 0


def test_the_first_refusal_ends_it(service: StandIn, root: Path) -> None:
    service.permissions = {"another": {}}
    found = check(root)
    assert [(one.outcome, one.what) for one in found] == [
        ("wrong", f"{service.address.removeprefix('https://')} refuses the token")
    ]
    assert preflight(root)[0] == 1


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ({"terraform-version": "1.9.8"}, "the workspace search-dev runs Terraform 1.9.8"),
        ({"terraform-version": "~> 1.9.0"}, None),
        ({"terraform-version": "latest"}, None),
        ({"terraform-version": None}, None),
        ({"terraform-version": "1.9.8", "execution-mode": "local"}, None),
        (
            {"vcs-repo": {"identifier": "acme/search"}},
            "the workspace search-dev is connected to acme/search: it takes no saved plan or apply from here",
        ),
        ({"vcs-repo": {"identifier": "acme/search"}, "execution-mode": "local"}, None),
        ({"permissions": None, "tag-names": None, "setting-overwrites": None}, None),
    ],
)
def test_what_a_workspace_tells(
    service: StandIn, root: Path, attributes: Mapping[str, Any], problem: str | None
) -> None:
    made = workspace(service)
    permissions = {} if "permissions" not in attributes else {"permissions": {}}
    made.attributes.update({**attributes, **permissions})
    assert problems(root) == ([problem] if problem else [])
    assert preflight(root)[0] == (1 if problem else 0)


@pytest.mark.parametrize(
    ("mode", "permission", "what"),
    [
        ("remote", "can-queue-run", "start runs in"),
        ("remote", "can-queue-apply", "apply runs in"),
        ("agent", "can-queue-apply", "apply runs in"),
        ("local", "can-lock", "lock the state of"),
        ("local", "can-create-state-versions", "write the state of"),
    ],
)
def test_what_a_token_may_not(service: StandIn, root: Path, mode: str, permission: str, what: str) -> None:
    workspace(service, **{"execution-mode": mode})
    service.permissions[TOKEN] = {permission: False}
    assert problems(root) == [f"the token may not {what} search-dev"]
    # A team that may only plan may make a dry run.
    assert preflight(root, applying=False)[0] == (0 if permission == "can-queue-apply" else 1)


def test_a_token_that_may_create_no_workspace(service: StandIn, root: Path) -> None:
    service.organization_attributes["permissions"] = {"can-create-workspace": False}
    assert problems(root) == ["there is no workspace search-dev, and the token may not create it"]


def test_a_lock_has_a_reason(service: StandIn, root: Path) -> None:
    workspace(service).locked = "until noon"
    assert problems(root) == ["the workspace search-dev is locked (until noon)"]
    code, text = preflight(root, applying=False)
    assert code == 1 and f"{service.address}/app/example/workspaces/search-dev" in text


def test_a_run_that_waits_for_an_approval_or_is_under_way(service: StandIn, root: Path) -> None:
    made = workspace(service)
    run = service.runs["run-7"] = Run("run-7", made, {}, {}, status="planned")
    url = f"{service.address}/app/example/search-dev/runs/run-7"
    assert problems(root) == ["the workspace search-dev is taken by run-7, which waits for an approval"]
    assert preflight(root)[1].endswith(f"apply or discard it: {url}")
    run.status = "apply_queued"
    assert preflight(root)[1].endswith(f"which is apply queued: wait for it: {url}")
    run.status = "applied"
    assert problems(root) == []


def test_the_verification_within_a_remote_apply(service: StandIn, root: Path) -> None:
    write(root, service, text=CONFIG + "verification: {{after_apply: true}}\n")
    would = (
        "search-dev will run Terraform remotely, where vectorform is not installed to verify after the apply"
    )
    assert problems(root) == [would]
    service.organization_attributes["default-execution-mode"] = "local"
    assert problems(root) == []
    workspace(service)
    assert problems(root) == [would.replace("will run", "runs")]
    service.workspaces["search-dev"].attributes["execution-mode"] = "local"
    assert problems(root) == []


def test_a_tag_that_is_missing_hinders_no_rollout(service: StandIn, root: Path) -> None:
    write(root, service, more=", tags: [search]")
    workspace(service)
    assert problems(root) == ["the workspace search-dev lacks the tag search"]
    assert preflight(root) == (0, "")


def test_regions_that_are_gone_are_found_on_every_page_by_what_their_state_holds(
    service: StandIn, root: Path
) -> None:
    service.page_size = 1
    for name in ("search-dev", "search-dev-us-east-1", "search-dev-us-west-2", "search-devil-eu-west-2"):
        workspace(service, name)
    for name in ("search-dev-us-west-2", "search-devil-eu-west-2"):
        service.workspaces[name].states.append(json.dumps(STATE).encode())
    what = "the workspace search-dev-us-west-2 still holds 2 resources"
    assert [problem.partition(",")[0] for problem in problems(root)] == [what]
    assert preflight(root)[0] == 1
    service.faults.append(Fault(r"ws-3/current-state-version", 403))
    assert preflight(root)[0] == 2


def test_a_local_state_beside_an_empty_workspace(service: StandIn, root: Path) -> None:
    state = root / "terraform.dev.tfstate"
    state.write_text(json.dumps(STATE), encoding="utf-8")
    code, text = preflight(root)
    assert code == 1
    assert "terraform.dev.tfstate holds 2 resources, but there is no workspace search-dev" in text
    assert "`vectorform backend move dev --from local`" in text
    made = workspace(service)
    assert "there is nothing in the workspace search-dev" in preflight(root)[1]
    made.states.append(json.dumps(STATE).encode())
    assert preflight(root) == (0, "")


@pytest.mark.parametrize(
    ("status", "gone", "ends"),
    [
        ("planned", True, "discarded"),
        ("planned_and_saved", True, "discarded"),
        ("pending", True, "canceled"),
        ("applied", True, "applied"),
        ("policy_override", False, "policy_override"),
    ],
)
def test_a_run_that_is_not_applied_is_taken_back(
    service: StandIn, root: Path, status: str, gone: bool, ends: str
) -> None:
    made = workspace(service)
    made.locked = "so that nothing starts"
    run = service.runs["run-7"] = Run("run-7", made, {}, {}, status=status)
    url = f"{service.address}/app/example/search-dev/runs/run-7"
    done, text = Runs(load("dev", root)).withdraw(url)
    assert (done, run.status) == (gone, ends)
    assert url in text
    service.faults.append(Fault(r"/runs/run-7$", 502))
    done, text = Runs(load("dev", root)).withdraw(url)
    assert not done and "discard it" in text and url in text
