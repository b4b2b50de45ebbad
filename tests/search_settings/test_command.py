"""`vectorform search-settings` as a program reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests import model
from tests.cli.schemas import accepts
from tests.language.projects import project
from tests.search_settings.test_step import deployed
from vectorform.cli.app import app

YAML = """\
project: p
account_id: "123456789012"
regions: [eu-west-1]
vector_buckets:
  documents:
    name: {name}
    indexes:
      pages: {{dimension: 4, distance_metric: cosine, text_search: {{title: en}}}}
"""


@pytest.mark.usefixtures("aws")
def test_what_was_set_and_that_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [bucket] = deployed(model.index("pages", text_search={"title": "en"})).home.vector_buckets
    monkeypatch.chdir(project(tmp_path, dev=YAML.format(name=bucket.name)))
    seen = []
    for _ in range(2):
        done = CliRunner().invoke(app, ["search-settings", "dev", "--format", "json"])
        assert done.exit_code == 0, done.output
        document = json.loads(done.stdout)
        accepts("search-settings", document)
        seen += [[change["path"] for region in document["regions"] for change in region["changes"]]]
    assert seen == [["documents/pages"], []]
