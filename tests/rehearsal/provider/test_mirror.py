from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vectorform.rehearsal.provider import VERSION, mirror


def executables(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"mirror/*/hashicorp/aws/{VERSION}/*/terraform-provider-aws_v{VERSION}_x5"))


def test_the_mirror_serves_terraform_and_opentofu(tmp_path: Path) -> None:
    directory = tmp_path / 'a "strange" place'
    configuration = mirror.install(directory)
    assert [path.relative_to(directory).parts[1] for path in executables(directory)] == [
        "registry.opentofu.org",
        "registry.terraform.io",
    ]
    assert all(os.access(path, os.X_OK) for path in executables(directory))
    assert 'a \\"strange\\" place/mirror' in configuration.read_text()


def test_installing_again_changes_nothing(tmp_path: Path) -> None:
    configuration = mirror.install(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in [configuration, *executables(tmp_path)]}
    assert mirror.install(tmp_path) == configuration
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_another_python_is_no_other_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lock files of a kept rehearsal have its checksum, and an environment of Python may be recreated."""
    mirror.install(tmp_path)
    before = [path.read_bytes() for path in executables(tmp_path)]
    monkeypatch.setattr("sys.executable", "/another/python")
    mirror.install(tmp_path)
    assert [path.read_bytes() for path in executables(tmp_path)] == before
    assert "/another/python" in (tmp_path / "provider.sh").read_text()


def test_several_may_install_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(mirror.install, [tmp_path] * 16))) == 1
    assert not [path for path in tmp_path.rglob(".*") if path.is_file()]


def test_what_is_written_halfway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        mirror.install(tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_script_runs_the_provider_from_anywhere(tmp_path: Path) -> None:
    mirror.install(tmp_path)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [executables(tmp_path)[0]], cwd="/", env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "Terraform starts it, nobody else" in done.stderr
    assert done.stdout == ""
