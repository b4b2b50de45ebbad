"""`vectorform lock`: which provider every plan and deploy of this project uses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vectorform.cli.arguments import OutputFormat
from vectorform.cli.output import Format, print_json
from vectorform.cli.working import doing


def command(
    platform: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OS_ARCH",
            help="A platform to lock for; repeatable. Default: linux_amd64, linux_arm64, darwin_arm64.",
        ),
    ] = None,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Select the newest allowed versions instead of the locked ones.")
    ] = False,
    mirror: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Fetch providers from this mirror instead of the registry."),
    ] = None,
    format: OutputFormat = Format.text,
) -> None:
    """Write .terraform.lock.hcl, the lock of all providers.

    Commit the file to version control: every synth copies it into every stack.
    """
    from vectorform.language import project_root
    from vectorform.processes import project, provider_lock
    from vectorform.processes.children import Children

    root = project_root(Path.cwd())
    before = provider_lock.versions(root)
    with (
        project.alone(root) as surroundings,
        Children(cwd=root, environment=surroundings, grace=20.0) as children,
        doing("synthesizing") as tell,
    ):
        binary = project.terraform_binary(surroundings)
        wanted = provider_lock.required_providers(project.synth(root, children, ()).values())
        tell("fetching the checksums of the providers, of each platform")
        after = provider_lock.renew(
            root,
            wanted,
            binary,
            children,
            platforms=platform or provider_lock.PLATFORMS,
            upgrade=upgrade,
            mirror=mirror,
        )
    if format is Format.json:
        providers = [
            {"name": name, "version": version, "before": before.get(name)} for name, version in after.items()
        ]
        print_json({"file": provider_lock.LOCK_FILE, "providers": providers})
        return
    for name, version in after.items():
        was = f", was {before[name]}" if before.get(name, version) != version else ""
        typer.echo(f"{name} {version}{was}")
