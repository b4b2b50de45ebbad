"""`vectorform guard` on a deployed environment with real Terraform, and on what Terraform said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from s3vectors_local.faults import Fault
from tests.nursery import local_aws
from tests.rehearsal.terraforming import Deployment, environment, index, set_up, unwrapped

pytestmark = [pytest.mark.toolchain, pytest.mark.xdist_group("guard")]

TWO = {"old": index(), "new": index()}
DIMENSION = """\
dev: index documents/old, with 5 vectors, would be replaced by an empty one
  dimension 4 -> 8: S3 Vectors cannot change a dimension
  refused: it is protected
  restore `dimension: 4` at documents/old, and add a second index next to it:
    vector_buckets:
      documents:
        indexes:
          old-v2:
            dimension: 8
            distance_metric: cosine
            non_filterable_metadata_keys: [text]
  deploy, then embed the texts again into it: vectors of another dimension cannot be copied;
  once nothing reads the old index any more, retire it:
    retired:
      documents/old:
        reason: "replaced by old-v2"
        replaced_by: documents/old-v2
  if the new vectors have other keys: replaced_by: {index: documents/old-v2, other_keys: why}
  deploy; then compare the two in every region: vectorform retire dev documents/old;
  it writes the result into the YAML; then add confirm_destroy: true, and deploy again
"""
PARTS = """\
dev: -exclude and -target, which the refusal suggests, would apply a part of the stack: without the bucket \
policies, by which AWS refuses deletions, and without the verification, yet with exit code 0
"""
NOTHING_LOST = """\
dev: no vector is lost
  what `cdktf destroy` would delete: vectorform guard dev --destroy
"""
DESTROY = """\
dev: index documents/new, with 0 vectors, would be deleted
  refused: {because}
dev: index documents/old, with 5 vectors, would be deleted
  refused: {because}
dev: vector bucket documents would be deleted
  refused: {because}
dev: a destroy is refused and deletes nothing as long as any of this is protected
"""
RETIRED = {"documents/old": {"reason": "replaced by new", "replaced_by": "documents/new"}}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with local_aws() as aws:
        dev = Deployment(tmp_path_factory.mktemp("guard") / "project", aws, set_up())
        dev.apply(environment(indexes=TWO))
        dev.fill("safe-documents-dev", "old", 5)
        yield dev


@pytest.fixture
def dev(project: Deployment) -> Deployment:
    """Two protected indexes are deployed, with five vectors in the old one."""
    project.bring_to(environment(indexes=TWO))
    return project


def test_an_edit_that_would_empty_an_index(dev: Deployment) -> None:
    dev.write(environment(indexes={**TWO, "old": index(8)}))
    done = dev.vectorform("guard", "dev")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == DIMENSION
    assert not list(dev.stack.parent.glob(".guard-*"))


def test_what_terraform_said_is_enough(dev: Deployment) -> None:
    """The output of a refused deploy, as `cdktf deploy` shows it, piped."""
    refused = dev.tried(environment(indexes={**TWO, "old": index(8)}))
    said = "".join(f"dev  {line}\n" for line in (refused.stdout + refused.stderr).splitlines())
    said = said.replace(
        "aws_s3vectors_index.indexes_documents[", "aws_s3vectors_index.indexes_documents (indexes_documents)["
    )
    done = dev.vectorform("guard", "-", stdin=said)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == DIMENSION + PARTS


def test_a_refusal_without_an_address_is_not_known(dev: Deployment) -> None:
    done = dev.vectorform("guard", "-", "--stack", "dev", stdin="Error: prevent_destroy refuses this")
    assert (done.returncode, done.stdout) == (2, "")
    assert "it is unknown whether vectors would be lost" in done.stderr


def test_a_destroy_is_refused_with_the_steps_and_deletes_nothing(dev: Deployment) -> None:
    dev.write(environment(indexes=TWO))
    refused = dev.destroy()
    assert refused.returncode == 1 and "so nothing was changed" in refused.stderr
    steps = dev.vectorform("guard", "-", "--stack", "dev", stdin=refused.stdout + refused.stderr).stdout
    done = dev.vectorform("guard", "dev", "--destroy")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(DESTROY.format(because="it is protected"))
    told = done.stdout.removeprefix(DESTROY.format(because="it is protected"))
    assert told == (
        "  to delete all of it with its vectors, first write in the YAML:\n"
        "    vector_buckets:\n"
        "      documents:\n"
        "        deletion_protection: false\n"
        "  apply that; it deletes nothing:\n"
        "    cdktf deploy dev\n"
        "  then delete it permanently:\n"
        "    cdktf destroy dev\n"
    )
    assert steps.endswith(told)


@pytest.mark.long
def test_a_destroy_before_the_protection_was_lifted_deletes_nothing(dev: Deployment) -> None:
    """Terraform would do it. AWS refuses, before anything else is destroyed."""
    access = {"reader": {"permissions": "read", "grants": [{"bucket": "documents"}]}}
    dev.apply(environment(indexes=TWO, access=access))
    before = dev.addresses()
    dev.write(environment(indexes=TWO, access=access, bucket_deletion_protection=False))
    refused = dev.destroy()
    assert refused.returncode == 1 and "explicit deny" in unwrapped(refused.stderr)
    kept = {one.replace("unprotected_", "") for one in dev.addresses()}
    assert kept == before and len(before) == 6
    done = dev.vectorform("guard", "dev", "--destroy")
    because = (
        "one apply would lift its protection and delete it: apply deletion_protection: false alone first"
    )
    assert done.returncode == 1
    assert done.stdout.startswith(DESTROY.format(because=because))
    assert "  first apply the YAML as it is, with deletion_protection: false; that deletes" in done.stdout
    dev.apply(environment(indexes=TWO, bucket_deletion_protection=False))
    done = dev.vectorform("guard", "dev", "--destroy")
    assert done.returncode == 0 and "allowed: deletion_protection: false was applied before" in done.stdout
    dev.apply(environment(indexes=TWO))


def test_what_is_confirmed_without_being_retired_before_is_refused(dev: Deployment) -> None:
    gone = {"documents/old": {"reason": "x", "replaced_by": "nothing", "confirm_destroy": True}}
    dev.write(environment(indexes=TWO, retired=gone))
    done = dev.vectorform("guard", "dev", "--no-count")
    assert done.returncode == 1
    assert "it is still protected: apply its retirement first, without confirm_destroy" in done.stdout


@pytest.mark.long
def test_only_what_is_retired_compared_and_confirmed_is_allowed(
    dev: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an application wrote to it since it was compared is found before it is deleted."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", dev.aws.endpoint)  # so that a comparison there counts here
    dev.apply(environment(indexes=TWO, retired=RETIRED))
    assert dev.vectorform("guard", "dev").stdout == NOTHING_LOST
    refused = dev.vectorform("retire", "dev", "documents/old")
    assert refused.returncode == 1 and "5 of 5 keys are not in documents/new" in refused.stdout
    copied = dev.vectorform("migrate", "-e", "dev", "documents/old", "documents/new")
    assert copied.returncode == 0, copied.stderr
    assert dev.vectorform("retire", "dev", "documents/old").returncode == 0
    file = dev.root / "config" / "dev.yaml"
    file.write_text(file.read_text().replace("    compared:", "    confirm_destroy: true\n    compared:"))
    dev.synthesize()
    (dev.root / "plan.json").write_text(json.dumps(dev.plan()))

    def guard(*options: str) -> tuple[int, str]:
        done = dev.vectorform("guard", "plan.json", "--stack", "dev", *options)
        return done.returncode, re.sub("at 20[^,]*,", "at TIME,", done.stdout)

    head = (
        "dev: index documents/old, with 5 vectors, would be deleted\n"
        "  allowed: retired and confirmed: replaced by new\n"
        "  at TIME, vectorform retire compared it: 5 keys, 5 of them found\n"
    )
    assert guard() == (0, f"{head}  now: compared all 5 keys: documents/new has all of them\n")
    code, said = guard("--compare-keys", "1")
    assert code == 0 and "; the rest was not compared" in said
    code, said = guard("--no-count")
    assert (code, said.splitlines()[-1]) == (0, "  now: not compared with documents/new")
    dev.aws.inject(Fault("deny", operation="GetVectors"))
    code, said = guard()
    dev.aws.clear_faults()
    assert code == 2 and "  unknown: retired and confirmed" in said
    assert said.endswith("dev: part of it could not be read, so this may lose vectors\n")
    dev.fill("safe-documents-dev", "old", 7)
    code, said = guard()
    assert code == 1
    assert "  refused: 2 of 7 keys are not in documents/new, for example v5, v6: vectorform migrate" in said


def test_a_file_that_is_neither(project: Deployment) -> None:
    done = project.vectorform("guard", "prod")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "config/ has no stack prod; known: dev; there is no such file either\n"
