"""`vectorform validate`, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.terminal import run, run_on_a_terminal
from tests.language.projects import SOUND, project

BAD = SOUND.replace("3072", "5000")
WARNED = SOUND.replace("ap-southeast-2", "ap-southeast-9")


def test_all_environments_are_fine(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=SOUND, prod=SOUND.replace("aspexa", "other")), "validate")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "2 environments: no problems\n")


def test_problems_go_to_stdout_and_the_count_to_stderr(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=BAD), "validate", "dev")
    assert done.returncode == 1
    assert done.stdout.startswith(
        "config/dev.yaml:8:20: vector_buckets.main.indexes.episodes.dimension: `5000`"
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr == "dev: 1 error\n"


def test_files_are_named_as_seen_from_here(tmp_path: Path) -> None:
    root = project(tmp_path, dev=BAD)
    assert run(root / "config", "validate").stdout.startswith("dev.yaml:8:20: ")


@pytest.mark.parametrize(("arguments", "exit_code"), [((), 0), (("--strict",), 1)])
def test_a_warning_fails_only_when_strict(tmp_path: Path, arguments: tuple[str, ...], exit_code: int) -> None:
    done = run(project(tmp_path, dev=WARNED), "validate", *arguments)
    assert done.returncode == exit_code
    assert "warning: regions[0]" in done.stdout


def test_json(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=BAD, prod=BAD), "validate", "--format", "json")
    document = json.loads(done.stdout)
    assert document["environments"] == ["dev", "prod"]
    assert document["problems"][0] == {
        "rule": "VF207",
        "file": "config/dev.yaml",
        "line": 8,
        "column": 20,
        "path": "vector_buckets.main.indexes.episodes.dimension",
        "message": "`5000` is more than 4096",
        "hint": "S3 Vectors stores vectors of 1 to 4096 dimensions: "
        "write the output length of the embedding model",
        "severity": "error",
    }
    assert done.returncode == 1


def test_json_without_problems(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=SOUND), "validate", "--format", "json")
    assert json.loads(done.stdout) == {"environments": ["dev"], "problems": []}


def test_github(tmp_path: Path) -> None:
    text = BAD.replace("[text]", '["50%"]') + 'tags: {"a:b,c": "%", "x\\ny": z}\n'
    lines = run(project(tmp_path, dev=text), "validate", "--format", "github").stdout.splitlines()
    assert lines[0].startswith("::error file=config/dev.yaml,line=8,col=20,title=VF207 vector_buckets.main.")
    assert lines[1].startswith(
        '::error file=config/dev.yaml,line=11,col=8,title=VF454 tags."a%3Ab%2Cc"::the tag'
    )
    assert all(line.startswith("::error ") for line in lines) and len(lines) == 3


def test_the_line_and_a_caret_on_a_terminal(tmp_path: Path) -> None:
    output = run_on_a_terminal(project(tmp_path, dev=BAD), "validate")
    assert "     8 |         dimension: 5000\n       |                    ^\n" in output


def test_what_conflicts_between_environments(tmp_path: Path) -> None:
    same = SOUND.replace("    indexes:", "    name: taken\n    indexes:")
    done = run(project(tmp_path, dev=same, prod=same), "validate")
    assert done.returncode == 1
    assert (
        "the vector bucket name `taken` in ap-southeast-2 is also that of the environment dev" in done.stdout
    )


def test_no_such_environment(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=SOUND), "validate", "dve")
    assert done.returncode == 2
    assert done.stdout == "config: there is no environment `dve`; did you mean `dev`? [VF005]\n"


def test_outside_of_a_project(tmp_path: Path) -> None:
    done = run(tmp_path, "validate")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


def test_no_environment_at_all(tmp_path: Path) -> None:
    done = run(project(tmp_path), "validate")
    assert done.returncode == 2
    assert "vectorform new environment" in done.stderr


def test_an_unreadable_file_does_not_hide_the_problems_of_others(tmp_path: Path) -> None:
    root = project(tmp_path, dev=BAD)
    (root / "config" / "prod.yaml").mkdir()
    done = run(root, "validate")
    assert done.returncode == 2
    assert "config/dev.yaml:8:20" in done.stdout
    assert "config/prod.yaml: is a folder, not a file" in done.stdout


def test_a_wrong_option(tmp_path: Path) -> None:
    assert run(project(tmp_path, dev=SOUND), "validate", "--format", "xml").returncode == 2


def test_one_that_is_named_is_compared_with_all_others(tmp_path: Path) -> None:
    same = SOUND.replace("  main:\n", "  main:\n    name: taken\n")
    root = project(tmp_path, bad="{", dev=same, prod=same, test=SOUND)
    for name, other in (("dev", "prod"), ("prod", "dev")):
        done = run(root, "validate", name)
        assert (done.returncode, done.stderr) == (1, f"{name}: 1 error\n")
        assert f"is also that of the environment {other} (config/{other}.yaml:5)" in done.stdout
    assert run(root, "validate", "test").returncode == 0


def test_sarif(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=BAD), "validate", "--format", "sarif")
    log = json.loads(done.stdout)
    (found,) = log["runs"]
    (rule,) = found["tool"]["driver"]["rules"]
    (result,) = found["results"]
    assert log["version"] == "2.1.0" and done.returncode == 1
    assert rule["id"] == result["ruleId"] == "VF207" and "Wrong:" in rule["help"]["markdown"]
    assert result["level"] == "error" and result["message"]["text"].startswith("`5000` is more than 4096")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "config/dev.yaml"
    assert place["region"] == {"startLine": 8, "startColumn": 20}


def test_a_file_that_looks_like_an_environment(tmp_path: Path) -> None:
    done = run(project(tmp_path, dev=SOUND, **{"qa.yml": SOUND}), "validate")
    assert done.stdout.startswith(
        "config/qa.yml: warning: is not read: environments are .yaml files; rename it"
    )
    assert done.returncode == 0


def test_the_page_of_a_rule(tmp_path: Path) -> None:
    assert "Right:" in run(tmp_path, "rules", "vf207").stdout
    assert "VF207  error" in run(tmp_path, "rules").stdout
    done = run(tmp_path, "rules", "VF27")
    assert done.returncode == 2 and "there is no rule `VF27`" in done.stderr
