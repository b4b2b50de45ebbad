"""A project pins what it was made with by where that came from, never by a name that anybody may take."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from vectorform import __version__
from vectorform.project import pin

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def installed(monkeypatch: pytest.MonkeyPatch, records: dict[str, dict[str, object] | None]) -> None:
    def distribution(name: str) -> SimpleNamespace:
        if name not in records:
            raise pin.PackageNotFoundError(name)
        recorded = records[name]
        return SimpleNamespace(read_text=lambda _file: recorded and json.dumps(recorded))

    monkeypatch.setattr(pin, "distribution", distribution)


def test_from_a_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    git = {"url": "https://example.com/vectorform.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}
    installed(monkeypatch, {"vectorform": git})
    assert pin.pins().lines == (f"vectorform @ git+https://example.com/vectorform.git@{COMMIT}",)
    assert pin.pins(("cdktf",)).lines[1] == (
        f"s3vectors-local @ git+https://example.com/vectorform.git@{COMMIT}#subdirectory=s3vectors-local"
    )


def test_from_a_wheel_that_the_project_carries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "with space"
    folder.mkdir()
    ours = folder / f"vectorform-{__version__}-py3-none-any.whl"
    beside = folder / f"s3vectors_local-{__version__}-py3-none-any.whl"
    ours.touch()
    beside.touch()
    installed(monkeypatch, {"vectorform": {"url": ours.as_uri(), "archive_info": {}}})
    pinned = pin.pins(("cdktf", "rehearsal"))
    assert pinned.lines == (f"./wheels/{ours.name}[cdktf,rehearsal]", f"./wheels/{beside.name}")
    assert pinned.wheels == (ours, beside)


def test_from_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, {"vectorform": None})
    assert pin.pins(("cdktf",)).lines == (
        f"vectorform[cdktf]=={__version__}",
        f"s3vectors-local=={__version__}",
    )
