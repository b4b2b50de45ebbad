"""The KMS keys that are created: each is used, has an alias of its own, and can be administered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.desired.created_keys import created_keys
from vectorform.desired.model import Key, KeyStatement
from vectorform.language.nodes import Node, Path, has_broken
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import show

UNUSED = Rule("VF446", "key-without-use", "warning")
ALIAS = Rule("VF447", "key-alias")
ALIAS_TWICE = Rule("VF448", "key-alias-twice")
LOCKOUT = Rule("VF449", "key-lockout")

# KMS API Reference, CreateAlias: AliasName.
_ALIAS_FORM = re.compile(r"alias/(?!aws/)[A-Za-z0-9/_-]{1,250}\Z")
_ADMINISTRATION = ("kms:*", "kms:Put*", "kms:PutKeyPolicy")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Each key of `keys`; what differs from region to region, in the first region that has it."""
    nodes = configuration.find("keys").mapping if "keys" in configuration.root.mapping else {}
    used = {key.key for region in configuration.environment.regions for key in region.keys}
    known = not has_broken(configuration.find("vector_buckets")) and not has_broken(
        configuration.find("regions")
    )
    seen: set[str] = set()
    for region in configuration.environment.regions:
        aliases: dict[str, str] = {}
        for key in created_keys(region).values():
            if key in region.keys and key.key not in seen:
                found = list(_key(nodes[key.key], ("keys", key.key), key))
                other = aliases.get(key.alias)
                if other is not None and not found and key.alias:
                    message = f"{show(key.alias)} is the alias of {other} as well, in {region.name}"
                    place = nodes[key.key].mapping.get("alias", nodes[key.key])
                    found = [
                        ALIAS_TWICE.at(place, ("keys", key.key, "alias"), message, "choose another alias")
                    ]
                seen |= {key.key} if found else set()
                yield from found
            aliases[key.alias] = f"the key {key.key}"
    for name, node in nodes.items():
        if name not in used and known and not node.broken:
            message = "nothing is encrypted with it, so it is not created"
            hint = f"write encryption: {{sse_type: aws:kms, key: {name}}} where it belongs, or delete it"
            yield UNUSED.at(node, ("keys", name), message, hint, key=True)


def _key(node: Node, path: Path, key: Key) -> Iterator[Problem]:
    if key.alias and not _ALIAS_FORM.match(key.alias):
        hint = "KMS allows letters, digits, /, _ and -, at most 250; alias/aws/ is reserved by AWS"
        message = f"{show(key.alias)} is not an alias of a key"
        yield ALIAS.at(node.mapping.get("alias", node), (*path, "alias"), message, hint)
    written = node.mapping.get("statements")
    sound = [(n, item) for n, item in enumerate(written.items if written else ()) if not item.broken]
    for (number, item), statement in zip(sound, key.statements, strict=True):
        if _locks_out(statement):
            message = "it stops everybody from changing the key's policy, including the deployer"
            way = "conditions: {ArnNotLike: {aws:PrincipalArn: {deployer: true}}}"
            hint = f"exempt the deployer, {way}, or remove the action"
            yield LOCKOUT.at(item, (*path, "statements", number), message, hint, key=True)


def _locks_out(statement: KeyStatement) -> bool:
    """Nobody but AWS Support could change the policy again (KMS Developer Guide, "Default key policy")."""
    everybody = statement.principals == "*" or "*" in statement.principals.get("AWS", ())
    return (
        statement.effect == "Deny"
        and everybody
        and not statement.conditions
        and any(action in _ADMINISTRATION for action in statement.actions)
    )
