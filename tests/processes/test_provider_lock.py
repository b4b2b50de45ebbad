"""The providers' lock: renewed from a mirror by real Terraform, carried to every stack."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.cli.schemas import accepts
from tests.language.projects import SOUND
from tests.language.projects import project as written
from vectorform.cli.app import app
from vectorform.errors import UserError
from vectorform.processes import project
from vectorform.processes.children import Children
from vectorform.processes.provider_lock import LOCK_FILE, carry, renew, required_providers, versions
from vectorform.rehearsal.provider import VERSION
from vectorform.rehearsal.provider.mirror import install

pytestmark = pytest.mark.toolchain

WANTED = {"aws": {"source": "hashicorp/aws", "version": ">= 6.42, < 7"}}
AWS = "registry.terraform.io/hashicorp/aws"
NEWER = "6.99.0"


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A filesystem mirror with the provider for two platforms."""
    folder = install(tmp_path / "terraform").parent / "mirror"
    here = next((folder / AWS / VERSION).iterdir())
    for platform in ("linux_amd64", "darwin_arm64"):
        if here.name != platform:
            shutil.copytree(here, here.with_name(platform))
    return folder


def newer(mirror: Path) -> None:
    """A later version appears."""
    shutil.copytree(mirror / AWS / VERSION, mirror / AWS / NEWER)
    for file in (mirror / AWS / NEWER).glob(f"*/*_v{VERSION}_x5"):
        file.rename(file.with_name(file.name.replace(VERSION, NEWER)))


def stack(folder: Path, wanted: dict[str, Any] = WANTED) -> Path:
    folder.mkdir()
    document = {"terraform": {"required_providers": wanted}}
    (folder / "cdk.tf.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def lock(root: Path, mirror: Path, **more: Any) -> dict[str, str]:
    with Children(cwd=root, environment=dict(os.environ), grace=20.0) as children:
        platforms = ("linux_amd64", "darwin_arm64")
        return renew(root, WANTED, "terraform", children, mirror=mirror, **{"platforms": platforms, **more})


def chosen(folder: Path, config: Path) -> str:
    """The version that `terraform init` takes in a stack's folder."""
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(config), "CHECKPOINT_DISABLE": "1"}
    command = ["terraform", f"-chdir={folder}", "init", "-no-color", "-input=false"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return versions(folder)[AWS]


def test_a_plan_and_its_deploy_use_one_version_until_it_is_renewed(tmp_path: Path, mirror: Path) -> None:
    config = mirror.parent / "terraform.rc"
    assert lock(tmp_path, mirror) == {AWS: VERSION}
    text = (tmp_path / LOCK_FILE).read_text()
    newer(mirror)
    locked, free = stack(tmp_path / "locked"), stack(tmp_path / "free")
    carry(tmp_path, [locked])
    assert (locked / LOCK_FILE).read_text() == text
    assert (chosen(locked, config), chosen(free, config)) == (VERSION, NEWER)
    assert lock(tmp_path, mirror) == {AWS: VERSION}
    assert lock(tmp_path, mirror, upgrade=True) == {AWS: NEWER}


def test_the_command_as_a_program_reads_it(
    tmp_path: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the synth, which the tests of the toolchain have."""
    monkeypatch.setattr(project, "synth", lambda *_: {"dev": stack(tmp_path / "dev")})
    monkeypatch.chdir(written(tmp_path, dev=SOUND))
    options = ["--platform", "linux_amd64", "--mirror", str(mirror), "--format", "json"]
    done = CliRunner().invoke(app, ["lock", *options])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    accepts("lock", document)
    assert document["providers"] == [{"name": AWS, "version": VERSION, "before": None}]


def test_what_cannot_be_had_leaves_the_lock_as_it_was(tmp_path: Path, mirror: Path) -> None:
    lock(tmp_path, mirror)
    before = (tmp_path / LOCK_FILE).read_text()
    with pytest.raises(UserError, match="not available for\nwindows_amd64"):
        lock(tmp_path, mirror, platforms=("linux_amd64", "windows_amd64"))
    assert (tmp_path / LOCK_FILE).read_text() == before


def test_a_stack_gets_what_it_is_now(tmp_path: Path) -> None:
    folder = stack(tmp_path / "stack")
    for text in ("# first", "# renewed"):
        (tmp_path / LOCK_FILE).write_text(text)
        carry(tmp_path, [folder])
        assert (folder / LOCK_FILE).read_text() == text


def test_it_is_left_alone_in_a_rehearsal_and_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = stack(tmp_path / "stack")
    carry(tmp_path, [folder])
    (tmp_path / LOCK_FILE).write_text("")
    monkeypatch.setenv("CDKTF_SKIP_PROVIDER_LOCK", "true")
    carry(tmp_path, [folder])
    assert not (folder / LOCK_FILE).exists()


def test_one_lock_cannot_hold_for_two_wishes(tmp_path: Path) -> None:
    other = {"aws": {"source": "hashicorp/aws", "version": "6.50.0"}}
    assert required_providers([stack(tmp_path / "a"), stack(tmp_path / "b")]) == WANTED
    with pytest.raises(UserError, match="two stacks require different versions of the provider aws"):
        required_providers([tmp_path / "a", stack(tmp_path / "c", other)])
