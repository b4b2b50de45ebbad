"""Every case in tests/cases/environments: a config folder and what vectorform makes of it.

expected.txt has the problems; for a valid case, expected.yaml has what each environment comes to.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.paths import CASES
from vectorform import language
from vectorform.language.explain import explain
from vectorform.language.problems import in_order

COMMAND = "VECTORFORM_REGENERATE=1 .venv/bin/python -m pytest tests/language/test_cases.py"


def cases(kind: str) -> list[Path]:
    found = sorted((CASES / "environments" / kind).iterdir())
    assert found
    return found


def checked(case: Path) -> tuple[list[language.Report], str]:
    reports = language.check_all(case)
    problems = [problem for report in reports for problem in report.problems]
    return reports, "".join(f"{problem}\n" for problem in in_order(problems))


def compare(path: Path, actual: str) -> None:
    if os.environ.get("VECTORFORM_REGENERATE"):
        path.write_text(actual, encoding="utf-8")
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    assert actual == expected, f"{path} differs; if the new output is right, write it with\n{COMMAND}"


@pytest.mark.parametrize("case", cases("invalid"), ids=lambda case: case.name)
def test_invalid(case: Path) -> None:
    reports, text = checked(case)
    compare(case / "expected.txt", text)
    sound = [report.name for report in reports if report.environment is not None]
    assert sound == [], f"nothing is wrong with {sound}"
    for report in reports:
        with pytest.raises(language.ConfigurationError) as caught:
            language.load_to_deploy(report.name, case)
        assert caught.value.problems == report.problems
        assert caught.value.exit_code == 1


@pytest.mark.parametrize("case", cases("valid"), ids=lambda case: case.name)
def test_valid(case: Path) -> None:
    reports, text = checked(case)
    assert all(report.environment is not None for report in reports), text
    compare(case / "expected.txt", text)
    explained = []
    for report in reports:
        assert report.environment is not None and report.tree is not None
        explained.append(f"# {report.name}\n{explain(report.environment, report.tree)}")
    compare(case / "expected.yaml", "---\n".join(explained))
