"""Names and ARNs for applications: those that are deployed, in lines that every reader takes alike."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

import pytest

from tests.cli.terminal import run
from tests.paths import CASES, ROOT
from vectorform import language
from vectorform.desired import arns
from vectorform.desired.outputs import outputs, variables
from vectorform.errors import UserError

KEYS = language.load("created", CASES / "stacks" / "regions-policy-kms")
LINE = re.compile(r"[A-Z][A-Z0-9_]*=[A-Za-z0-9_.:/=+,@-]*")


def test_every_bucket_and_index_of_every_region_is_there() -> None:
    found = outputs(KEYS)
    assert [region.region for region in found.regions] == [region.name for region in KEYS.regions]
    assert found.home_region == KEYS.home.name
    for region, known in zip(found.regions, KEYS.regions, strict=True):
        assert [bucket.name for bucket in region.vector_buckets] == [b.name for b in known.vector_buckets]
        for bucket, deployed in zip(region.vector_buckets, known.vector_buckets, strict=True):
            assert bucket.arn == arns.bucket_arn(KEYS, known, deployed)
            assert [index.key for index in bucket.indexes] == [index.address for index in deployed.indexes]
    assert any(b.kms_key and ":alias/" in b.kms_key for r in found.regions for b in r.vector_buckets)


def test_each_region_has_variables_of_its_own() -> None:
    for region in KEYS.regions:
        found = variables(KEYS, region)
        assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == region.name
        assert all(f":{region.name}:" in arn for arn in found.values() if ":s3vectors:" in arn)


def test_dotenv_lines_need_no_quotes_and_a_shell_reads_the_others() -> None:
    lines = run(ROOT, "outputs", "dev", "--format", "dotenv").stdout.splitlines()
    assert lines and all(LINE.fullmatch(line) for line in lines)
    sh = run(ROOT, "outputs", "dev", "--format", "sh").stdout
    shell = subprocess.run(["sh", "-c", f"{sh}env"], capture_output=True, text=True, check=True, env={})
    assert set(lines) <= set(shell.stdout.splitlines())


def test_one_name_for_two_keys_is_refused() -> None:
    first, *others = KEYS.home.vector_buckets
    alike = replace(KEYS.home, vector_buckets=(replace(first, key="a-b"), replace(first, key="a_b"), *others))
    with pytest.raises(UserError, match=r"bucket\.a-b and bucket\.a_b would both be S3VECTORS_BUCKET_A_B"):
        variables(KEYS, alike)


def test_of_a_region_that_is_not_there() -> None:
    done = run(ROOT, "outputs", "dev", "--format", "dotenv", "--region", "moon")
    assert (done.returncode, done.stdout) == (2, "") and "has no region moon" in done.stderr
