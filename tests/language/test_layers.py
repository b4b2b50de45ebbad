"""The merge rules, one row each, and what a region's overrides do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.projects import HEAD, MAIN, SOUND, loaded, project
from vectorform import language
from vectorform.language.merging import merge
from vectorform.language.nodes import plain
from vectorform.language.problems import Problem
from vectorform.language.yaml_reader import read

ROWS = [
    (
        "a map is merged deeply",
        "a: {b: {x: 1, y: 2}}",
        "a: {b: {y: 3, z: 4}}",
        {"a": {"b": {"x": 1, "y": 3, "z": 4}}},
    ),
    ("a list replaces", "a: [1, 2]", "a: [3]", {"a": [3]}),
    ("maps in lists are not merged", "a: [{x: 1}]", "a: [{y: 2}]", {"a": [{"y": 2}]}),
    ("a single value replaces", "a: 1", "a: two", {"a": "two"}),
    ("null removes a value", "{a: 1, b: 2}", "a: null", {"b": 2}),
    ("null removes a map", "{a: {b: 1}, c: 2}", "a: null", {"c": 2}),
    ("null removes deep inside", "a: {b: {c: 1, d: 2}}", "a: {b: {c: null}}", {"a": {"b": {"d": 2}}}),
    ("an empty map leaves a map as it is", "a: {b: 1}", "a: {}", {"a": {"b": 1}}),
    ("an empty list replaces", "a: [1]", "a: []", {"a": []}),
    ("a map replaces a list", "a: [1]", "a: {b: 1}", {"a": {"b": 1}}),
    ("a list replaces a map", "a: {b: 1}", "a: [1]", {"a": [1]}),
    ("a value replaces a map", "a: {b: 1}", "a: 2", {"a": 2}),
    ("new keys come last", "b: 1", "a: 2", {"b": 1, "a": 2}),
]


@pytest.mark.parametrize(("base", "over", "result"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_merge_rules(base: str, over: str, result: object) -> None:
    problems: list[Problem] = []
    nodes = []
    for text in (base, over):
        node, _ = read(text.encode(), "f")
        assert node is not None
        nodes.append(node)
    merged = plain(merge(nodes[0], nodes[1], (), problems))
    assert merged == result
    assert isinstance(merged, dict) and isinstance(result, dict) and list(merged) == list(result)
    assert not problems


def test_null_with_nothing_to_remove_is_a_problem(tmp_path: Path) -> None:
    (problem,) = language.check("dev", project(tmp_path, dev=SOUND + "tags:\n")).problems
    assert (problem.line, problem.path) == (11, "tags")


def test_values_keep_the_file_that_they_came_from(tmp_path: Path) -> None:
    root = project(tmp_path, dev='extends: [base.yaml]\naccount_id: "123456789012"\n', base=SOUND)
    bucket = language.load("dev", root).home.vector_buckets[0]
    assert str(bucket.source) == "config/base.yaml:5"
    assert str(bucket.indexes[0].source) == "config/base.yaml:7"


def test_region_overrides(tmp_path: Path) -> None:
    head = HEAD.replace(
        "[ap-southeast-2]",
        "[ap-southeast-2, {name: us-east-1, vector_buckets: {main: {deletion_protection: false, indexes: "
        "{episodes: {dimension: 8}}}, other: {}}}, {name: eu-west-1, vector_buckets: {main: null}}]",
    )
    environment = loaded(tmp_path, head + MAIN)
    home, second, third = environment.regions
    assert [bucket.key for bucket in home.vector_buckets] == ["main"]
    assert home.vector_buckets[0].indexes[0].dimension == 3072
    assert home.vector_buckets[0].deletion_protection
    assert [bucket.key for bucket in second.vector_buckets] == ["main", "other"]
    assert second.vector_buckets[0].indexes[0].dimension == 8
    assert second.vector_buckets[0].indexes[0].distance_metric == "cosine"
    assert not second.vector_buckets[0].deletion_protection
    assert third.vector_buckets == ()
    assert environment.waves == (("ap-southeast-2",), ("us-east-1", "eu-west-1"))


def test_what_two_environments_share_is_said_once(tmp_path: Path) -> None:
    extend = 'extends: [base.yaml]\naccount_id: "123456789012"\nregions: [us-east-1]\n'
    base = "project: aspexa\n" + MAIN.replace("3072", "5000")
    (tmp_path / "config").mkdir()
    root = project(tmp_path, a=extend, b=extend)
    (root / "config" / "base.yaml").write_text(base)
    with pytest.raises(language.ConfigurationError) as caught:
        reports = [language.check(name, root) for name in ("a", "b")]
        raise language.ConfigurationError([p for report in reports for p in report.problems])
    assert len(caught.value.problems) == 1


def test_files_that_extend_others_again_and_again(tmp_path: Path) -> None:
    files = {f"f{n}": f"extends: [f{n + 1}.yaml, f{n + 1}.yaml]\n" for n in range(40)}
    root = project(tmp_path, **files, f40="project: x\n")
    assert [str(problem) for problem in language.check("f0", root).problems] == [
        "config/f0.yaml: extends: more than 200 files are merged, counting each as often as it is named; "
        "extend fewer [VF035]"
    ]


def test_files_that_name_each_other_again_and_again_are_looked_at_once(tmp_path: Path) -> None:
    files = {f"f{n}.yaml": f"extends: [f{n + 1}.yaml, f{n + 1}.yaml]\n" for n in range(1, 150)}
    root = project(
        tmp_path, dev=SOUND.replace("project", "extends: [f1.yaml]\nproject"), **files, **{"f150.yaml": "{"}
    )
    report = language.check("dev", root)
    assert [problem.file for problem in report.problems] == ["config/f150.yaml"]


def test_the_work_of_merging_is_limited(tmp_path: Path) -> None:
    """Few files, each large by its anchors."""
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 5)]
    files = {f"large{n}.yaml": "\n".join(lines) for n in range(40)}
    named = ", ".join(files)
    report = language.check("dev", project(tmp_path, dev=f"extends: [{named}]\n{SOUND}", **files))
    assert [problem.message for problem in report.problems] == [
        "the files that are merged have more than 2,000,000 values together"
    ]


@pytest.mark.parametrize("name", ["../../outside.yaml", "link.yaml", "folder/outside.yaml"])
def test_what_is_extended_is_in_the_project(tmp_path: Path, name: str) -> None:
    (tmp_path / "outside.yaml").write_text("project: secret\n")
    root = project(tmp_path / "project", dev=SOUND.replace("project: aspexa", f"extends: [{name}]"))
    (root / "config" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (root / "config" / "folder").symlink_to(tmp_path)
    report = language.check("dev", root)
    assert "points outside the project" in str(report.problems[0])
    assert "secret" not in str(report.problems)


def test_a_link_within_the_project_is_followed(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND.replace("project: aspexa", "extends: [link.yaml]"))
    (root / "shared").mkdir()
    (root / "shared" / "names.yaml").write_text("project: kb\n")
    (root / "config" / "link.yaml").symlink_to("../shared/names.yaml")
    assert language.load("dev", root).project == "kb"
