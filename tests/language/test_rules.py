"""The rules: each has an id for good, a page, and examples that are its test cases."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.language.projects import SOUND, project
from tests.paths import ROOT
from tools.rules import PAGE
from vectorform import language
from vectorform.language.ignores import Ignore
from vectorform.language.problems import Problem, in_order
from vectorform.language.rule import Rule
from vectorform.language.rules.pages import FOLDER, Example, all_rules, document, page
from vectorform.language.schema import schema
from vectorform.language.schema_messages import _RULES, _WORDS

RULES = all_rules()
RELEASED = Path(__file__).with_name("released_rules.txt")


def found(root: Path, example: Example) -> list[Problem]:
    """What is wrong with a project of these files."""
    (root / "config").mkdir()
    for name, text in example.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    try:
        reports = language.check_all(root)
    except language.UnreadableError as error:
        return list(error.problems)
    problems = [problem for report in reports for problem in report.problems]
    return list(in_order([*problems, *language.not_read(root)]))


def with_examples() -> list[Rule]:
    return [rule for rule in RULES.values() if page(rule).wrong is not None]


@pytest.mark.parametrize("rule", with_examples(), ids=lambda rule: rule.id)
def test_the_wrong_example_breaks_this_rule_and_no_other(rule: Rule, tmp_path: Path) -> None:
    """Also the promise that no error causes a second one."""
    wrong = page(rule).wrong
    assert wrong is not None
    problems = found(tmp_path, wrong)
    assert {problem.rule for problem in problems} == {rule.id}, "\n".join(map(str, problems))
    assert len({problem.file for problem in problems}) == len(problems), "\n".join(map(str, problems))
    assert all(problem.hint for problem in problems) or rule.id in ("VF020", "VF021")


@pytest.mark.parametrize("rule", with_examples(), ids=lambda rule: rule.id)
def test_the_right_example_breaks_none(rule: Rule, tmp_path: Path) -> None:
    right = page(rule).right
    assert right is not None
    assert found(tmp_path, right) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_has_a_page(rule: Rule) -> None:
    said = page(rule)
    assert said.title and said.why and said.source
    assert (said.wrong is None) == (said.right is None) == bool(said.test)
    if said.test:
        file, _, name = said.test.partition("::")
        functions = [node for node in ast.walk(ast.parse((ROOT / file).read_text())) if hasattr(node, "name")]
        assert name in {getattr(node, "name", None) for node in functions}, "no such test"


def test_a_page_has_a_rule() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(RULES)


def test_ids_and_names_never_change() -> None:
    """After a new rule: add its line. A line that is there stays: others ignore, search and link by it."""
    released = RELEASED.read_text().split("\n")[:-1]
    assert [f"{rule.id} {rule.name}" for rule in RULES.values()] == released
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(names)


def test_every_keyword_of_the_schema_has_a_rule() -> None:
    """What a keyword without a rule refuses is VF211: say it in the service's terms."""
    explained = {*_WORDS, *_RULES, "additionalProperties", "propertyNames", "required"}
    structure = {
        "properties",
        "items",
        "$ref",
        "allOf",
        "patternProperties",
        "description",
        "title",
        "examples",
        "x-examples",
        "x-default",
        "default",
    }
    structure |= {"patternProperties", "enumDescriptions", "errorMessage", "$comment", "defaultSnippets"}
    used: set[str] = set()

    def walk(rules: Any) -> None:
        for keyword, value in rules.items():
            used.add(keyword)
            if keyword in ("properties", "patternProperties"):
                for child in value.values():
                    walk(child)
            elif keyword in ("items", "propertyNames", "additionalProperties") and isinstance(value, dict):
                walk(value)
            elif keyword == "allOf":
                for child in value:
                    walk(child)

    for part in schema()["$defs"].values():
        walk(part)
    for part in schema()["properties"].values():
        walk(part)
    assert used - structure - explained - {"anyOf", "if", "then", "else", "not"} == set()


def test_a_config_folder_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(language.UnreadableError, match=r"config: cannot be read: .* \[VF003\]"):
        language.names(tmp_path)


def test_a_backend_that_is_none(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    with pytest.raises(language.ConfigurationError, match=r"\[VF012\]"):
        language.load_with_backend("dev", root, "[s3]")


def test_a_crowded_block_of_indexes(tmp_path: Path) -> None:
    index = "{dimension: 8, distance_metric: cosine, non_filterable_metadata_keys: []}"
    lines = "".join(f"      i-{number:04}: {index}\n" for number in range(3000))
    head = SOUND.partition("      episodes")[0]
    report = language.check("dev", project(tmp_path, dev=head + lines))
    assert [problem.rule for problem in report.problems] == ["VF404"]


COMMENT = "# vectorform: ignore=VF303 we asked AWS"


class TestIgnoring:
    def problems(self, root: Path, regions: str, **others: str) -> list[str]:
        text = SOUND.replace("regions: [ap-southeast-2]", regions)
        reports = language.check_all(project(root, dev=text, **others))
        return [str(problem) for report in reports for problem in report.problems]

    def test_on_the_line_and_above_it(self, tmp_path: Path) -> None:
        regions = "regions: [ap-southeast-2, me-south-1]"
        assert self.problems(tmp_path, f"{regions}  {COMMENT}") == []
        assert self.problems(tmp_path, f"{COMMENT}\n{regions}") == []

    def test_nowhere_else(self, tmp_path: Path) -> None:
        regions = f"{COMMENT}\nregions:\n- ap-southeast-2\n- me-south-1"
        found = self.problems(tmp_path, regions)
        assert [text[-7:] for text in found] == ["[VF052]", "[VF303]"]

    def test_a_rule_that_there_is_not(self, tmp_path: Path) -> None:
        comment = COMMENT.replace("VF303", "VF3003")
        (hint,) = self.problems(tmp_path, f"regions: [ap-southeast-2] {comment}")
        assert "there is no rule `VF3003`; did you mean `VF303`?" in hint

    def test_a_shared_file_is_used_where_one_environment_needs_it(self, tmp_path: Path) -> None:
        regions = f"regions: [ap-southeast-2, me-south-1]  {COMMENT}"
        (tmp_path / "config" / "base").mkdir(parents=True)
        base = SOUND.replace("regions: [ap-southeast-2]", regions)
        (tmp_path / "config" / "base" / "b.yaml").write_text(base)
        other = "extends: [base/b.yaml]\nregions: [us-east-1]\n"
        root = project(tmp_path, dev="extends: [base/b.yaml]\n", qa=other)
        assert [report.problems for report in language.check_all(root)] == [(), ()]

    def test_it_is_about_its_rule_and_no_error(self) -> None:
        ignore = Ignore("f", 1, 1, frozenset({1}), ("VF303",), "why")
        problem = Problem("VF303", "f", 1, 1, "", "m", "h", "warning")
        assert ignore.matches(problem)
        for other in ({"rule": "VF304"}, {"severity": "error"}, {"line": 2}, {"file": "g"}):
            assert not ignore.matches(replace(problem, **other))


def test_the_document_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "write it anew: make reference"
