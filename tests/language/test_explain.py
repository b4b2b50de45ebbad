"""The printed configuration says the same as the files, and paths find their way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.language.projects import SOUND, project
from tests.paths import CASES
from vectorform import language
from vectorform.language.explain import explain

VALID = sorted((CASES / "environments" / "valid").iterdir())


def explained(root: Path, name: str = "dev", path: str = "") -> str:
    report = language.check(name, root)
    assert report.environment is not None and report.tree is not None
    return explain(report.environment, report.tree, path)


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_stands_alone_and_means_the_same(case: Path, tmp_path: Path) -> None:
    for name in language.names(case):
        text = explained(case, name)
        again = language.load(name, project(tmp_path, **{name: text}))
        original = language.load(name, case)
        assert again == replace(original, tags=again.tags)
        assert dict(again.tags) == dict(original.tags)
        assert yaml.safe_load(text) == yaml.safe_load(explained(tmp_path, name)), "other readers see the same"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("vector_buckets.main.indexes.episodes.dimension", "3072  # config/dev.yaml:8\n"),
        (".vector_buckets.main.indexes.a.b.dimension", "1  # config/dev.yaml:12\n"),
        ('vector_buckets.main.indexes."a.b".dimension', "1  # config/dev.yaml:12\n"),
        ("regions[0]", "ap-southeast-2  # config/dev.yaml:3\n"),
        ("vector_buckets.main.deletion_protection", "true  # default\n"),
        ("backend", "type: local  # default\n"),
    ],
)
def test_a_part(tmp_path: Path, path: str, expected: str) -> None:
    text = SOUND + "      a.b:\n        dimension: 1\n        distance_metric: cosine\n"
    assert explained(project(tmp_path, dev=text), path=path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("vector_bucket", "the environment dev has no `vector_bucket`; did you mean `vector_buckets`?"),
        ("vector_buckets.main.indexes.x", "vector_buckets.main.indexes has no `x`; known: episodes"),
        ("project.x", "project has no `x`"),
        ("regions[7]", "regions has no"),
        ("[", "the environment dev has no"),
    ],
)
def test_no_such_part(tmp_path: Path, path: str, expected: str) -> None:
    with pytest.raises(language.UnreadableError) as caught:
        explained(project(tmp_path, dev=SOUND), path=path)
    assert expected in str(caught.value)


def test_defaults_of_knowledge_bases(tmp_path: Path) -> None:
    text = """\
project: support
account_id: "123456789012"
regions: [eu-west-1]
vector_buckets:
  documents:
    indexes:
      pages: {embedding_model: amazon.titan-embed-text-v2:0, preset: bedrock-knowledge-base}
knowledge_bases:
  handbook:
    index: documents/pages
    data_sources:
      manuals: {bucket: support-manuals}
"""
    found = explained(project(tmp_path, dev=text), path="knowledge_bases.handbook").splitlines()
    assert [" ".join(line.split()) for line in found] == [
        'name: "{project}-{knowledge_base}-{environment}" # support-handbook-dev; default',
        "index: documents/pages # config/dev.yaml:10",
        "data_sources:",
        "manuals: # cut as Bedrock does by default, in chunks of about 300 tokens",
        'name: "{data_source}" # manuals; default',
        "deletion_policy: retain # default",
        "bucket: support-manuals # config/dev.yaml:12",
        "role:",
        'name: "{project}-{knowledge_base}-kb-{environment}" # support-handbook-kb-dev; default',
    ]
    whole = explained(tmp_path)
    assert "# embeds with amazon.titan-embed-text-v2:0" in whole
