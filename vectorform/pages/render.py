"""The templates, and how a page is made of one. Import it late: jinja2 takes its time."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape


def render(template: str, **values: object) -> str:
    """The HTML document. What is not a template's own text is escaped; what a template lacks is an error."""
    templates = Environment(
        loader=PackageLoader("vectorform.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["code"] = with_code
    templates.filters["number"] = "{:,}".format
    return templates.get_template(template).render(values)


def with_code(text: str) -> Markup:
    """The text, escaped, in which what stands between backticks is code."""
    parts = [escape(part) for part in text.split("`")]
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )
