"""main.py and the cdktf CLI where not every environment is sound."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.language.projects import SOUND
from tests.paths import ROOT
from tests.rehearsal.projects import Project, copy_of_the_shipped
from vectorform.language import fingerprint, load

pytestmark = pytest.mark.toolchain
BROKEN = SOUND.replace("3072", "0")
STATE = '{"lineage": "a", "resources": [{"mode": "managed", "instances": [{}]}]}'


@pytest.fixture
def made(tmp_path: Path) -> Project:
    made = copy_of_the_shipped(tmp_path / "project")
    for old in (made.path / "config").glob("*.yaml"):
        old.unlink()
    return made


def write(made: Project, **texts: str) -> None:
    for name, text in texts.items():
        (made.path / "config" / f"{name}.yaml").write_text(text)


def stacks(made: Project) -> list[str]:
    manifest = json.loads((made.path / "cdktf.out" / "manifest.json").read_text())
    assert sorted(manifest["stacks"]) == sorted(
        p.name for p in (made.path / "cdktf.out" / "stacks").iterdir()
    )
    return sorted(manifest["stacks"])


def test_the_sound_ones_get_stacks_and_the_others_are_named(made: Project) -> None:
    write(made, dev=SOUND, prod=BROKEN, test=SOUND.replace("aspexa", "other"), unread="{")
    gone = STATE
    (made.path / "terraform.test-us-east-1.tfstate").write_text(gone)  # of a region that it has no more
    lock = made.path / ".terraform.lock.hcl"
    lock.write_text("# the project's\n")
    done = made.run(sys.executable, "main.py")
    assert (done.returncode, stacks(made)) == (0, ["dev"])
    carried = made.path / "cdktf.out" / "stacks" / "dev" / lock.name
    assert carried.read_text() == lock.read_text()
    assert "config/prod.yaml:8:20: " in done.stderr
    for name in ("prod", "test", "unread"):
        assert f"{name} has no stack until that is fixed\n" in done.stderr
    write(made, dev=BROKEN)
    done = made.run(sys.executable, "main.py")
    assert (done.returncode, stacks(made)) == (1, ["dev"])  # that of before: nothing was written


def test_a_resource_of_the_project_s_own_is_deployed_and_nothing_of_ours_minds(made: Project) -> None:
    write(made, dev=SOUND)
    own = (
        "        from cdktf import TerraformResource\n"
        "        TerraformResource(self, 'own', terraform_resource_type='aws_sqs_queue',\n"
        "            terraform_generator_metadata=None).add_override('name', 'jobs')\n"
    )
    shutil.copytree(ROOT / "stacks", made.path / "stacks")
    before = "        add_outputs(self, region)\n"
    made.edit("stacks/region_stack.py", before, f"{before}{own}")
    done = made.run(sys.executable, "main.py")
    assert (done.returncode, stacks(made)) == (0, ["dev"]), done.stderr
    document = json.loads((made.path / "cdktf.out" / "stacks" / "dev" / "cdk.tf.json").read_text())
    assert document["resource"]["aws_sqs_queue"]["own"]["name"] == "jobs"
    environment = load("dev", made.path)
    assert fingerprint(environment, environment.home) in json.dumps(document["resource"]["terraform_data"])


def test_the_cli_says_why_there_is_no_such_stack(made: Project) -> None:
    write(made, dev=SOUND, prod=BROKEN)
    done = made.deploy("prod")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "config/prod.yaml:8:20: " in said and "prod has no stack until that is fixed" in said
    assert stacks(made) == ["dev"]


def test_the_cli_shows_what_is_left_out_of_a_synth_that_succeeds(made: Project) -> None:
    """cdktf shows stdout alone then; rollout's own synth shows the same."""
    write(made, dev=SOUND, prod=BROKEN)
    done = made.run("cdktf", "synth")
    assert done.returncode == 0
    said = done.stdout
    assert "config/prod.yaml:8:20: " in said and "prod has no stack until that is fixed" in said
    done = made.vectorform("eject", "dev")
    assert done.returncode == 0
    assert "prod has no stack until that is fixed\n" in done.stderr


def test_a_state_that_could_not_be_saved_outlives_the_synth_of_the_others(made: Project) -> None:
    """cdktf removes the folders of stacks that are gone; the only copy of a state may be in there."""
    write(made, dev=SOUND, prod=SOUND.replace("aspexa", "other"))
    assert made.run(sys.executable, "main.py").returncode == 0
    errored = made.path / "cdktf.out" / "stacks" / "prod" / "errored.tfstate"
    errored.write_text(STATE)
    write(made, prod=BROKEN)
    done = made.run("cdktf", "synth")
    assert done.returncode == 1
    assert "state push errored.tfstate" in done.stdout + done.stderr
    assert errored.read_text() == STATE


@pytest.mark.parametrize("command", ["rollout", "guard", "adopt", "rehearse"])
def test_our_own_commands_say_why(made: Project, command: str) -> None:
    write(made, dev=SOUND, prod=BROKEN)
    done = made.vectorform(command, "prod")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("config/prod.yaml:8:20: ")


def test_the_summary_for_a_pull_request_says_so_too(made: Project) -> None:
    write(made, dev=SOUND, prod=BROKEN)
    done = made.vectorform("rollout", "prod", "--dry-run")
    assert done.returncode == 1
    assert done.stdout.startswith("## Plan: failed; what would change is unknown in `prod`\n")
    assert "config/prod.yaml:8:20: " in done.stdout and "config/prod.yaml:8:20: " in done.stderr


def test_a_rollout_says_why_the_app_made_no_stack(made: Project) -> None:
    """What validate does not look at: a local state that is damaged."""
    write(made, dev=SOUND, prod=SOUND.replace("aspexa", "other"))
    (made.path / "terraform.prod.tfstate").write_text("{")
    done = made.vectorform("rollout", "prod")
    assert done.returncode == 1
    assert "terraform.prod.tfstate is damaged" in done.stderr
    assert "created no stack prod, so nothing was deployed" in done.stderr
