"""`vectorform lock`: which provider every plan and deploy of this project uses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vectorform.cli.working import doing


def command(
    platform: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OS_ARCH",
            help="A platform that it holds for; repeatable. Default: linux_amd64, linux_arm64, darwin_arm64.",
        ),
    ] = None,
    upgrade: Annotated[
        bool, typer.Option("--upgrade", help="Take the newest versions, not those that it has.")
    ] = False,
    mirror: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Take the packages from this mirror, not from the registry."),
    ] = None,
) -> None:
    """Write the lock of Terraform's providers, for all stacks.

    .terraform.lock.hcl belongs into version control: every synth gives it to every stack.
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
    for name, version in after.items():
        was = f", was {before[name]}" if before.get(name, version) != version else ""
        typer.echo(f"{name} {version}{was}")
