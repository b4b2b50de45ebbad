"""The parts of the installation are those of pyproject.toml, and a command that lacks one says which."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.paths import ROOT
from vectorform.toolchain.extras import EXTRAS, advice, extra_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_each_part_is_an_extra() -> None:
    assert set(EXTRAS) == set(PROJECT["optional-dependencies"]) - {"dev", "docs"}


@pytest.mark.parametrize(
    ("module", "extra"),
    [("cdktf", "cdktf"), ("s3vectors_local.process", "rehearsal"), ("tf.iface", "rehearsal")],
)
def test_a_module_belongs_to_its_part(module: str, extra: str) -> None:
    assert extra_of(module) == extra and f"'vectorform[{extra}]'" in str(advice(module))


def test_a_module_of_nobody() -> None:
    assert advice("boto3") is None and advice(None) is None


def test_a_rehearsal_without_its_part_says_so(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "cdktf.json").write_text("{}")
    (tmp_path / "config" / "dev.yaml").write_text(
        'project: kb\naccount_id: "123456789012"\nregions: [us-east-1]\nvector_buckets: {}\n'
    )
    code = (
        "import sys; sys.modules['s3vectors_local'] = None\n"
        "sys.argv = ['vectorform', 'rehearse', 'dev']\nfrom vectorform.cli.app import main\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "this needs the extra `rehearsal`: pip install 'vectorform[rehearsal]'\n"
