"""Any bytes in: a clear list of problems, or an environment that works. Never anything else."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.paths import CASES
from vectorform import language
from vectorform.language.explain import explain
from vectorform.language.files import Files
from vectorform.language.nodes import Plain, plain
from vectorform.language.yaml_reader import read

ROOT = Path("/nowhere")
SEEDS = sorted(
    path.read_bytes() for path in (CASES / "environments").rglob("*.yaml") if path.name != "expected.yaml"
)
LONG = int(os.environ.get("VECTORFORM_FUZZ", "100000"))


def check(data: bytes) -> None:
    files = Files(ROOT)
    path = ROOT / "config" / "dev.yaml"
    files.known[path] = read(data, "config/dev.yaml")
    report = language.check("dev", ROOT, files)
    for problem in report.problems:
        assert str(problem).isprintable() and len(str(problem)) < 2000, problem
        assert len(problem.message) < 1000 and problem.line >= 0 and problem.column >= 0
    errors = [problem for problem in report.problems if problem.severity == "error"]
    assert (report.environment is None) == bool(errors)
    if report.environment is None or report.tree is None:
        return
    for region in report.environment.regions:
        language.fingerprint(report.environment, region)
    files.known[path] = read(explain(report.environment, report.tree).encode(), "config/dev.yaml")
    again = language.check("dev", ROOT, files)
    assert again.environment == report.environment, again.problems


WORDS = """\
project account_id regions vector_buckets indexes dimension distance_metric cosine tags access grants bucket
permissions read extends name null ~ true no 0 1 4097 1.5 {bucket} {x} us-east-1 aws:kms "123456789012" é
- --- ... ? : , [ ] { } & * ! | > ' " % @ ` # &a *a !!str <<
"""
TOKENS = st.sampled_from([*WORDS.split(), "\t"])
BREAKS = st.sampled_from([" ", "\n", "\n  ", "\n    ", "\n      ", ": ", "", ", "])
YAML_LIKE = st.lists(st.tuples(TOKENS, BREAKS).map("".join), max_size=40).map(
    lambda parts: "".join(parts).encode()
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A case's YAML with pieces taken out, put in twice, swapped or overwritten."""
    data = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        piece = draw(st.one_of(st.binary(max_size=4), TOKENS.map(str.encode), st.just(data[start:end] * 2)))
        data = data[:start] + piece + data[end:]
    return data


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 10_000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "a", "{bucket}", "{", "us-east-1", "main", "episodes", "aws:kms", "\n", "\x07", "x" * 300]
    ),
    st.text(max_size=5),
)
VALUES = st.recursive(
    SCALARS,
    lambda c: st.one_of(st.lists(c, max_size=3), st.dictionaries(st.text(max_size=6), c, max_size=3)),
    max_leaves=6,
)
TREES = [plain(node) for node in (read(data, "f")[0] for data in SEEDS) if node is not None]


@st.composite
def replaced(draw: st.DrawFn) -> bytes:
    """A case's data with values replaced by others at random places."""
    tree: Plain = json.loads(json.dumps(draw(st.sampled_from(TREES))))
    for _ in range(draw(st.integers(1, 4))):
        node: Plain = tree
        while isinstance(node, dict | list) and node:
            key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
            child = node[key]  # type: ignore[call-overload, index]
            if not isinstance(child, dict | list) or not child or draw(st.booleans()):
                node[key] = draw(VALUES)  # type: ignore[call-overload, index]
                break
            node = child
    return json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace")


ANY = st.one_of(st.binary(max_size=60), YAML_LIKE, damaged(), replaced())


@given(ANY)
@settings(max_examples=250)
def test_any_bytes(data: bytes) -> None:
    check(data)


@pytest.mark.long
@given(ANY)
@settings(max_examples=LONG, derandomize=False, suppress_health_check=list(HealthCheck))
def test_any_bytes_at_length(data: bytes) -> None:
    check(data)
