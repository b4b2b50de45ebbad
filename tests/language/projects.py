"""Small projects for tests."""

from __future__ import annotations

from pathlib import Path

from vectorform import language

HEAD = 'project: aspexa\naccount_id: "123456789012"\nregions: [ap-southeast-2]\n'
MAIN = """\
vector_buckets:
  main:
    indexes:
      episodes:
        dimension: 3072
        distance_metric: cosine
        non_filterable_metadata_keys: [text]
"""
SOUND = HEAD + MAIN


def project(root: Path, **files: str) -> Path:
    """A project with files in config/: `dev=...` is config/dev.yaml; names with a dot stay as they are."""
    (root / "config").mkdir(parents=True, exist_ok=True)
    (root / "cdktf.json").write_text("{}")
    for name, text in files.items():
        (root / "config" / (name if "." in name else f"{name}.yaml")).write_text(text, encoding="utf-8")
    return root


def loaded(root: Path, text: str = SOUND) -> language.Environment:
    """The environment `dev` with this text."""
    return language.load("dev", project(root, dev=text))


def messages(root: Path, text: str) -> list[str]:
    """What is wrong with an environment `dev` of this text."""
    return [str(problem) for problem in language.check("dev", project(root, dev=text)).problems]
