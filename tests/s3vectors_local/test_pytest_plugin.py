"""The pytest plugin, in sessions of its own: what tests of an application get."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import os
import pytest

ENDPOINTS = []

@pytest.mark.parametrize("number", range(4))
def test_tests_see_nothing_of_each_other(number, s3vectors_client, s3vectors_index, s3vectors_endpoint):
    assert s3vectors_client.list_vector_buckets()["vectorBuckets"] == []
    names = s3vectors_index(dimension=2, non_filterable_metadata_keys=("text",))
    assert s3vectors_index() != names
    s3vectors_client.put_vectors(**names, vectors=[{"key": "a", "data": {"float32": [1, 0]}}])
    found = s3vectors_client.query_vectors(**names, topK=1, queryVector={"float32": [1, 0]})
    assert found["vectors"][0]["key"] == "a"
    ENDPOINTS.append(s3vectors_endpoint)
    assert len(set(ENDPOINTS)) == 1

def test_the_environment_turns_any_client_to_it(s3vectors_environment, s3vectors_endpoint):
    import boto3
    assert os.environ["AWS_ENDPOINT_URL"] == s3vectors_endpoint
    assert "AWS_PROFILE" not in os.environ and "AWS_SESSION_TOKEN" not in os.environ
    account = boto3.client("sts").get_caller_identity()["Account"]
    assert account == s3vectors_environment["AWS_ACCESS_KEY_ID"]
"""


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=("alone", "xdist"))
def test_the_fixtures(tmp_path: Path, workers: tuple[str, ...]) -> None:
    (tmp_path / "test_application.py").write_text(TESTS)
    done = run(tmp_path, *workers, AWS_PROFILE="production", AWS_SESSION_TOKEN="of somebody")
    assert done.returncode == 0 and "5 passed" in done.stdout, done.stdout


def test_nothing_is_imported_until_a_fixture_is_used(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text(
        "import sys\n"
        "def test_nothing(request):\n"
        "    assert request.config.pluginmanager.has_plugin('s3vectors_local')\n"
        "    assert not {'boto3', 'moto', 'numpy', 'flask', 's3vectors_local.process'} & set(sys.modules)\n"
    )
    done = run(tmp_path, "-p", "no:hypothesispytest", "-p", "no:xdist")
    assert done.returncode == 0, done.stdout
