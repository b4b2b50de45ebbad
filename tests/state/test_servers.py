"""An environment in HCP Terraform as people run it: the same on the stand-in and on another server."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.schemas import accepts
from tests.paths import ROOT
from tests.rehearsal.projects import VECTORFORM, plain_environment
from tests.rollout.three_regions import phases
from tests.state.servers import NAMES, Server, server

pytestmark = [pytest.mark.toolchain, pytest.mark.long, pytest.mark.xdist_group("servers")]


@pytest.fixture(params=NAMES)
def cloud(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with server(request.param, tmp_path) as found:
        yield found


def run(cloud: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = cloud.made.project.vectorform(*arguments, environment=cloud.made.environ())
    assert cloud.token not in done.stdout + done.stderr
    return done


def edit(cloud: Server, old: str, new: str) -> None:
    cloud.made.project.edit("config/dev.yaml", old, new)


def unprotected(cloud: Server) -> None:
    edit(cloud, "    indexes:", "    deletion_protection: false\n    indexes:")
    assert run(cloud, "rollout", "dev").returncode == 0


def interrupted(cloud: Server, when: str) -> tuple[int, str]:
    """A rollout that gets Ctrl-C once it has said `when`."""
    lines = []
    with subprocess.Popen(
        [*VECTORFORM, "rollout", "dev"],
        cwd=cloud.made.project.path,
        env={**plain_environment(), **cloud.made.environ()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as rollout:
        assert rollout.stdout is not None
        for line in rollout.stdout:
            lines.append(line)
            if when in line and not line.startswith(" "):
                rollout.send_signal(signal.SIGINT)
    return rollout.returncode, "".join(lines)


def released(cloud: Server) -> None:
    """Some servers keep the lock of a run that has ended, where another one was cancelled before it."""
    deadline = time.monotonic() + 10
    workspace = f"workspaces/{cloud.workspace_id}"
    while cloud.ask("GET", workspace)["data"]["attributes"]["locked"]:
        if time.monotonic() > deadline:
            cloud.ask("POST", f"{workspace}/actions/force-unlock", {})
        time.sleep(0.5)


def test_deploy_dry_run_and_what_is_not_applied(cloud: Server) -> None:
    cloud.create_workspace("remote")
    assert run(cloud, "backend", "check", "dev").returncode == 0
    done = cloud.made.project.run(
        "cdktf", "deploy", "dev", "--auto-approve", environment=cloud.made.environ()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Resources: 6 added" in done.stdout
    assert "verify = vectorform verify dev --region eu-west-1" in " ".join(done.stdout.split())
    assert run(cloud, "verify", "dev").returncode == 0

    nothing = run(cloud, "rollout", "dev", "--dry-run")
    assert nothing.returncode == 0 and "no changes" in nothing.stdout, nothing.stdout + nothing.stderr
    again = run(cloud, "rollout", "dev")
    assert again.returncode == 0 and phases(again.stdout) == {"eu-west-1": "done"}
    edit(cloud, "backend:", "tags: {Team: search}\nbackend:")
    planned = run(cloud, "rollout", "dev", "--dry-run")
    assert planned.returncode == 0 and "2 changed" in planned.stdout, planned.stdout + planned.stderr
    assert cloud.settled()[0] == "discarded"  # a dry run leaves nothing that anybody could apply

    unprotected(cloud)
    edit(cloud, "dimension: 4", "dimension: 8")
    refused = run(cloud, "rollout", "dev")
    assert refused.returncode == 1
    assert "index documents/pages would be replaced by an empty one" in refused.stdout
    assert "its run was canceled, discarded: https://" in refused.stdout
    assert cloud.settled()[0] == "discarded"
    judged = run(cloud, "guard", "dev")
    assert "index documents/pages, with 0 vectors, would be replaced by an empty one" in judged.stdout, (
        judged.stderr
    )


def test_locked_waiting_and_interrupted(cloud: Server) -> None:
    cloud.create_workspace("remote")
    cloud.ask("POST", f"workspaces/{cloud.workspace_id}/actions/lock", {"reason": "until noon"})
    start = time.monotonic()
    for command in (("rollout", "dev"), ("rollout", "dev", "--dry-run")):
        locked = run(cloud, *command)
        assert locked.returncode == 1 and "is locked" in locked.stderr
    assert time.monotonic() - start < 60
    cloud.ask("POST", f"workspaces/{cloud.workspace_id}/actions/unlock", {})

    code, text = interrupted(cloud, "its run: https://")
    assert code == 130, text
    assert "its run was canceled, canceled: https://" in text
    assert cloud.settled()[0] == "canceled"
    done = run(cloud, "rollout", "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    released(cloud)
    edit(cloud, "backend:", "tags: {Team: search}\nbackend:")
    code, text = interrupted(cloud, ": applying")
    assert code in (0, 130), text
    if code == 130:
        assert cloud.settled()[0] in ("canceled", "applied", "discarded"), text
    released(cloud)
    assert run(cloud, "rollout", "dev").returncode == 0
    released(cloud)
    assert run(cloud, "backend", "check", "dev").returncode == 0


def test_the_pipeline_of_the_page(cloud: Server) -> None:
    """The script in docs/how-to/terraform-cloud.md as it stands: applied, nothing to do, refused."""
    for tool in ("curl", "jq", "tar"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}")
    cloud.create_workspace("remote")
    page = (ROOT / "docs" / "how-to" / "terraform-cloud.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```sh\n(set -eu\napi\(\).*?)```", page, re.DOTALL)
    path = cloud.made.project.path
    (path / "auth").write_text(f"Authorization: Bearer {cloud.token}\n", encoding="utf-8")
    shell = f'vectorform() {{ {shlex.join(VECTORFORM)} "$@"; }}\n{script.replace("sleep 5", "sleep 1")}'
    places = {"TFE": f"https://{cloud.host}/api/v2", "WS": cloud.workspace_id, "NO_PROXY": "*"}
    environment = {**cloud.made.environ(), **places, "CURL_CA_BUNDLE": cloud.certificate}

    def pipeline() -> subprocess.CompletedProcess[str]:
        done = cloud.made.project.run("sh", "-c", shell, environment=environment)
        assert cloud.token not in done.stdout + done.stderr
        return done

    done = pipeline()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "matches the configuration" in done.stdout and cloud.settled() == ["applied"]
    assert "### `dev` (eu-west-1): 3 added" in (path / "comment.md").read_text(encoding="utf-8")
    nothing = pipeline()
    assert nothing.returncode == 0, nothing.stdout + nothing.stderr
    assert cloud.settled() == ["planned_and_finished", "applied"]
    edit(cloud, "dimension: 4", "dimension: 8")
    refused = pipeline()
    assert refused.returncode == 1 and "is errored" in refused.stdout, refused.stdout + refused.stderr
    assert cloud.settled()[0] == "errored"  # the index is protected


def test_a_failed_run_is_told_from_its_error_on(cloud: Server) -> None:
    cloud.create_workspace("remote")
    assert run(cloud, "rollout", "dev").returncode == 0
    edit(cloud, "dimension: 4", "dimension: 8")
    failed = run(cloud, "rollout", "dev")
    assert failed.returncode == 1
    told = failed.stdout[failed.stdout.index("eu-west-1 failed:") :]
    assert told.splitlines()[1].strip().startswith("Error: ")
    assert "vectorform guard dev" in told and "Terraform will perform" not in told


def test_state_alone_and_the_verification_within_the_apply(cloud: Server) -> None:
    cloud.create_workspace("local")
    edit(cloud, "backend:", "verification: {after_apply: true}\nbackend:")
    assert run(cloud, "backend", "check", "dev").returncode == 0
    done = run(cloud, "rollout", "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(cloud.made.project.path.glob("*.tfstate"))
    assert run(cloud, "rollout", "dev").returncode == 0
    address = 'aws_s3vectors_vector_bucket_policy.vector_bucket_policies["documents"]'
    assert cloud.made.terraform("dev", "state", "rm", address).returncode == 0
    adopted = run(cloud, "adopt", "dev")
    assert adopted.returncode == 0 and "was imported into the state" in adopted.stdout, adopted.stderr
    assert "no changes" in run(cloud, "rollout", "dev").stdout

    # Without the command the apply fails: it is no pass that nobody looked.
    edit(cloud, "dimension: 4", "dimension: 4, tags: {Team: search}")
    cloud.made.synthesize()
    (cloud.made.project.path / ".venv").unlink()
    bare = {**cloud.made.environ(), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    terraform = ("terraform", f"-chdir={cloud.made.folder('dev')}", "apply", "-auto-approve", "-no-color")
    failed = cloud.made.project.run(*terraform, environment=bare)
    assert failed.returncode == 1
    assert "exit status 127" in failed.stdout + failed.stderr


def test_a_state_goes_to_the_cloud_and_back(cloud: Server) -> None:
    """From a file, from S3, into a file again: the same state, and nothing to change afterwards."""
    made = cloud.made
    text = (made.project.path / "config" / "dev.yaml").read_text(encoding="utf-8")
    there = next(line for line in text.splitlines() if line.startswith("backend:"))
    made.client("s3").create_bucket(
        Bucket="example-state", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    places = ["{type: local}", "{type: s3, bucket: example-state, region: eu-west-1}"]
    places += [there.removeprefix("backend: ")]
    edit(cloud, there, f"backend: {places[0]}")
    assert run(cloud, "rollout", "dev").returncode == 0
    for before, after in zip([*places, places[2]], [*places[1:], places[0]], strict=False):
        edit(cloud, f"backend: {before}", f"backend: {after}")
        if before == places[0]:
            unmoved = run(cloud, "backend", "check", "dev")
            assert unmoved.returncode == 1 and "terraform.dev.tfstate holds" in unmoved.stdout
        moved = run(cloud, "backend", "move", "dev", "--from", before)
        assert moved.returncode == 0, moved.stdout + moved.stderr
        assert "dev: moved, " in moved.stdout
        left = run(cloud, "backend", "move", "dev", "--from", before, "--format", "json")
        accepts("backend-move", json.loads(left.stdout))
        assert "there already" in left.stdout or "nothing to move" in left.stderr
        assert made.project.run("cdktf", "synth", environment=made.environ()).returncode == 0
        assert made.terraform("dev", "init", "-input=false").returncode == 0
        pulled = made.terraform("dev", "state", "pull")
        assert "documents/pages" in pulled.stdout, pulled.stderr
    planned = run(cloud, "rollout", "dev", "--dry-run")
    assert planned.returncode == 0 and "no changes" in planned.stdout, planned.stdout
    assert (made.project.path / "terraform.dev.tfstate").exists()
    assert (made.project.path / "terraform.dev.tfstate.moved").exists()
