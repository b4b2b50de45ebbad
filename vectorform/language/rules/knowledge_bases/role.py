"""The role of a knowledge base: an entry that there is, or its own, with a name and size that IAM takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from vectorform.desired.policies import role_policy
from vectorform.desired.service_limits import ROLE_NAME
from vectorform.language.nodes import find
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import KnowledgeBaseIn
from vectorform.wording import did_you_mean, show

NO_ROLE = Rule("VF830", "knowledge-base-without-such-role")
NAME = Rule("VF831", "knowledge-base-role-name")
SIZE = Rule("VF832", "knowledge-base-role-size")

# IAM User Guide, "IAM and AWS STS quotas": all inline policies of a role together, white space not counted.
_MOST = 10_240


def named(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """Another entry's role, or a name for its own."""
    node = find(of.node, ("role", "access"))
    if isinstance(node.value, str) and "access" in find(of.node, ("role",)).mapping and not node.broken:
        entries = of.configuration.find("access")
        roles = [access.key for access in of.environment.access if access.role and not access.knowledge_base]
        if node.value not in roles and not entries.broken and not _refused(of, node.value):
            message = f"there is no access entry {show(node.value)} with a role"
            hint = (
                did_you_mean(node.value, roles) if roles else "give an access entry a `role`, or leave it out"
            )
            yield NO_ROLE.at(node, (*of.path, "role", "access"), message, hint)
        return
    own = of.own_role
    if own is not None and own.role and own.role.name and not ROLE_NAME.match(own.role.name):
        name = own.role.name
        message = f"its role would be named {show(name)}, {len(name)} characters long"
        place = of.place("role") if "role" in of.node.mapping else (of.node, of.path)
        yield NAME.at(*place, message, "IAM allows 64: write role: {name: ...}", key=True)


def size(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """What it needs in all regions is one policy within the role."""
    own = of.own_role
    if own is None or not of.found:
        return
    document = json.dumps(role_policy(of.environment, own), separators=(",", ":"), ensure_ascii=False)
    length = len(re.sub(r"\s", "", document))
    if length > _MOST:
        message = f"the policy of its role would have {length:,} characters; IAM allows {_MOST:,}"
        yield SIZE.at(of.node, of.path, message, "split it: fewer data sources each", key=True)


def _refused(of: KnowledgeBaseIn, entry: str) -> bool:
    node = of.configuration.find("access").mapping.get(entry)
    return node is not None and (node.broken or find(node, ("role",)).broken)
