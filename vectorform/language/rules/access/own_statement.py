"""A statement of a role, as the rules on such statements look at it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vectorform.desired.actions import PREFIX
from vectorform.desired.model import Environment
from vectorform.desired.model.access import Statement
from vectorform.language.iam.statement import Part, placed
from vectorform.language.nodes import Node, Path, texts_at

S3VECTORS = PREFIX.removesuffix(":")


@dataclass(frozen=True, slots=True)
class Own:
    """A statement of a role in its place."""

    environment: Environment
    resolved: Statement
    node: Node
    path: Path

    def texts(self, key: str) -> list[Part]:
        """Its texts under a key, as they are written."""
        return [Part(node, (*self.path, *step), text) for step, node, text in texts_at(self.node, key)]

    def resources(self) -> list[Part]:
        """Its resources, filled in; one problem for those of several regions."""
        found = []
        for key in ("resources", "not_resources"):
            filled = getattr(self.resolved, key)
            found += placed(self.node, key, self.path, filled) if filled else []
        return found


def plain(text: str) -> bool:
    """Whether a text has neither wildcards nor variables."""
    return not re.search(r"[*?]|\$\{", text)
