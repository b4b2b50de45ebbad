"""Environments are judged by themselves and against each other; errors of one stop none of the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.language.projects import SOUND, project
from vectorform import language
from vectorform.desired.lookup import NotThere
from vectorform.language.rules.environments.collisions import may_be_stack_of

BROKEN = SOUND.replace("3072", "0")
TWO_REGIONS = SOUND.replace("[ap-southeast-2]", "[ap-southeast-2, us-east-1]")


def named(text: str, name: str) -> str:
    """The text of an environment with a vector bucket of this name."""
    return text.replace("  main:\n", f"  main:\n    name: {name}\n")


def sound(root: Path) -> list[str]:
    return [report.name for report in language.check_all(root) if report.environment is not None]


@pytest.mark.parametrize(
    "text",
    [BROKEN, "{", "", "[]", "a: [", "\x00", "extends: [nowhere.yaml]\n", "project: kb\n"],
    ids=["error", "open", "empty", "list", "cut-off", "zero", "no-file", "unfinished"],
)
def test_errors_of_one_stop_none_of_the_others(tmp_path: Path, text: str) -> None:
    root = project(tmp_path, bad=text, dev=SOUND, test=SOUND)
    assert sound(root) == ["dev", "test"]
    assert language.load_to_deploy("dev", root).name == "dev"
    with pytest.raises(language.ConfigurationError) as refused:
        language.load_to_deploy("bad", root)
    assert refused.value.exit_code == 1


@pytest.mark.parametrize("kind", ["folder", "link", "loop", "pipe", "both"])
def test_what_cannot_be_read_stops_none_of_the_others(tmp_path: Path, kind: str) -> None:
    root = project(tmp_path, dev=SOUND)
    path = root / "config" / "bad.yaml"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "both":
        project(tmp_path, **{"bad.yaml": SOUND, "bad.py": ""})
    else:
        path.symlink_to("bad.yaml" if kind == "loop" else "nowhere")
    assert sound(root) == ["dev"]
    with pytest.raises(language.UnreadableError) as refused:
        language.load_to_deploy("bad", root)
    assert refused.value.exit_code == 2


def test_python_that_fails_stops_none_of_the_others(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND, **{"bad.py": "import sys; sys.exit(0)"})
    assert sound(root) == ["dev"]


def test_two_that_collide_are_both_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    root = project(tmp_path, a=named(SOUND, "taken"), b=SOUND, c=named(SOUND, "taken"))
    assert sound(root) == ["b"]
    for name, other in (("a", "c"), ("c", "a")):
        with pytest.raises(language.ConfigurationError, match=f"also that of the environment {other} "):
            language.load_to_deploy(name, root)


def test_names_in_iam_differ_in_more_than_case(tmp_path: Path) -> None:
    access = "access: {app: {name: %s, permissions: read, grants: [{bucket: main}]}}\n"
    root = project(tmp_path, a=SOUND + access % "Reader", b=SOUND + access % "reader")
    assert sound(root) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"prod": BROKEN, "prod-us-east-1": SOUND}, []),
        ({"prod": TWO_REGIONS, "prod-us-east-1": BROKEN}, []),
        ({"prod": TWO_REGIONS, "prod-us-east-1": SOUND}, []),
        ({"prod": BROKEN, "prod-blue": SOUND}, ["prod-blue"]),
        ({"prod": BROKEN, "preprod-us-east-1": SOUND}, ["preprod-us-east-1"]),
    ],
    ids=["its region's", "its own", "both sound", "another", "another's end"],
)
def test_nothing_is_deployed_under_a_stack_id_that_a_broken_one_may_have(
    tmp_path: Path, files: dict[str, str], expected: list[str]
) -> None:
    """Its state would be taken for that of the sound one, whose plan would destroy what it has."""
    assert sound(project(tmp_path, **files)) == expected


@pytest.mark.parametrize("stack", ["prod", "prod-us-east-1", "prod-us-gov-west-1", "prod-me-central-1"])
def test_stacks_that_an_environment_may_have(stack: str) -> None:
    assert may_be_stack_of("prod", stack)


@pytest.mark.parametrize("stack", ["prod-", "prod-blue", "prod2", "us-east-1", "x-prod-us-east-1"])
def test_stacks_that_it_cannot_have(stack: str) -> None:
    assert not may_be_stack_of("prod", stack)


def test_a_stack_of_an_environment_with_errors_says_what_they_are(tmp_path: Path) -> None:
    stacks = language.load_stacks(project(tmp_path, dev=SOUND, prod=BROKEN))
    assert stacks.place("dev")[0].name == "dev"
    for stack in ("prod", "prod-us-east-1"):
        with pytest.raises(language.ConfigurationError, match="`0` is less than 1"):
            stacks.place(stack)
    with pytest.raises(NotThere, match="did you mean `dev`"):
        stacks.place("dve")
