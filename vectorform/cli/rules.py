"""`vectorform rules`: the rules of the configuration, and the page of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vectorform.cli.arguments import OutputFormat
from vectorform.cli.output import Format, print_json

if TYPE_CHECKING:
    from vectorform.language.rules.pages import Page


def command(
    rule: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="The id in a message, such as VF401. Default: list all rules."),
    ] = None,
    format: OutputFormat = Format.text,
) -> None:
    """Explain a rule: why it exists, its source, and examples.

    One example breaks the rule, one passes.
    """
    from vectorform.cli.screen_lines import hanging, on_stdout
    from vectorform.errors import UserError
    from vectorform.language.rules.pages import all_rules, as_markdown, page
    from vectorform.wording import closest, show

    known = all_rules()
    if rule is None:
        if format is Format.json:
            print_json({"rules": [_document(page(each)) for each in known.values()]})
            return
        for each in known.values():
            typer.echo(hanging(f"{each.id}  {each.severity:<7}  ", page(each).title))
        return
    found = known.get(rule.upper().strip("[]"))
    if found is None:
        near = closest(rule.upper(), known)
        hint = f"did you mean {near}?" if near else "vectorform rules lists them"
        raise UserError(f"there is no rule {show(rule)}; {hint}")
    if format is Format.json:
        print_json({"rules": [_document(page(found))]})
        return
    typer.echo(on_stdout(as_markdown(page(found)).rstrip()))


def _document(page: Page) -> dict[str, object]:
    """A page for `--format json`; an example is a text by the name of its file."""
    return {
        "id": page.rule.id,
        "name": page.rule.name,
        "severity": page.rule.severity,
        "title": page.title,
        "why": page.why,
        "source": page.source,
        "wrong": page.wrong and page.wrong.files,
        "right": page.right and page.right.files,
    }
