"""What must differ between environments: names in an account, stack ids, places of state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vectorform.desired.backends import state_location
from vectorform.desired.model import Environment, Source
from vectorform.language.nodes import path_text
from vectorform.language.problems import Problem


def conflicts(environments: Sequence[Environment]) -> list[Problem]:
    """Where a later environment takes what an earlier one has."""
    taken: dict[tuple[str, ...], tuple[str, Source | None]] = {}
    problems = []
    for environment in environments:
        for identity, what, source, path, hint in _claims(environment):
            owner, where = taken.setdefault(identity, (environment.name, source))
            if owner != environment.name and source is not None:
                message = f"{what} is also that of the environment {owner} ({where})"
                problems.append(Problem(source.file, source.line, source.column, path, message, hint))
    return problems


def _claims(
    environment: Environment,
) -> Iterator[tuple[tuple[str, ...], str, Source | None, str, str]]:
    """Everything that only one environment may have: identity, words, source, path and what to do."""
    account = environment.account_id
    for region in environment.regions:
        stack = environment.stack_id(region)
        hint = "rename one of the environments"
        yield ("stack", stack), f"the stack id `{stack}`", region.source, "regions", hint
        state = state_location(environment, region)
        if state:
            hint = "write {environment} or {stack} in it"
            yield ("state", state), f"the state {state}", environment.source, "backend", hint
        for bucket in region.vector_buckets:
            what = f"the vector bucket name `{bucket.name}` in {region.name}"
            path = path_text(("vector_buckets", bucket.key))
            hint = "names are unique in an account and region: write {environment} in it"
            yield ("bucket", account, region.name, bucket.name), what, bucket.source, path, hint
    for access in environment.access:
        what = f"the IAM policy name `{access.policy_name}`"
        path = path_text(("access", access.key))
        hint = "names are unique in an account: choose another key or project"
        yield ("policy", account, access.policy_name), what, access.source, path, hint
        if access.role is not None:
            what = f"the IAM role name `{access.role.name}`"
            yield ("role", account, access.role.name), what, access.source, path, hint
