"""The managed policies of a role, and its boundary: ARNs of policies, and names that AWS's own have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.desired.arns import partition
from vectorform.language.iam import services
from vectorform.language.iam.statement import Part, placed
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import AccessIn
from vectorform.wording import closest, show

FORM = Rule("VF525", "managed-policy")
UNLISTED = Rule("VF526", "unlisted-managed-policy", "warning")

# IAM User Guide, "IAM identifiers". `aws` is AWS's own account.
_ARN = re.compile(r"arn:(?P<partition>[a-z-]+):iam::(?P<account>[0-9]{12}|aws):policy/(?P<name>[!-~]+)\Z")


def check(entry: AccessIn) -> Iterator[Problem]:
    """Every managed policy that is named."""
    role = entry.access.role
    if role is None or not entry.environment.regions:
        return
    found: list[Part] = []
    if role.managed_policies:
        path = (*entry.path, "role")
        found += placed(entry.node.mapping["role"], "managed_policies", path, role.managed_policies)
    if role.permissions_boundary:
        found += placed(entry.node, "permissions_boundary", entry.path, (role.permissions_boundary,))
    for part in found:
        yield from _policy(part, partition(entry.environment.home.name))


def _policy(part: Part, home: str) -> Iterator[Problem]:
    parts = _ARN.match(part.text)
    if parts is None:
        message = f"{show(part.text)} is not the ARN of a managed policy"
        hint = "write arn:{partition}:iam::{account_id}:policy/<name>, or the name of an AWS managed policy"
        yield FORM.at(part.node, part.path, message, hint)
    elif parts["partition"] != home:
        message = f"{show(part.text)} is in the partition {show(parts['partition'])}"
        yield FORM.at(part.node, part.path, message, "write arn:{partition}:iam::...")
    elif parts["account"] == "aws" and parts["name"] not in services.managed_policies():
        known = services.managed_policies()
        last = parts["name"].rpartition("/")[2]
        elsewhere = sorted(name for name in known if name.rpartition("/")[2] == last)
        near = elsewhere[0] if elsewhere else closest(parts["name"], known)
        message = f"AWS has no known managed policy {show(parts['name'])}"
        hint = f"did you mean `{near}`?" if near else "write your own policies as ARNs"
        yield UNLISTED.at(part.node, part.path, message, hint)
