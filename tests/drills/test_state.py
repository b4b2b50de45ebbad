"""The state is lost, old, of another account, damaged, cannot be written, or is wanted twice at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from s3vectors_local.faults import Fault
from tests.drills.drilled import BUCKET, LATENCY, Drilled, drilled, said
from tests.rehearsal.terraforming import REGION, client

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("drills-state")]
OTHERS = 7  # the key, its alias, the bucket, its policy, the IAM policy, the role, the attachment
DAMAGED = """\
terraform.dev.tfstate is damaged: the disk was full or the machine failed while Terraform wrote it
  restore the previous one: `cp terraform.dev.tfstate.backup terraform.dev.tfstate`; \
then import what was created since: `vectorform adopt dev`
dev has no stack until that is fixed
cdktf.out/stacks/dev/errored.tfstate: the last apply of dev could not save its state
  it is truncated: `rm cdktf.out/stacks/dev/errored.tfstate`, then `vectorform adopt dev`
"""


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drilled]:
    with drilled(tmp_path_factory.mktemp("state")) as dev:
        yield dev


def test_lost(dev: Drilled) -> None:
    """Everything is taken in again, the KMS key and the role as well. A plain apply would be refused."""
    before = dev.addresses()
    dev.state.rename(dev.root / "lost")
    told = dev.adopt().splitlines()
    assert len(told) == OTHERS + len(dev.indexes) + 1  # the last says what next
    assert "0 destroyed" in dev.apply()
    assert dev.addresses() == before
    dev.settled()


def test_its_key_is_to_be_deleted(dev: Drilled) -> None:
    """Nothing can be read. To Terraform the key is gone, and the bucket would need another: refused."""
    kms = client(dev.aws, service="kms")
    key = kms.describe_key(KeyId="alias/s3vectors/drilled")["KeyMetadata"]["Arn"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    with pytest.raises(ClientError, match="KmsInvalidState"):
        dev.count(BUCKET, "first")
    assert "Instance cannot be destroyed" in dev.refused()
    done = dev.vectorform("verify", "dev")
    named = f"--region {REGION} --key-id {key}"
    assert done.returncode == 1
    assert f"aws kms cancel-key-deletion {named}, then aws kms enable-key {named}, before" in done.stdout
    kms.cancel_key_deletion(KeyId=key)
    kms.enable_key(KeyId=key)
    dev.settled()


@pytest.mark.long
def test_lost_and_applied_all_the_same(dev: Drilled) -> None:
    """AWS refuses every creation but the KMS key's, of which there may be two; that is told and put right."""
    dev.state.rename(dev.root / "lost-again")
    foreseen = dev.vectorform("adopt", "dev", "--dry-run")
    everything = OTHERS + len(dev.indexes)
    assert (foreseen.returncode, foreseen.stdout.count("would be imported into the state")) == (1, everything)
    refused = said(dev.tried())
    for name in ("vector bucket with the specified name", "alias/s3vectors/drilled", "safe-drilled-dev"):
        assert f"{name} already exists" in refused
    assert "vectorform adopt dev" in refused
    assert "-/+" not in refused and "Destroying..." not in refused
    done = dev.vectorform("adopt", "dev")
    key = 'aws_kms_key.encryption_keys["documents"]'
    assert done.returncode == 1
    assert f"{key} is " in done.stdout
    assert f"terraform -chdir=cdktf.out/stacks/dev state rm '{key}'" in done.stdout
    assert "Instance cannot be destroyed" in dev.refused()  # the bucket would need the other key
    assert dev.run("state", "rm", key).returncode == 0
    dev.adopt()
    assert "0 destroyed" in dev.apply()
    dev.settled()


@pytest.mark.long
def test_an_older_copy_put_back(dev: Drilled) -> None:
    """It knows nothing of the newer index, so it cannot delete it: AWS refuses to make it again."""
    older = dev.state.read_bytes()
    dev.add("newer")
    dev.apply()
    dev.fill(BUCKET, "newer")
    dev.state.write_bytes(older)
    refused = said(dev.tried())
    assert "An index with the specified name already exists" in refused
    dev.adopt()
    assert "0 destroyed" in dev.apply()
    dev.settled()
    assert dev.count(BUCKET, "newer") == 3


@pytest.mark.long
def test_of_another_account(dev: Drilled) -> None:
    """Nothing is synthesized, and the message tells the accounts; Terraform alone is refused by AWS."""
    right = dev.state.read_text()
    dev.state.write_text(right.replace("123456789012", "999999999999"))
    done = dev.synth()
    assert done.returncode == 1
    assert done.stderr.startswith(
        "terraform.dev.tfstate belongs to account 999999999999, but config/dev.yaml:1 names 123456789012\n"
    )
    assert "AccessDenied" in dev.refused()
    dev.state.write_text(right)
    dev.settled()


@pytest.mark.long
def test_two_deploys_at_once(dev: Drilled) -> None:
    """The second one is refused by the lock on the state file, and the first goes on."""
    dev.add("contended")
    dev.aws.inject(Fault("latency", "CreateIndex", milliseconds=LATENCY, count=1))
    with dev.started("apply", "-auto-approve", call="s3vectors:CreateIndex") as first:
        second = dev.refused()
        assert first.poll() is None
    assert "Error acquiring the state lock" in second
    assert first.returncode == 0
    dev.settled()


@pytest.mark.long
def test_no_room_for_the_state(dev: Drilled) -> None:
    """The disk is full after the index was made: Terraform's file is cut off. The one before it is whole."""
    dev.add("no-room")
    kilobytes = dev.state.stat().st_size // 1024 + 1  # the copy fits, what comes next does not
    refused = said(dev.limited(kilobytes))
    assert "file too large" in refused and "Failed to persist state to backend" in refused
    assert "no-room" in dev.names()
    done = dev.synth()
    assert done.returncode == 1
    assert done.stderr == DAMAGED
    assert dev.vectorform("backend", "check", "dev").returncode == 1
    shutil.copy(dev.root / "terraform.dev.tfstate.backup", dev.state)
    (dev.stack / "errored.tfstate").unlink()
    dev.adopt()
    assert "matches the configuration" in dev.apply()
    dev.settled()
