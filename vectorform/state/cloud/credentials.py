"""The token that Terraform takes for a host, found where Terraform finds it and in the same order.

Terraform CLI documentation, "CLI Configuration File" (credentials, credentials_helper, host) and
"Environment Variables" (TF_CLI_CONFIG_FILE); OpenTofu's differ in their places alone. Nothing of a token is
ever shown, so no message repeats what a file or a variable contains.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vectorform import engine
from vectorform.errors import UserError
from vectorform.state.cloud import hosts
from vectorform.state.cloud.hcl import NotHcl, parse

_HELPER_SECONDS = 30.0


class BadCredentials(UserError):
    """A token, or a file that may have one, that cannot be used."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is known of a host. `origin` is where the token was found, or would be looked for.

    `services` are those that the CLI configuration gives the host, in place of its own discovery.
    """

    token: str | None = field(repr=False)
    origin: str
    services: Mapping[str, Any] = field(default_factory=dict)


def find(host: str, environ: Mapping[str, str] = os.environ) -> Credentials:
    """The credentials for a host; `token` is None if there is none. Raises BadCredentials."""
    wanted = hosts.comparable(host)
    configuration = _configuration(environ)
    services = _of_host(configuration.get("host"), wanted).get("services", {})
    token, origin = _token(host, wanted, configuration, environ)
    if token is not None:
        _require_usable(token, origin)
    return Credentials(token or None, origin, services if isinstance(services, dict) else {})


def _token(
    host: str, wanted: str, configuration: Mapping[str, Any], environ: Mapping[str, str]
) -> tuple[str | None, str]:
    found = [name for name in environ if name.startswith("TF_TOKEN_")]
    named = [name for name in found if hosts.from_variable(name.removeprefix("TF_TOKEN_")) == wanted]
    if named:
        return environ[named[-1]], named[-1]
    block = _of_host(configuration.get("credentials"), wanted)
    if block:
        token = block.get("token")
        return (token if isinstance(token, str) else None), f'credentials "{host}" of the CLI configuration'
    helpers = configuration.get("credentials_helper")
    if isinstance(helpers, dict) and helpers:
        name, settings = next(iter(helpers.items()))
        return _of_helper(str(name), settings, wanted, environ), f"the credentials helper {name}"
    return None, hosts.variable(host)


def _of_host(blocks: object, wanted: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = {}
    for name, block in blocks.items() if isinstance(blocks, dict) else ():
        if hosts.comparable(str(name)) == wanted and isinstance(block, dict):
            found = block
    return found


def _require_usable(token: str, origin: str) -> None:
    """A character that an HTTP header cannot hold would end in an error that shows the header."""
    if all("!" <= character <= "~" for character in token):
        return
    raise BadCredentials(
        f"the token in {origin} has a character that no token has (a line end, a blank, or non-ASCII): "
        "write it without that character; $(cat FILE) drops the line end"
    )


# Where Terraform looks


def _configuration(environ: Mapping[str, str]) -> dict[str, Any]:
    """All blocks of the CLI configuration. A file that is named replaces every other."""
    named = environ.get("TF_CLI_CONFIG_FILE") or environ.get("TERRAFORM_CONFIG")
    if named:
        return _read(Path(named))
    home = _home(environ)
    folder = _folder(home, environ)
    files = [_main_file(home, environ)]
    if folder.is_dir():
        files += sorted(path for path in folder.iterdir() if path.name.endswith((".tfrc", ".tfrc.json")))
    merged: dict[str, Any] = {}
    for path in files:
        for kind, blocks in _read(path).items():
            known = merged.get(kind)
            if isinstance(known, dict) and isinstance(blocks, dict):
                earlier = {name: block for name, block in known.items() if name not in blocks}
                blocks = {**earlier, **blocks}  # the latest comes last, however its host is spelt
            merged[kind] = blocks
    return merged


def _read(path: Path) -> dict[str, Any]:
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadCredentials(f"{path}: the CLI configuration cannot be read: {error.strerror}") from None
    except (NotHcl, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, NotHcl) else "it is not UTF-8"
        raise BadCredentials(f"{path}: the CLI configuration cannot be read: {why}") from None


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ["HOME"]) if environ.get("HOME") else Path.home()


def _is_opentofu(environ: Mapping[str, str]) -> bool:
    return engine.is_opentofu(engine.binary(environ))


def _main_file(home: Path, environ: Mapping[str, str]) -> Path:
    own, shared = home / ".tofurc", home / ".terraformrc"
    if not _is_opentofu(environ):
        return shared
    if own.exists():
        return own
    if environ.get("XDG_CONFIG_HOME") and not shared.exists():
        return Path(environ["XDG_CONFIG_HOME"]) / "opentofu" / "tofurc"
    return shared


def _folder(home: Path, environ: Mapping[str, str]) -> Path:
    shared = home / ".terraform.d"
    if _is_opentofu(environ) and environ.get("XDG_CONFIG_HOME") and not shared.exists():
        return Path(environ["XDG_CONFIG_HOME"]) / "opentofu"
    return shared


def _of_helper(name: str, settings: object, wanted: str, environ: Mapping[str, str]) -> str | None:
    """What a credentials helper answers (Terraform, "Credentials Helpers"): an object with a token, or {}."""
    plugins = _folder(_home(environ), environ) / "plugins"
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    folders = (plugins, plugins / f"{platform.system().lower()}_{machine}")
    names = (f"terraform-credentials-{name}", f"terraform-credentials-{name}_v*")
    found = [path for folder in folders for form in names for path in sorted(folder.glob(form))]
    if not found:
        return None  # Terraform logs that, and goes on without
    arguments = settings.get("args", []) if isinstance(settings, dict) else []
    command = [str(found[-1]), *map(str, arguments if isinstance(arguments, list) else []), "get", wanted]
    try:
        done = subprocess.run(
            command, env=dict(environ), capture_output=True, timeout=_HELPER_SECONDS, check=True
        )
        answer = json.loads(done.stdout)
        token = answer.get("token")
    except (OSError, subprocess.SubprocessError, ValueError, AttributeError):
        raise BadCredentials(f"the credentials helper {name} gave an invalid answer") from None
    return token if isinstance(token, str) else None
