"""An environment as it was at a commit: its `config/` there, read as today's is.

What a file extends is in `config/` or in an installed package, so that nothing else is needed.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from vectorform.desired.model import Environment
from vectorform.errors import UserError
from vectorform.language.loader import CONFIG, check
from vectorform.language.problems import ConfigurationError


def load_at(name: str, root: Path, reference: str) -> Environment | None:
    """The environment `name` of the project `root` at a commit, a branch or a tag; None: it was not there.

    Raises UserError where git does not know it, or where what was there does not pass today's checks.
    """
    archive = _archive(root, _commit(root, reference))
    if archive is None:
        return None
    with tempfile.TemporaryDirectory(prefix="vectorform-") as folder:
        there = Path(folder)
        try:
            with tarfile.open(fileobj=io.BytesIO(archive)) as files:
                unpack(files, there)
        except tarfile.TarError as error:
            raise UserError(f"{reference}: its files cannot be read: {error}") from error
        if not any((there / CONFIG / f"{name}{suffix}").exists() for suffix in (".yaml", ".py")):
            return None
        try:
            return check(name, there).required()
        except ConfigurationError as error:
            raise UserError(f"{name} at {reference} does not pass the current checks:\n{error}") from error


def unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Write what git, or another tool that is trusted, has put into an archive.

    Raises tarfile.TarError for a path or a link that leads out of the folder; Python before 3.11.4 has no
    filters and does not look.
    """
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
    else:
        archive.extractall(folder)


def _commit(root: Path, reference: str) -> str:
    """The hash of the commit. Raises UserError."""
    found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
    if found.returncode == 0:
        return found.stdout.decode("ascii").strip()
    if _git(root, "rev-parse", "--is-inside-work-tree").returncode != 0:
        raise UserError(f"{root} is not in a Git repository, so there is no {reference} to compare with")
    raise UserError(f"this clone has no commit {reference}; fetch it (in a pipeline: `fetch-depth: 0`)")


def _archive(root: Path, commit: str) -> bytes | None:
    """`config/` at a commit, as a tar file; None: it was not there."""
    if _git(root, "cat-file", "-e", f"{commit}:./{CONFIG}").returncode != 0:
        return None
    packed = _git(root, "archive", "--format=tar", commit, CONFIG)
    if packed.returncode != 0:
        raise UserError(f"git archive {commit}: {packed.stderr.decode(errors='replace').strip()}")
    return packed.stdout


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise UserError("git is not on PATH: --against reads the other version with it") from None
