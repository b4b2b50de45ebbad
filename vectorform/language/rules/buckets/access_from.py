"""`access_from` lets in who deploys, and names what VPC endpoints and VPCs are called."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.arns import bucket_arn, index_arn, partition
from vectorform.desired.lockout import locked_out
from vectorform.desired.policies import access_from
from vectorform.language.nodes import find, texts_at
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import BucketIn
from vectorform.wording import show

NO_DEPLOYER = Rule("VF407", "access-from-without-deployer")
NOWHERE = Rule("VF408", "access-from-nowhere")
FORM = Rule("VF409", "no-vpc-endpoint")

_FORMS = {
    "vpc_endpoints": ("a VPC endpoint", "vpce-"),
    "vpcs": ("a VPC", "vpc-"),
}


def check(within: BucketIn) -> Iterator[Problem]:
    """The deployer of the policy must be able to read and change it afterwards."""
    written = within.bucket.access_from
    if written is None:
        return
    node, path = within.node.mapping["access_from"], (*within.path, "access_from")
    resolved = {"vpc_endpoints": written.vpc_endpoints, "vpcs": written.vpcs}
    for key, ids in resolved.items():
        what, start = _FORMS[key]
        places = texts_at(node, key)
        for (step, child, _), id_ in zip(places, ids, strict=False):
            if not id_.startswith(start) and len(places) == len(ids):
                message = f"{show(id_)} is not the ID of {what}"
                yield FORM.at(child, (*path, *step), message, f"it begins with {start}")
    if not any(resolved.values()) and not any(key in node.mapping for key in _FORMS):
        hint = "write vpc_endpoints: [vpce-...]"
        yield NOWHERE.at(node, path, "it names no VPC endpoint and no VPC", hint, key=True)
        return
    from vectorform.language.rules.policies.lockout import account_of  # few buckets have it

    account = account_of(within.environment, within.region)
    own = bucket_arn(within.environment, within.region, within.bucket)
    indexes = [
        index_arn(within.environment, within.region, within.bucket, index)
        for index in within.bucket.written_indexes
    ]
    statements = access_from(within.environment, within.region, within.bucket)
    if any(locked_out(statement, account, own, [*indexes, f"{own}/index/any"]) for statement in statements):
        role = f"arn:{partition(within.region.name)}:iam::{within.environment.account_id}:role/..."
        yield NO_DEPLOYER.at(
            find(node, ("except",)),
            path,
            "it would lock out deploys and verification from elsewhere",
            f'name the role that deploys, provider: {{assume_role: "{role}"}}, '
            f'or list it: except: ["{role}"]',
            key=True,
        )
