"""Who may assume the role of an access entry: what IAM would refuse, or leave open."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.arns import partition
from vectorform.desired.model import Environment, Role
from vectorform.desired.trust import service_stem
from vectorform.language.iam.statement import Part
from vectorform.language.nodes import Node, Path, texts_at
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.policies.principals import Fault, faults, report
from vectorform.wording import show

EVERYBODY = Rule("VF510", "role-of-everybody")
FEDERATED = Rule("VF511", "identity-provider-as-principal")

# vectorform writes sts:AssumeRole; federated users come with sts:AssumeRoleWithWebIdentity or WithSAML.
_FEDERATED_INSTEAD = (
    "leave `role` out and attach the policy to a role of your own that trusts the provider as Federated; "
    "in EKS, trusted_services: [pods.eks.amazonaws.com] (Pod Identity) needs no provider"
)
# Their users come with tokens (Amazon Cognito Developer Guide, "IAM roles").
_FEDERATED = ("cognito-identity", "cognito-identity-us-gov")


def known_trust(environment: Environment, role: Role, node: Node, path: Path) -> Iterator[Problem]:
    """Principals and services of one role; `node` is its map."""
    home = partition(environment.home.name)
    for (step, child, _), name in zip(
        texts_at(node, "trusted_principals"), role.trusted_principals, strict=True
    ):
        if name:
            yield from report(Part(child, (*path, *step), name), _principal(name, home))
    for step, child, name in texts_at(node, "trusted_services"):
        yield from report(Part(child, (*path, *step), name), _service(name, home))


def _principal(name: str, home: str) -> Iterator[Fault]:
    if name == "*":
        message = f"{show(name)} would let everybody assume the role"
        yield EVERYBODY, message, "write the ARN of a role, a user or an account's root, or an account id"
        return
    yield from _federated(name) or faults("AWS", name, home, _FEDERATED_INSTEAD)


def _service(name: str, home: str) -> Iterator[Fault]:
    yield from _federated(name) or faults("Service", name, home, _FEDERATED_INSTEAD)


def _federated(name: str) -> list[Fault]:
    if service_stem(name) not in _FEDERATED:
        return []
    message = f"{show(name)} is an identity provider, which cannot assume a role itself"
    return [(FEDERATED, message, _FEDERATED_INSTEAD)]
