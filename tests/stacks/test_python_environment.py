"""An environment in Python synthesizes the same bytes as YAML that says the same."""

from __future__ import annotations

from pathlib import Path

from tests.language.projects import project
from tests.paths import ROOT
from vectorform import language
from vectorform.language.explain import explain


def synthesized(root: Path) -> dict[str, str]:
    from vectorform.blocks import bindings

    bindings.prepare()
    from stacks.app import synthesize

    synthesize(language.load_all(root), root / "out")
    return {path.parent.name: path.read_text() for path in (root / "out").glob("stacks/*/cdk.tf.json")}


def test_the_shipped_example_and_its_yaml(tmp_path: Path) -> None:
    source = (ROOT / "examples" / "tenants.py").read_text()
    python = project(tmp_path / "python", **{"tenants.py": source})
    report = language.check("tenants", python)
    assert report.environment is not None and report.tree is not None and not report.problems
    assert len(report.environment.home.vector_buckets[0].indexes) == 20
    yaml = project(tmp_path / "yaml", tenants=explain(report.environment, report.tree))
    first, second = synthesized(python), synthesized(yaml)
    assert first.keys() == {"tenants"}
    assert first == second
