"""CDK Terrain synthesizes what CDKTF does, byte by byte, in an environment of Python that has no CDKTF."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests import golden
from tests.paths import ROOT

PYTHON = ROOT / ".venv-cdktn" / "bin" / "python"
pytestmark = [
    pytest.mark.toolchain,
    pytest.mark.skipif(not PYTHON.exists(), reason=f"make {PYTHON.parent.relative_to(ROOT)}/vectorform"),
]
_ALL = """
import json, sys
from importlib.util import find_spec
from tests import golden
assert not find_spec("cdktf") and not find_spec("cdktf_cdktf_provider_aws")
json.dump({case.name: golden.synthesized(case) for case in golden.cases()}, sys.stdout)
"""


def run(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PYTHON, "-W", "error", *arguments], cwd=cwd, capture_output=True, text=True)


def test_every_golden_stack_is_the_same_on_cdk_terrain() -> None:
    done = run("-c", _ALL)
    assert done.returncode == 0, done.stderr
    synthesized = json.loads(done.stdout)
    assert synthesized == {
        case.name: {
            path.name.removesuffix(".tf.json"): path.read_text(encoding="utf-8")
            for path in case.glob("*.tf.json")
        }
        for case in golden.cases()
    }


def test_a_framework_that_was_chosen_and_is_not_there_is_named(tmp_path: Path) -> None:
    """The choice of a project is never quietly another one."""
    (tmp_path / "cdktf.json").write_text('{"context": {"engine": {"framework": "cdktf"}}}')
    code = "from vectorform.blocks import bindings; bindings.prepare()"
    done = run("-c", code, cwd=tmp_path)
    assert done.returncode == 1 and "cdktf_cdktf_provider_aws is not installed" in done.stderr
