"""The fingerprint changes exactly when what the stack deploys changes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.language.projects import HEAD, MAIN, SOUND, loaded, project
from vectorform.desired.fingerprint import fingerprint

FULL = SOUND.replace("ap-southeast-2", "ap-southeast-2, us-east-1") + (
    "access:\n  app: {permissions: read, grants: [{bucket: main}]}\n"
)


def home(root: Path, text: str) -> str:
    environment = loaded(root, text)
    return fingerprint(environment, environment.home)


def test_form(tmp_path: Path) -> None:
    prefix, _, digest = home(tmp_path, SOUND).partition(":")
    assert prefix == "sha256" and len(digest) == 64 and int(digest, 16)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "# a comment\n\n"),
        ("[text]", '["text"]'),
        ("    indexes:\n", "    deletion_protection: true\n    indexes:\n"),
        ("    indexes:\n", "    unmanaged: fail\n    indexes:\n"),
        ("    indexes:\n", "    name: aspexa-main-dev\n    indexes:\n"),
        ("project: aspexa\n", "project: aspexa\nverification: {after_apply: false}\n"),
        ("project: aspexa\n", "project: aspexa\nvariables: {x: y}\n"),
        ("us-east-1", "us-east-1, eu-west-1"),
    ],
)
def test_what_is_not_deployed_does_not_change_it(tmp_path: Path, old: str, new: str) -> None:
    text = FULL.replace("access", "tags: {A: b}\n#", 1).partition("#")[0]
    assert home(tmp_path, text) == home(tmp_path, text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("3072", "3071"),
        ("cosine", "euclidean"),
        ("[text]", "[text, more]"),
        ("episodes:", "others:"),
        ("123456789012", "123456789013"),
        ("    indexes:", "    deletion_protection: false\n    indexes:"),
        ("    indexes:", "    tags: {A: b}\n    indexes:"),
        ("project: aspexa", "project: aspexa\ntags: {A: b}"),
        ("permissions: read", "permissions: write"),
        ("bucket: main", "bucket: main, indexes: [episodes]"),
        ("app:", "application:"),
        ("ap-southeast-2", "ap-southeast-1"),
        ("us-east-1", "us-east-2"),
    ],
)
def test_what_is_deployed_changes_it(tmp_path: Path, old: str, new: str) -> None:
    assert old in FULL
    assert home(tmp_path, FULL) != home(tmp_path, FULL.replace(old, new, 1))


def test_access_belongs_to_the_home_region_only(tmp_path: Path) -> None:
    before, after = loaded(tmp_path, FULL), loaded(tmp_path, FULL.replace("read", "write"))
    assert fingerprint(before, before.region("us-east-1")) == fingerprint(after, after.region("us-east-1"))


def test_equal_in_every_process(tmp_path: Path) -> None:
    root = project(tmp_path, dev=HEAD + "tags: {B: c, A: b, C: d}\n" + MAIN)
    code = (
        "import sys, pathlib; from vectorform import language as e\n"
        "d = e.load('dev', pathlib.Path(sys.argv[1]));"
        "print(e.fingerprint(d, d.home))"
    )
    results = {
        subprocess.run(
            [sys.executable, "-c", code, str(root)],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("0", "1")
    }
    assert len(results) == 1
