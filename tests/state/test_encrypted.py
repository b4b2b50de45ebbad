"""A state that OpenTofu has encrypted, with the real `tofu` where there is one on PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.nursery import local_aws
from tests.rehearsal.terraforming import Deployment, environment, index

TOFU = shutil.which("tofu")
pytestmark = [
    pytest.mark.toolchain,
    pytest.mark.xdist_group("encrypted"),
    pytest.mark.skipif(TOFU is None, reason="there is no tofu on PATH"),
]
ENCRYPTION = """\
key_provider "pbkdf2" "passphrase" { passphrase = "only-for-this-test" }
method "aes_gcm" "method" { keys = key_provider.pbkdf2.passphrase }
state { method = method.aes_gcm.method }
"""


def synth(dev: Deployment) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "main.py"]
    return subprocess.run(command, cwd=dev.root, env=dev.environment, capture_output=True, text=True)


def test_it_is_never_taken_for_empty(tmp_path: Path) -> None:
    with local_aws() as aws:
        dev = Deployment(tmp_path / "project", aws, str(TOFU))
        dev.environment |= {"TF_ENCRYPTION": ENCRYPTION, "TERRAFORM_BINARY_NAME": "tofu"}
        dev.environment["PATH"] = os.pathsep.join([str(Path(str(TOFU)).parent), dev.environment["PATH"]])
        dev.apply(environment(indexes={"pages": index()}))
        state = dev.root / "terraform.dev.tfstate"
        assert "encrypted_data" in state.read_text()

        checked = dev.vectorform("backend", "check", "dev")
        assert checked.returncode == 0, checked.stdout
        assert "dev: state of 4 resources at terraform.dev.tfstate, encrypted by OpenTofu" in checked.stdout
        guarded = dev.vectorform("guard", "dev")
        assert guarded.returncode == 0 and "no vector is lost" in guarded.stdout, guarded.stderr

        del dev.environment["TF_ENCRYPTION"]
        checked = dev.vectorform("backend", "check", "dev")
        assert checked.returncode == 2 and "so its content is unknown" in checked.stdout
        rollout = dev.vectorform("rollout", "dev")
        assert rollout.returncode == 2 and "so its content is unknown" in rollout.stderr
        guarded = dev.vectorform("guard", "dev")
        assert guarded.returncode == 2 and guarded.stdout == ""
        no_key = "dev: its state is encrypted, and this shell has no key for it: set TF_ENCRYPTION\n"
        assert guarded.stderr.endswith(no_key)
        assert dev.vectorform("adopt", "dev").stderr.endswith(no_key)
        dev.environment["TF_ENCRYPTION"] = ENCRYPTION.replace("only", "other")
        adopted = dev.vectorform("adopt", "dev")
        unfit = "dev: its state is encrypted, and the key of this shell does not fit: look at TF_ENCRYPTION\n"
        assert adopted.returncode == 2 and adopted.stderr.endswith(unfit)
        del dev.environment["TF_ENCRYPTION"]

        state.rename(dev.root / "terraform.dev-us-east-1.tfstate")
        done = synth(dev)
        assert done.returncode == 1
        assert "terraform.dev-us-east-1.tfstate still holds data that OpenTofu has encrypted" in done.stderr
