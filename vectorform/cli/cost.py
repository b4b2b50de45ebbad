"""`vectorform cost`: what an environment, or a change of it, costs in a month."""

from __future__ import annotations

import enum
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import Env, PricesOf
from vectorform.errors import UserError

if TYPE_CHECKING:
    from vectorform.cost.costs import Measured, Place
    from vectorform.cost.measure import Subject
    from vectorform.cost.prices import Prices
    from vectorform.desired.model import Environment


class Format(enum.StrEnum):
    """What the cost is printed as."""

    table = "table"
    json = "json"
    markdown = "markdown"


def command(
    name: Env,
    against: Annotated[
        str, typer.Option(metavar="REF", help="Show what differs from this commit, branch or tag.")
    ] = "",
    measure: Annotated[
        bool,
        typer.Option("--measure", help="Count the vectors in AWS. The requests cost money; it asks first."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --measure: do not ask.")] = False,
    prices_of: PricesOf = "",
    format: Annotated[Format, typer.Option(help="The output format.")] = Format.table,
) -> None:
    """Estimate what an environment costs in a month.

    In US dollars before tax, from the usage that the configuration expects (`expected`) or from the vectors
    in AWS (--measure).

    Exit 0: printed, even if something is not known; 2: the estimate could not be made.
    """
    from importlib import import_module

    from vectorform.cost.changes import cost_change
    from vectorform.cost.costs import costs
    from vectorform.cost.prices import named_prices, prices
    from vectorform.language import project_root
    from vectorform.language.loader import load_to_compare

    root = project_root(Path.cwd())
    environment = load_to_compare(name, root)
    known = prices()
    instead = named_prices(prices_of)
    measured = _measured(environment, known, prices_of, yes) if measure else {}
    cost = costs(environment, known, prices_of=instead, measured=measured)
    change = None
    if against:
        from vectorform.language.revisions import load_at

        former = load_at(name, root, against)
        before = costs(former, known, prices_of=instead, measured=measured) if former else None
        change = cost_change(against, before, cost)
    typer.echo(import_module(f"vectorform.cost.formats.{format}").render(cost, known, change), nl=False)


def _measured(
    environment: Environment, prices: Prices, prices_of: str, yes: bool
) -> Mapping[Place, Measured]:
    """What the environment's indexes hold. Raises UserError where one of them cannot be read."""
    from vectorform.cost.measure import OPERATIONS, measure, subjects
    from vectorform.verifier.aws import Aws
    from vectorform.verifier.reading import Unreadable

    measuring = subjects(environment)
    _agreed(measuring, prices, prices_of, yes)
    aws = Aws.of(environment, OPERATIONS)
    found: dict[Place, Measured] = {}
    for subject in measuring:
        where = (subject.region.name, subject.index.address)
        try:
            counted = measure(aws, subject)
        except Unreadable as error:
            raise UserError(f"{where[1]} in {where[0]} cannot be counted: {error}\n{error.fix}") from error
        if counted is None:
            typer.echo(f"{where[1]} is not in AWS in {where[0]}: using `expected` instead", err=True)
            continue
        found[where] = counted
        if sys.stderr.isatty():
            typer.echo(f"{where[1]} in {where[0]}: {counted.vectors:,} vectors", err=True)
    return found


def _agreed(measuring: Sequence[Subject], prices: Prices, prices_of: str, yes: bool) -> None:
    """Say what it costs to count, and go on only if that is agreed to."""
    from vectorform.cost.measure import MOST_PAGES, PAGE, effort
    from vectorform.cost.wording import plural, usd

    regions = dict.fromkeys(subject.region.name for subject in measuring)
    unknown = [region for region in regions if region not in prices.regions]
    instead = prices_of or next(iter(prices.regions))
    needs = effort(measuring, prices, dict.fromkeys(unknown, instead))
    most = f"At most {usd(needs.usd)}"
    if unknown:
        most += f" at the prices of {instead}; those of {', '.join(unknown)} are not known"
    typer.echo(
        f"--measure lists the vectors of {plural(needs.indexes, 'index', 'indexes')}: a ListVectors request "
        f"for {PAGE:,} vectors and one more, at most {MOST_PAGES + 1:,} for an index, {needs.requests:,} in "
        f"all. {most}.",
        err=True,
    )
    if yes or not measuring:
        return
    if not sys.stdin.isatty():
        raise UserError("there is no terminal to ask on; add --yes to count without asking")
    if not typer.confirm("Count them?", err=True):
        raise UserError("not counted")
