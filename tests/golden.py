"""The golden Terraform JSON: `python -m tests.golden` rewrites it after an intended change.

A case is a folder under `tests/cases/stacks/` with a `config/` of its own; `shipped` is the project's. Beside
it lies one file per stack: adding a case is adding a folder.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.paths import CASES, ROOT

STACK_CASES = CASES / "stacks"
REGENERATE = "make golden"


def cases() -> list[Path]:
    """Every case, the shipped configuration first."""
    return sorted(path for path in STACK_CASES.iterdir() if path.is_dir())


def root_of(case: Path) -> Path:
    """The project whose `config/` a case synthesizes."""
    return ROOT if case.name == "shipped" else case


def synthesized(case: Path) -> dict[str, str]:
    """Stack id -> the text of its cdk.tf.json."""
    from vectorform.blocks import bindings

    bindings.prepare()
    from stacks.app import synthesize
    from vectorform import language
    from vectorform.state.placements import placements

    desired = language.load_all(root_of(case))
    with tempfile.TemporaryDirectory() as outdir:
        synthesize(desired, Path(outdir), placements(desired, case))
        return {
            path.parent.name: path.read_text(encoding="utf-8")
            for path in Path(outdir).glob("stacks/*/cdk.tf.json")
        }


def main() -> None:
    """Rewrite every golden file, and remove those of stacks that are gone."""
    for case in cases():
        stacks = synthesized(case)
        for golden in case.glob("*.tf.json"):
            if golden.name.removesuffix(".tf.json") not in stacks:
                golden.unlink()
        for stack, text in stacks.items():
            (case / f"{stack}.tf.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
