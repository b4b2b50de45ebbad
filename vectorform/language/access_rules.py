"""Access entries: what they are granted exists, and IAM can hold their policies."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from vectorform.desired.model import Access, Environment, Role
from vectorform.desired.policies import access_policy
from vectorform.desired.service_limits import MAX_MANAGED_POLICY, POLICY_NAME, ROLE_DESCRIPTION, ROLE_NAME
from vectorform.language.nodes import Node, Path, find, texts_at
from vectorform.language.problems import Problems
from vectorform.language.region_trees import RegionTree
from vectorform.language.tag_rules import TagRules
from vectorform.wording import did_you_mean, show


def check_access(
    environment: Environment, root: Node, regions: list[RegionTree], tags: TagRules, problems: Problems
) -> None:
    """Every access entry. What is granted has to exist in one region at least."""
    buckets: dict[str, dict[str, None]] = {}
    for tree in regions:
        for key, bucket in tree.vector_buckets.mapping.items():
            buckets.setdefault(key, {}).update(dict.fromkeys(find(bucket, ("indexes",)).mapping))
    for access in environment.access:
        path: Path = ("access", access.key)
        node = find(root, path)
        tags.check(node, path, access.tags, in_iam=True)
        if not POLICY_NAME.match(access.policy_name):
            message = f"its policy would be named {show(access.policy_name)}"
            hint = "IAM allows 128 letters, digits and any of +=,.@_-: choose a shorter key"
            problems.add(node, path, message, hint, key=True)
        if access.role is not None and environment.regions:  # without a region nothing is known of ARNs
            _check_role(environment, access, access.role, node, path, problems)
        if _grants_exist(node, path, buckets, problems):
            _check_size(environment, access, node, path, problems)


def _check_role(
    environment: Environment, access: Access, role: Role, entry: Node, path: Path, problems: Problems
) -> None:
    if not ROLE_DESCRIPTION.match(access.description):
        hint = "IAM takes Latin letters (ISO 8859-1) only in a role's description"
        place = entry.mapping["description"], (*path, "description")
        problems.add(*place, "the role cannot be described like this", hint)
    node, path = entry.mapping["role"], (*path, "role")
    if environment.regions and (role.trusted_services or role.trusted_principals):
        from vectorform.language.iam.trust_rules import known_trust  # few entries have a role

        known_trust(environment, role, node, path, problems)
    if not ROLE_NAME.match(role.name):
        message = f"the role would be named {show(role.name)}, {len(role.name)} characters long"
        problems.add(node, path, message, "IAM allows 64: choose a shorter key", key=True)
    if not role.trusted_services and not role.trusted_principals:
        hint = "write trusted_services: [lambda.amazonaws.com] or trusted_principals: [its ARN]"
        problems.add(node, path, "nobody may assume the role", hint, key=True)
    if role.external_id and not role.trusted_principals:
        hint = "only principals present an external id: add trusted_principals, or remove it"
        place = node.mapping["external_id"], (*path, "external_id")
        problems.add(*place, "nobody presents it", hint, key=True)


def _grants_exist(
    node: Node, path: Path, buckets: Mapping[str, Mapping[str, None]], problems: Problems
) -> bool:
    before = len(problems.problems)
    for position, grant in enumerate(find(node, ("grants",)).items):
        here = (*path, "grants", position)
        bucket = grant.mapping.get("bucket")
        if bucket is None or not isinstance(bucket.value, str):
            continue
        indexes = buckets.get(bucket.value)
        if indexes is None and any("{" in key for key in buckets):  # of a definition that was refused
            continue
        if indexes is None:
            message = f"there is no vector bucket {show(bucket.value)}"
            problems.add(bucket, (*here, "bucket"), message, did_you_mean(bucket.value, buckets))
            continue
        for step, index, name in texts_at(grant, "indexes"):
            if name not in indexes:
                message = f"the vector bucket {show(bucket.value)} has no index {show(name)}"
                problems.add(index, (*here, *step), message, did_you_mean(name, indexes))
    return len(problems.problems) == before


def _check_size(environment: Environment, access: Access, node: Node, path: Path, problems: Problems) -> None:
    document = json.dumps(access_policy(environment, access), separators=(",", ":"), ensure_ascii=False)
    size = len(re.sub(r"\s", "", document))
    if size > MAX_MANAGED_POLICY:
        parts = -(-size // (MAX_MANAGED_POLICY - 500))  # each part repeats the actions
        message = f"its IAM policy would have {size:,} characters; IAM allows {MAX_MANAGED_POLICY:,}"
        hint = f"grant whole buckets (leave `indexes` out), or split it into {parts} access entries"
        problems.add(node, path, message, hint, key=True)
