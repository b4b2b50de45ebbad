"""The provider's functions: `provider::aws::arn_parse` and its like.

Behaviour and wording: the provider's documentation ("Functions") and its `internal/function` package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vectorform.rehearsal.provider.validators import Arn, parse_arn


class FunctionFailed(Exception):
    """What Terraform shows of a call; `argument` is the position of the argument that is wrong."""

    def __init__(self, text: str, argument: int) -> None:
        super().__init__(text)
        self.argument = argument


def arn_build(partition: str, service: str, region: str, account_id: str, resource: str) -> str:
    """An ARN of its parts."""
    return f"arn:{partition}:{service}:{region}:{account_id}:{resource}"


def arn_parse(arn: str) -> dict[str, str]:
    """The parts of an ARN. Raises FunctionFailed."""
    parsed = _parsed(arn)
    return {
        "partition": parsed.partition,
        "service": parsed.service,
        "region": parsed.region,
        "account_id": parsed.account,
        "resource": parsed.resource,
    }


def trim_iam_role_path(arn: str) -> str:
    """The ARN of a role without its path. Raises FunctionFailed for the ARN of anything else."""
    parsed = _parsed(arn)
    kind, *path = parsed.resource.split("/")
    if parsed.service != "iam":
        raise FunctionFailed(f'service must be "iam", got "{parsed.service}"', 0)
    if parsed.region:
        raise FunctionFailed(f'region must be empty, got "{parsed.region}"', 0)
    if kind != "role" or not path:
        raise FunctionFailed(f'resource must begin with "role/", got "{parsed.resource}"', 0)
    return arn_build(parsed.partition, "iam", "", parsed.account, f"role/{path[-1]}")


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "arn_build": arn_build,
    "arn_parse": arn_parse,
    "trim_iam_role_path": trim_iam_role_path,
}


def _parsed(arn: str) -> Arn:
    parsed = parse_arn(arn)
    if isinstance(parsed, str):
        raise FunctionFailed(f"arn parsing failed: {parsed}", 0)
    return parsed
