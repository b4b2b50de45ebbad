"""`vectorform docs`: the pages that messages name, without a network."""

from __future__ import annotations

from typing import Annotated

import typer


def _pages(_context: typer.Context, incomplete: str) -> list[str]:
    from vectorform.project.handbook import pages

    return [name for name in pages() if name.startswith(incomplete)]


def command(
    page: Annotated[
        str | None,
        typer.Argument(
            metavar="[PAGE]",
            help="The page, such as regions. Default: list all pages.",
            autocompletion=_pages,
        ),
    ] = None,
) -> None:
    """Print a page of the documentation, or list the pages."""
    from vectorform.desired.lookup import named
    from vectorform.project.handbook import pages, text, title

    found = pages()
    if page is None:
        width = max(map(len, found))
        for name, path in found.items():
            typer.echo(f"{name.ljust(width)}  {title(path)}")
        return
    name = page.rpartition("/")[2].removesuffix(".md")
    typer.echo(text(named(name, found, "page", "the documentation")), nl=False)
