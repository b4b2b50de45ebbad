"""KMS keys that are created: checked nodes to the desired state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vectorform.desired.attributes import KEY, KEY_STATEMENT
from vectorform.desired.model import Key, KeyStatement, VectorBucket
from vectorform.language.nodes import Node
from vectorform.language.resolve.bucket_policies import principals
from vectorform.language.resolve.policy_texts import conditions
from vectorform.language.resolve.scope import Scope
from vectorform.language.typed_values import as_written, entries, source

ALIAS = "alias/{project}-{key}-{environment}"
_PREFIX = "alias/"
# What stands for the required keys where the schema missed them: only rules see it.
_MISSED: dict[str, Any] = {"effect": "Deny", "actions": ()}


def keys_in_use(node: Node | None, buckets: Iterable[VectorBucket], region: Scope) -> tuple[Key, ...]:
    """Those that something in the region is encrypted with."""
    used = {
        encryption.key
        for bucket in buckets
        for encryption in (bucket.encryption, *(index.encryption for index in bucket.written_indexes))
        if encryption
    }
    return tuple(_key(key, child, region) for key, child in entries(node) if key in used and not child.broken)


def _key(key: str, node: Node, region: Scope) -> Key:
    scope = region.at("keys", key).knowing(key=key)
    alias = scope.fill(node, "alias", ALIAS)
    written = node.mapping.get("statements")
    return Key(
        key=key,
        alias=alias if alias.startswith(_PREFIX) or not alias else _PREFIX + alias,
        description=scope.fill(node, "description", ""),
        statements=tuple(
            _statement(child, scope.at("statements", position))
            for position, child in enumerate(written.items if written else ())
            if not child.broken
        ),
        tags=scope.tags(node),
        source=source(node),
        **as_written(KEY, node),
    )


def _statement(node: Node, scope: Scope) -> KeyStatement:
    named, roles = principals(node, scope)
    return KeyStatement(
        principals=named,
        roles=roles,
        conditions=conditions(node, scope),
        **{**_MISSED, **as_written(KEY_STATEMENT, node)},
    )
