"""Where Terraform and OpenTofu find the offline provider: a filesystem mirror and a CLI configuration.

Layouts: Terraform documentation, "CLI Configuration: Explicit Installation Method Configuration".
"""

from __future__ import annotations

import os
import platform
import shlex
import sys
import tempfile
from pathlib import Path

from vectorform.rehearsal.provider import VERSION

_REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def install(directory: Path) -> Path:
    """Write the mirror and the CLI configuration file into `directory`; return the latter's path.

    The path is for TF_CLI_CONFIG_FILE. Safe to run again, and by two processes at once.
    """
    directory = directory.resolve()
    mirror = directory / "mirror"
    # The package is the same whatever Python starts it: its checksum is in lock files that outlive one.
    start = directory / "provider.sh"
    _write(start, _launcher(), executable=True)
    package = f'#!/bin/sh\nexec {shlex.quote(str(start))} "$@"\n'
    for registry in _REGISTRIES:
        executable = mirror / registry / "hashicorp" / "aws" / VERSION / _target()
        _write(executable / f"terraform-provider-aws_v{VERSION}_x5", package, executable=True)
    configuration = directory / "terraform.rc"
    _write(configuration, _configuration(mirror))
    return configuration


def offline(directory: Path) -> dict[str, str]:
    """The variables that have Terraform and cdktf use the offline provider, installed in `directory`."""
    return {
        "TF_CLI_CONFIG_FILE": str(install(directory)),
        # cdktf would put it into the cache of the user's genuine providers, shared by all projects.
        "CDKTF_DISABLE_PLUGIN_CACHE_ENV": "true",
        # `terraform providers lock` always asks the registry, whatever the mirror holds.
        "CDKTF_SKIP_PROVIDER_LOCK": "true",
    }


def _launcher() -> str:
    """A script that runs this Python on this checkout, whatever directory Terraform is in."""
    checkout = Path(__file__).resolve().parents[3]
    return (
        "#!/bin/sh\n"
        f"PYTHONPATH={shlex.quote(str(checkout))}${{PYTHONPATH:+:$PYTHONPATH}}\n"
        "export PYTHONPATH\n"
        f'exec {shlex.quote(sys.executable)} -m vectorform.rehearsal.provider "$@"\n'
    )


def _configuration(mirror: Path) -> str:
    included = ", ".join(f'"{registry}/hashicorp/aws"' for registry in _REGISTRIES)
    path = str(mirror).replace("\\", "\\\\").replace('"', '\\"')
    return (
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f'    path    = "{path}"\n'
        f"    include = [{included}]\n"
        "  }\n"
        "  direct {\n"
        f"    exclude = [{included}]\n"
        "  }\n"
        "}\n"
    )


def _target() -> str:
    """The platform as Terraform spells it, e.g. linux_amd64."""
    machine = platform.machine().lower()
    return f"{platform.system().lower()}_{_ARCHITECTURES.get(machine, machine)}"


def _write(path: Path, text: str, *, executable: bool = False) -> None:
    """Write the whole file or none of it; leave one alone that is right already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o755 if executable else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
