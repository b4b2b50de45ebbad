"""What the deployer, the verifier and others need in IAM, as documents: its resources, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, assert_never

from vectorform.desired import account_places as places
from vectorform.desired.account_permissions import deploying, planning, synchronizing, verifying
from vectorform.desired.holders import Holder, holders
from vectorform.desired.model import Environment
from vectorform.desired.policies import LIFTING, PROTECTION_LIFTED_SID, excepting, indexing_statement
from vectorform.desired.state_permissions import of_state
from vectorform.desired.statements import document

Who = Literal["planner", "deployer", "verifier", "syncer"]


def needed(environment: Environment, who: Who) -> tuple[Holder, ...]:
    """Who needs what, of the caller and the roles that are assumed: together all that `who` needs."""
    account: Iterable[dict[str, Any]]
    state: Iterable[dict[str, Any]] = ()
    match who:
        case "planner":
            account, state = planning(environment), of_state(environment, keep=False)
        case "deployer":
            account = [*verifying(environment), *deploying(environment)]
            state = of_state(environment, keep=True)
        case "verifier":
            account = verifying(environment)
        case "syncer":
            account = synchronizing(environment)
        case other:
            assert_never(other)
    return holders(environment, account, state)


def verifier(environment: Environment) -> dict[str, Any]:
    """The policy document of `vectorform verify`: it reads, and nothing else."""
    return document(verifying(environment))


def planner(environment: Environment) -> dict[str, Any]:
    """The policy document of `vectorform rollout --dry-run` without a lock: it reads AWS and the state."""
    return document([*planning(environment), *of_state(environment, keep=False)])


def deployer(environment: Environment) -> dict[str, Any]:
    """The policy document of `cdktf deploy` and `cdktf destroy`, with the verification after an apply.

    All that takes vectors away is in the statements whose names begin with `Deletion`: without them a
    deployer can make and change everything, and delete no vectors.
    """
    return document(
        [
            *verifying(environment),
            *deploying(environment),
            *of_state(environment, keep=True),
        ]
    )


def syncer(environment: Environment) -> dict[str, Any]:
    """The policy document of `vectorform sync`: it starts ingestion jobs and follows them."""
    return document(synchronizing(environment))


def key(environment: Environment) -> dict[str, Any]:
    """The statements that the policies of brought KMS keys need, one for each region that has such a key."""
    statements = [
        indexing_statement(environment, region) for region in environment.regions if region.brought_keys
    ]
    for number, statement in enumerate(statements):
        statement["Sid"] += str(number or "")
    return document(statements)


def guardrail(environment: Environment) -> dict[str, Any]:
    """A service control policy: in the account nobody but `protection_lifted_by` touches bucket policies.

    It names no principal (AWS Organizations User Guide, "SCP syntax"), and says what the bucket policies
    themselves say, also before a bucket has one. Without such roles it would be empty.
    """
    statement: dict[str, Any] = {
        "Sid": PROTECTION_LIFTED_SID,
        "Effect": "Deny",
        "Action": list(LIFTING),
        "Resource": sorted(places.vector_buckets(environment)) if environment.protection_lifted_by else [],
        "Condition": excepting(environment.protection_lifted_by),
    }
    return document([statement])
