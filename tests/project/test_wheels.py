"""What is in the wheels: one package each, everything that it reads, and nothing of the checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.paths import ROOT
from vectorform import __version__
from vectorform.project.files import COPIED, OF_ENGINE, TEMPLATES
from vectorform.project.handbook import pages


def built(folder: Path, out: Path) -> zipfile.ZipFile:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return zipfile.ZipFile(next(out.glob("*.whl")))


@pytest.fixture(scope="module")
def vectorform(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return built(ROOT, tmp_path_factory.mktemp("vectorform"))


@pytest.fixture(scope="module")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return built(ROOT / "s3vectors-local", tmp_path_factory.mktemp("local"))


def packages(wheel: zipfile.ZipFile) -> set[str]:
    return {name.partition("/")[0] for name in wheel.namelist()}


def test_each_has_one_package(vectorform: zipfile.ZipFile, local_aws: zipfile.ZipFile) -> None:
    assert packages(vectorform) == {"vectorform", f"vectorform-{__version__}.dist-info"}
    assert packages(local_aws) == {"s3vectors_local", f"s3vectors_local-{__version__}.dist-info"}


def test_every_file_of_a_project_is_in_it(vectorform: zipfile.ZipFile) -> None:
    sources = {*COPIED.values(), *(source for files in OF_ENGINE.values() for source in files.values())}
    wanted = {f"vectorform/project/files/{source}" for source in sources}
    wanted |= {f"vectorform/project/files/docs/{path.parent.name}/{path.name}" for path in pages().values()}
    wanted |= {f"vectorform/project/templates/{name}" for name in TEMPLATES.values()}
    assert wanted <= set(vectorform.namelist())


def test_what_is_no_module_is_in_it_too(vectorform: zipfile.ZipFile) -> None:
    """Every file in the package that git tracks; and the schema, which lies beside it in a checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "vectorform"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    wanted = {*listed.stdout.split(), "vectorform/language/schemas/environment.schema.json"}
    assert wanted <= set(vectorform.namelist())
