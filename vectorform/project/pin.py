"""How a project pins the vectorform that it was made with: as it is installed here, never by a name alone.

Until the distributions are on a package index, anybody who takes their names there would run in pipelines
that install by name. Source: PyPA, "Recording the Direct URL Origin of installed distributions"
(direct_url.json).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from vectorform import __version__

DISTRIBUTION = "vectorform"
LOCAL_AWS = "s3vectors-local"
WHEELS = "wheels"


@dataclass(frozen=True, slots=True)
class Pin:
    """Lines of a requirements file, and the wheels that they name and that the project has to carry."""

    lines: tuple[str, ...]
    wheels: tuple[Path, ...] = ()


def deploying(framework: str | None) -> tuple[str, ...]:
    """The extras of who deploys and rehearses."""
    return (framework or "cdktf", "rehearsal", "toolchain")


def pins(extras: tuple[str, ...] = ()) -> Pin:
    """The lines that install this very vectorform, with these extras."""
    names = [DISTRIBUTION, *([LOCAL_AWS] if extras else [])]
    lines: list[str] = []
    wheels: list[Path] = []
    for name in names:
        wanted = extras if name == DISTRIBUTION else ()
        line, wheel = _pin(name, f"[{','.join(wanted)}]" if wanted else "")
        lines.append(line)
        wheels += [wheel] if wheel else []
    return Pin(tuple(lines), tuple(wheels))


def _pin(name: str, extras: str) -> tuple[str, Path | None]:
    recorded = _recorded(name)
    url = str(recorded.get("url", ""))
    if "vcs_info" in recorded:
        commit = recorded["vcs_info"]["commit_id"]
        folder = f"#subdirectory={recorded['subdirectory']}" if "subdirectory" in recorded else ""
        return f"{name}{extras} @ git+{url}@{commit}{folder}", None
    path = Path(unquote(urlparse(url).path)) if url.startswith("file:") else None
    if path is not None and path.suffix == ".whl":
        return f"./{WHEELS}/{path.name}{extras}", path if path.exists() else None
    if url:
        return f"{name}{extras} @ {url}", None
    return f"{name}{extras}=={__version__}", None


def _recorded(name: str) -> dict[str, Any]:
    """Where a distribution was installed from; one that is not: where it would be beside ours."""
    try:
        return dict(json.loads(distribution(name).read_text("direct_url.json") or "{}"))
    except PackageNotFoundError:
        beside = _recorded(DISTRIBUTION)
    url = str(beside.get("url", ""))
    if "vcs_info" in beside:
        return {**beside, "subdirectory": name}
    if url.endswith(".whl"):
        folder, wheel = url.rpartition("/")[0], name.replace("-", "_")
        return {"url": f"{folder}/{wheel}-{__version__}-py3-none-any.whl"}
    return {"url": f"{url}/{name}"} if url else {}
