"""Environments written in Python: the same as YAML, problems at the line of the builder call."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.language.projects import project
from vectorform import builders, language
from vectorform.language import python_reader
from vectorform.language.schema import schema

YAML = """\
project: tenants
account_id: "123456789012"
regions: [ap-southeast-2, {name: us-east-1, vector_buckets: {documents: {deletion_protection: false}}}]
variables: {owner: search}
tags: {Owner: "{owner}"}
vector_buckets:
  documents:
    encryption: {sse_type: "aws:kms", kms_key_arn: "arn:aws:kms:{region}:{account_id}:key/mrk-1"}
    policy:
      statements:
        - effect: Deny
          principals: "*"
          actions: "s3vectors:*"
          conditions: {Bool: {"aws:SecureTransport": "false"}}
    indexes:
      tenant-01: {dimension: 8, distance_metric: cosine, preset: langchain, tags: {Tenant: "01"}}
      tenant-02: {dimension: 8, distance_metric: cosine, preset: langchain, tags: {Tenant: "02"}}
access:
  reader: {permissions: read, grants: [{bucket: documents, indexes: [tenant-01]}]}
backend: {type: s3, bucket: state, region: us-east-1}
rollout: {waves: [[us-east-1], [ap-southeast-2]]}
verification: {after_apply: false}
"""
PYTHON = """\
from vectorform.builders import *

environment = Environment(
    project="tenants",
    account_id="123456789012",
    regions=["ap-southeast-2", Region(name="us-east-1", vector_buckets={
        "documents": VectorBucket(deletion_protection=False)})],
    variables={"owner": "search"},
    tags={"Owner": "{owner}"},
    vector_buckets={"documents": VectorBucket(
        encryption=Encryption(sse_type="aws:kms", kms_key_arn="arn:aws:kms:{region}:{account_id}:key/mrk-1"),
        policy=Policy(statements=[PolicyStatement(effect="Deny", principals="*", actions="s3vectors:*",
            conditions={"Bool": {"aws:SecureTransport": "false"}})]),
        indexes={f"tenant-{n:02}": Index(dimension=8, distance_metric="cosine", preset="langchain",
            tags={"Tenant": f"{n:02}"}) for n in (1, 2)},
    )},
    access={"reader": Access(permissions="read", grants=[Grant(bucket="documents", indexes=["tenant-01"])])},
    backend=Backend(type="s3", bucket="state", region="us-east-1"),
    rollout=Rollout(waves=[["us-east-1"], ["ap-southeast-2"]]),
    verification=Verification(after_apply=False),
)
"""


def test_python_and_yaml_that_say_the_same_are_the_same(tmp_path: Path) -> None:
    one = language.load("dev", project(tmp_path / "yaml", dev=YAML))
    other = language.load("dev", project(tmp_path / "python", **{"dev.py": PYTHON}))
    assert one == other
    for region in one.regions:
        assert language.fingerprint(one, region) == language.fingerprint(other, other.region(region.name))


def test_python_extends_yaml(tmp_path: Path) -> None:
    text = (
        "from vectorform.builders import Environment\n"
        "environment = Environment(\n"
        "    extends=['base.yaml'], account_id='123456789012', tags={'A': None, 'B': 'c'})\n"
    )
    base = "project: x\nregions: [us-east-1]\ntags: {A: b}\nvector_buckets: {}\n"
    environment = language.load("dev", project(tmp_path, **{"dev.py": text, "base.yaml": base}))
    assert environment.tags == {"Environment": "dev", "B": "c"}


def problems(root: Path, text: str) -> list[str]:
    return [str(problem) for problem in language.check("dev", project(root, **{"dev.py": text})).problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = (", "config/dev.py:1:5: is not Python: '(' was never closed"),
        ("x = '\0'", "config/dev.py: is not Python: source code string cannot contain null bytes"),
        ("import nothing_like_this", "config/dev.py:1:1: running it raised ModuleNotFoundError"),
        ("def f(): f()\n\nf()", "config/dev.py:1:1: running it raised RecursionError"),
        ("a = {}\na['b']", "config/dev.py:2:1: running it raised KeyError: 'b'"),
        ("environment = {}", "config/dev.py: does not set `environment` to an Environment"),
    ],
)
def test_files_that_do_not_work(tmp_path: Path, text: str, expected: str) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(expected)
    assert "\n" not in found


def test_a_map_that_contains_itself(tmp_path: Path) -> None:
    text = "from vectorform.builders import *\nx = {}\nx['x'] = x\nenvironment = Environment(tags=x)\n"
    assert any("contains itself" in problem for problem in problems(tmp_path, text))


def test_what_a_file_prints_does_not_become_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    language.load("dev", project(tmp_path, **{"dev.py": "print('hello')\n" + PYTHON}))
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "hello\n")


def test_problems_point_at_the_call_also_in_helpers(tmp_path: Path) -> None:
    text = PYTHON.replace("Index(dimension=8", "Index(dimension=n * 5000")
    places = [problem.partition(" ")[0] for problem in problems(tmp_path, text) if "dimension" in problem]
    assert places == ["config/dev.py:14:36:", "config/dev.py:14:36:"]


# The others are held by tests/desired/test_attributes_written.py, with the fields of the model.
GROUPS = {
    builders.Rollout: schema()["properties"]["rollout"],
    builders.Policy: schema()["$defs"]["vector_bucket"]["properties"]["policy"],
}


@pytest.mark.parametrize("builder", GROUPS, ids=lambda builder: builder.__name__)
def test_builders_have_the_fields_of_the_schema(builder: type[builders.Builder]) -> None:
    fields = {field.name for field in dataclasses.fields(builder)} - {"call"}
    assert fields == GROUPS[builder]["properties"].keys()


ODD = "from collections import UserDict\nclass Odd(UserDict):\n    def items(self): raise OSError('odd')\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("class Stop(BaseException): pass\nraise Stop('enough')", "running it raised Stop: enough"),
        ("raise GeneratorExit", "running it raised GeneratorExit"),
        ("raise BaseExceptionGroup('many', [GeneratorExit()])", "running it raised BaseExceptionGroup: many"),
        ("import sys; sys.exit()", "running it raised SystemExit"),
        ("a = []; a.append(a); a.append(a)\nTAGS = {'x': a}", "contains itself"),
        ("a = {}; a['a'] = a; a['b'] = a\nTAGS = a", "contains itself"),
        ("a = []; b = [a, a]; a.append(b); a.append(b)\nTAGS = {'x': a}", "contains itself"),
        (f"{ODD}TAGS = Odd()", "running it raised OSError: odd"),
    ],
)
def test_whatever_a_file_does_is_a_problem_of_it(tmp_path: Path, text: str, message: str) -> None:
    built = PYTHON.replace("import *\n", f"import *\n\nTAGS = {{}}\n{text}\n").replace(
        'tags={"Owner": "{owner}"}', "tags=TAGS"
    )
    report = language.check("dev", project(tmp_path, **{"dev.py": built}))
    assert report.environment is None
    assert any(message in str(problem) for problem in report.problems), report.problems


def test_a_list_that_stands_in_two_places_is_no_circle(tmp_path: Path) -> None:
    text = PYTHON.replace("import *\n", "import *\n\nNAMES = ['tenant-01']\n")
    text = text.replace('indexes=["tenant-01"]', "indexes=NAMES")
    assert language.check("dev", project(tmp_path, **{"dev.py": text})).problems == ()


def test_a_list_in_many_others_is_not_multiplied_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python_reader, "MAX_VALUES", 20_000)
    lines = ["a = ['x']", "for _ in range(30): a = [a, a]", "TAGS = {'x': a}"]
    text = PYTHON.replace("import *\n", "import *\n\n" + "\n".join(lines) + "\n")
    text = text.replace('tags={"Owner": "{owner}"}', "tags=TAGS")
    problems = language.check("dev", project(tmp_path, **{"dev.py": text})).problems
    assert [problem.message for problem in problems] == ["builds more than 20,000 values"]
