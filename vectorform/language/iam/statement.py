"""A statement of a bucket's policy as the rules see it: what it comes to, and where each text was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from vectorform.desired.model import Environment, PolicyStatement, Region, VectorBucket
from vectorform.language.nodes import Node, Path, find, has_broken, texts_at


@dataclass(frozen=True, slots=True)
class Part:
    """A text with its variables filled in, and where it was written. Never empty."""

    node: Node
    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a Condition: `operator: {key: values}`, with the positions of operator and key."""

    operator: Part
    key: Part
    values: tuple[Part, ...]


class Conditioned(Protocol):
    """What has conditions: a statement, of a bucket policy or of a role, and a role's trust."""

    @property
    def region(self) -> Region:
        """Where it counts; of IAM, the home region."""

    @property
    def effect(self) -> str:
        """Allow or Deny."""

    def conditions(self) -> Iterator[Test]:
        """Every test of its conditions."""


@dataclass(frozen=True, slots=True)
class RoleConditions:
    """The conditions of a role's trust, or of a statement of its own. `node` has them under `conditions`.

    A text with {region} came to one for each region: its values are placed by their list.
    """

    region: Region
    effect: str
    resolved: Mapping[str, Mapping[str, tuple[str, ...]]]
    node: Node
    path: Path

    def conditions(self) -> Iterator[Test]:
        """Every test of its conditions."""
        written = self.node.mapping.get("conditions")
        for operator, keys in written.mapping.items() if written is not None else ():
            place: Path = (*self.path, "conditions", operator)
            filled = self.resolved.get(operator, {})
            if len(filled) == len(keys.mapping):
                for (key, values), name in zip(filled.items(), keys.mapping, strict=True):
                    yield Test(
                        Part(keys, place, operator),
                        Part(keys.mapping[name], (*place, name), key),
                        tuple(placed(keys, name, place, values)),
                    )


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in its place. `resolved` has what its templates come to, in the same order as the nodes."""

    environment: Environment
    region: Region
    bucket: VectorBucket
    resolved: PolicyStatement
    node: Node
    path: Path

    @property
    def whole(self) -> bool:
        """Whether all of it could be read, and every template in it filled in."""
        principals = self.resolved.principals
        named = () if isinstance(principals, str) else principals.values()
        written = find(self.node, ("conditions",)).mapping.values() if self.resolved.conditions else ()
        if any(
            len(filled) != len(keys.mapping)
            for filled, keys in zip(self.resolved.conditions.values(), written, strict=False)
        ):
            return False
        values = (texts for keys in self.resolved.conditions.values() for texts in keys.values())
        return not has_broken(self.node) and all(all(texts) for texts in (*named, *values))

    @property
    def effect(self) -> str:
        """Allow or Deny."""
        return self.resolved.effect

    @property
    def actions(self) -> list[Part]:
        """Its actions, as they are written."""
        return [Part(node, (*self.path, *step), text) for step, node, text in texts_at(self.node, "actions")]

    @property
    def everybody(self) -> Part | None:
        """Where it says `principals: "*"`, or {AWS: "*"}; None if it names somebody."""
        if self.resolved.principals == "*":
            node = self.node.mapping.get("principals", self.node)
            return Part(node, (*self.path, "principals"), "*")
        return next((part for kind, part in self.principals() if (kind, part.text) == ("AWS", "*")), None)

    def principals(self) -> Iterator[tuple[str, Part]]:
        """Kind (AWS or Service) and name of each principal."""
        if isinstance(self.resolved.principals, str) or "principals" not in self.node.mapping:
            return
        node, path = self.node.mapping["principals"], (*self.path, "principals")
        for kind, filled in self.resolved.principals.items():
            for part in _parts(node, kind, path, filled):
                yield kind, part

    def conditions(self) -> Iterator[Test]:
        """Every test of its conditions."""
        if "conditions" not in self.node.mapping:
            return
        conditions, path = self.node.mapping["conditions"], (*self.path, "conditions")
        for operator, keys in conditions.mapping.items():
            place: Path = (*path, operator)
            filled = self.resolved.conditions.get(operator, {})
            if len(filled) != len(keys.mapping):  # two that came to one key, which was complained about
                continue
            for (key, values), written in zip(filled.items(), keys.mapping, strict=True):
                yield Test(
                    Part(keys, place, operator),
                    Part(keys.mapping[written], (*place, written), key),
                    tuple(_parts(keys, written, place, values)),
                )


def placed(node: Node, key: str, path: Path, filled: tuple[str, ...]) -> list[Part]:
    """The texts at a key of `node`, which may have come to more or fewer than were written."""
    written = texts_at(node, key)
    if len(written) != len(filled):
        return [Part(node.mapping[key], (*path, key), text) for text in filled if text]
    return list(_parts(node, key, path, filled))


def _parts(node: Node, key: str, path: Path, filled: tuple[str, ...]) -> Iterator[Part]:
    """The texts at a key; what could not be filled in was complained about already."""
    for (step, child, _), text in zip(texts_at(node, key), filled, strict=True):
        if text:
            yield Part(child, (*path, *step), text)
