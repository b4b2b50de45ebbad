"""Hostnames as Terraform compares them (its library svchost): lower case, in Punycode, without `:443`."""

from __future__ import annotations

import re
import unicodedata

_DOTS = re.compile("[\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH FULL STOP}\N{HALFWIDTH IDEOGRAPHIC FULL STOP}]")


def comparable(host: str) -> str:
    """The form in which two spellings of one host are equal. A name that is none comes back in lower case."""
    name, colon, port = host.partition(":")
    try:
        name = ".".join(_ascii(label) for label in _DOTS.sub(".", name).split("."))
    except UnicodeError:
        name = name.lower()
    return name if port == "443" else f"{name}{colon}{port}"


def from_variable(name: str) -> str:
    """The host that a variable TF_TOKEN_... is for: `__` stands for a hyphen, `_` for a dot.

    Source: Terraform CLI documentation, "Environment variable credentials".
    """
    return comparable(name.replace("__", "-").replace("_", "."))


def variable(host: str) -> str:
    """The variable in which Terraform looks for the token of a host."""
    return "TF_TOKEN_" + comparable(host).replace("-", "__").replace(".", "_")


def _ascii(label: str) -> str:
    label = unicodedata.normalize("NFKC", label).lower()
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
