"""What must differ between environments: names in an account, stack ids, places of state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vectorform.desired.backends import state_location
from vectorform.desired.model import Environment, Region, Source
from vectorform.desired.parameters import parameters
from vectorform.desired.service_limits import REGION_FORM
from vectorform.language.nodes import Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule

STACK = Rule("VF330", "stack-of-two-environments")
MAYBE_STACK = Rule("VF331", "stack-maybe-of-broken-environment")
STATE = Rule("VF332", "state-of-two-environments")
BUCKET_NAME = Rule("VF333", "bucket-name-of-two-environments")
PARAMETER = Rule("VF335", "parameter-of-two-environments")
IAM_NAME = Rule("VF334", "iam-name-of-two-environments")


def conflicts(environments: Sequence[Environment], others: Sequence[str] = ()) -> dict[str, list[Problem]]:
    """What two environments both claim, by the names of all that do: none of them can be trusted to be first.

    `others` are the names of environments with errors. Nobody knows their regions, so nothing is deployed
    under a stack id that might be theirs: it may have a state already.
    """
    found: dict[str, list[Problem]] = {}
    for claims in _by_identity(environments).values():
        for claim in claims:
            rival = next((other for other in claims if other.environment is not claim.environment), None)
            told = found.get(claim.environment.name, [])
            once = claim.rule is PARAMETER and any(problem.rule == PARAMETER.id for problem in told)
            if rival is not None and not once:
                message = f"{claim.what} is also that of the environment {rival.owner}"
                found.setdefault(claim.environment.name, []).append(
                    claim.problem(claim.rule, message, claim.hint)
                )
    for environment in environments:
        for region in environment.regions:
            stack = environment.stack_id(region)
            for other in others:
                if may_be_stack_of(other, stack):
                    claim = _stack_claim(environment, region)
                    message = f"{claim.what} may be that of the environment {other}, which has errors"
                    hint = f"fix {other} first"
                    found.setdefault(environment.name, []).append(claim.problem(MAYBE_STACK, message, hint))
    return found


@dataclass(frozen=True, slots=True)
class _Claim:
    """What only one environment may have: identity, how it is called, where it is written, what to do."""

    rule: Rule
    environment: Environment
    identity: tuple[str, ...]
    what: str
    source: Source | None
    path: Path
    hint: str

    @property
    def owner(self) -> str:
        return f"{self.environment.name} ({self.source})"

    def problem(self, rule: Rule, message: str, hint: str) -> Problem:
        source = self.source or Source(self.environment.name, 0, 0)
        return rule.in_file(source.file, message, hint, source.line, source.column, self.path)


def _by_identity(environments: Sequence[Environment]) -> dict[tuple[str, ...], list[_Claim]]:
    claims: dict[tuple[str, ...], list[_Claim]] = {}
    for environment in environments:
        for claim in _claims(environment):
            claims.setdefault(claim.identity, []).append(claim)
    return claims


def may_be_stack_of(environment: str, stack: str) -> bool:
    """Whether an environment of this name, whatever its regions are, may have a stack of this id."""
    before, _, after = stack.partition(f"{environment}-")
    return stack == environment or (not before and REGION_FORM.match(after) is not None)


def _stack_claim(environment: Environment, region: Region) -> _Claim:
    stack = environment.stack_id(region)
    return _Claim(
        STACK,
        environment,
        ("stack", stack),
        f"the stack id `{stack}`",
        region.source or environment.source,
        ("regions",),
        "rename one of the environments",
    )


def _claims(environment: Environment) -> Iterator[_Claim]:
    """Everything that only one environment may have."""
    account = environment.account_id
    for region in environment.regions:
        yield _stack_claim(environment, region)
        state = state_location(environment, region)
        if state:
            hint = "write {environment} or {stack} in it"
            what = f"the state {state}"
            yield _Claim(STATE, environment, ("state", state), what, environment.source, ("backend",), hint)
        for parameter in parameters(environment, region):
            yield _Claim(
                PARAMETER,
                environment,
                ("parameter", account, region.name, parameter.name),
                f"the parameter `{parameter.name}` in {region.name}",
                region.outputs.source if region.outputs else environment.source,
                ("outputs",),
                "names are unique in an account and region: write {environment} in the path",
            )
        for bucket in region.vector_buckets:
            yield _Claim(
                BUCKET_NAME,
                environment,
                ("bucket", account, region.name, bucket.name),
                f"the vector bucket name `{bucket.name}` in {region.name}",
                bucket.source,
                ("vector_buckets", bucket.key),
                "names are unique in an account and region: write {environment} in it",
            )
    for access in environment.access:
        names = [("policy", access.policy_name)] + ([("role", access.role.name)] if access.role else [])
        for kind, name in names:
            yield _Claim(
                IAM_NAME,
                environment,
                (kind, account, name.casefold()),  # IAM User Guide: names differ in more than case
                f"the IAM {kind} name `{name}`",
                access.source,
                ("access", access.key),
                "names are unique in an account: choose another key or project",
            )
