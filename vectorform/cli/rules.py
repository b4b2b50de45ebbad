"""`vectorform rules`: the rules of the configuration, and the page of one of them."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    rule: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="The id in a message, such as VF401. Default: list all rules."),
    ] = None,
) -> None:
    """Explain a rule: why it exists, its source, and examples.

    One example breaks the rule, one passes.
    """
    from vectorform.cli.screen_lines import hanging
    from vectorform.errors import UserError
    from vectorform.language.rules.pages import all_rules, as_markdown, page
    from vectorform.wording import closest, show

    known = all_rules()
    if rule is None:
        for each in known.values():
            typer.echo(hanging(f"{each.id}  {each.severity:<7}  ", page(each).title))
        return
    found = known.get(rule.upper().strip("[]"))
    if found is None:
        near = closest(rule.upper(), known)
        hint = f"did you mean {near}?" if near else "vectorform rules lists them"
        raise UserError(f"there is no rule {show(rule)}; {hint}")
    typer.echo(as_markdown(page(found)).rstrip())
