"""`vectorform report`: one page about an environment, to hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vectorform.cli.arguments import Env, PricesOf
from vectorform.errors import UserError


def command(
    name: Env,
    html: Annotated[Path, typer.Option("--html", metavar="FILE", help="The file to write.")],
    verification: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The output of `vectorform verify ENV --format json`."),
    ] = None,
    prices_of: PricesOf = "",
) -> None:
    """Write an HTML page about an environment.

    The page has a picture, who may do what, the cost, the last verification and the configuration.

    It is self-contained: it loads nothing and needs no server. Exit 0: written; 1: the
    configuration has errors; 2: not written.
    """
    from vectorform import language
    from vectorform.cost.costs import costs
    from vectorform.cost.prices import named_prices, prices
    from vectorform.language.explain import explained
    from vectorform.report.page import content, render
    from vectorform.report.verification import read

    root = language.project_root(Path.cwd())
    report = language.check(name, root)
    environment = report.required()
    assert report.tree is not None
    last = read(verification, environment.name) if verification else None
    cost = costs(environment, prices(), prices_of=named_prices(prices_of))
    page = render(content(environment, explained(environment, report.tree), cost, prices(), last))
    try:
        html.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{html}: cannot be written: {error.strerror}") from None
    typer.echo(f"{html}: {len(page):,} characters", err=True)
