"""`requires` of an environment: which vectorform its configuration is written for.

Checked before anything else: a version that does not know a key would call it wrong. Specifiers are those
of Python packages (PyPA, "Version specifiers").
"""

from __future__ import annotations

from collections.abc import Iterator

from vectorform import __version__
from vectorform.language.nodes import Node, Path, find
from vectorform.language.problems import Problem
from vectorform.language.rules.files import SPECIFIER, UNMET
from vectorform.wording import show

_PATH: Path = ("requires", "vectorform")


def unmet(root: Node) -> Iterator[Problem]:
    """The problem with `requires.vectorform`: it is no specifier, or this version is none of it."""
    node = find(root, _PATH)
    if not isinstance(node.value, str):
        return  # there is none, or the schema complains
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        if not SpecifierSet(node.value).contains(__version__, prereleases=True):
            message = f"this configuration needs vectorform {node.value}, but this is {__version__}"
            hint = "install a version that fits, in the project's requirements"
            yield UNMET.at(node, _PATH, message, hint)
    except InvalidSpecifier:
        message = f"{show(node.value)} does not name versions"
        yield SPECIFIER.at(node, _PATH, message, 'write it as ">=1.4,<2"')
