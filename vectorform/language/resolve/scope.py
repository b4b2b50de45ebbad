"""Where a template stands: the variables that it may use, its path in the YAML, and where its problems go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from vectorform.language.nodes import Node, Path, texts_at
from vectorform.language.problems import Problem
from vectorform.language.references import DEPLOYER, ROLE_OF
from vectorform.language.templates import TemplateError, fill, fill_policy_text


@dataclass(frozen=True, slots=True)
class Scope:
    """`values` are the variables by name; `path` leads to the mapping whose keys are read."""

    values: Mapping[str, str]
    problems: list[Problem]
    path: Path = ()

    def at(self, *steps: str | int) -> Scope:
        """The same, further down in the YAML."""
        return replace(self, path=(*self.path, *steps))

    def knowing(self, **values: str) -> Scope:
        """The same, with further variables."""
        return replace(self, values={**self.values, **values})

    def fill(self, node: Node, key: str, default: str, later: tuple[str, ...] = ()) -> str:
        """The template at `key`, resolved; "" for one that cannot be. `later` are variables that stay."""
        child = node.mapping.get(key)
        if child is not None and child.broken:
            return ""
        try:
            return fill(default if child is None else str(child.value), self.values, later)
        except TemplateError as error:
            self.problems.append(error.rule.at(child or node, (*self.path, key), str(error), error.hint))
            return ""

    def tags(self, node: Node) -> dict[str, str]:
        """The tags of an object, their values resolved."""
        tags = node.mapping.get("tags")
        if tags is None:
            return {}
        within = self.at("tags")
        return {key: within.fill(tags, key, "") for key in tags.mapping}

    def policy_texts(self, node: Node, key: str) -> tuple[str, ...]:
        """The texts at `key`, which IAM reads, with our variables filled in; "" for one that cannot be."""
        return tuple(
            self.policy_text(written, child, (*self.path, *step))
            for step, child, written in texts_at(node, key)
        )

    def referred(self, node: Node) -> tuple[str, ...]:
        """The ARNs of the roles that a map names: `{access: NAME}` or several names, `{deployer: true}`."""
        found = [
            self.policy_text(f"{{{ROLE_OF}{name}}}", child, (*self.path, *step))
            for step, child, name in texts_at(node, "access")
        ]
        deployer = node.mapping.get("deployer")
        if deployer is not None and deployer.value is True:
            found.append(self.policy_text(f"{{{DEPLOYER}}}", deployer, (*self.path, "deployer")))
        return tuple(arn for arn in found if arn)

    def policy_text(self, written: str, node: Node, path: Path, of_key: bool = False) -> str:
        """One text that IAM reads: a value, or a key of a mapping."""
        try:
            return fill_policy_text(written, self.values)
        except TemplateError as error:
            self.problems.append(error.rule.at(node, path, str(error), error.hint, key=of_key))
            return ""
