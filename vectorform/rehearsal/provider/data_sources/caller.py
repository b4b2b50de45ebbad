"""`aws_caller_identity`, `aws_partition` and `aws_region`: who calls, and where.

The provider's `internal/service/sts` and `internal/service/meta` packages.
"""

from __future__ import annotations

from vectorform.rehearsal.provider import regions
from vectorform.rehearsal.provider.aws import Aws, Service
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.values import Object

_STS = Service("STS", gone=())


def caller_identity(aws: Aws, _config: Object) -> Object:
    """GetCallerIdentity; its id is the account's."""
    answer = _STS.call("reading STS Caller Identity", aws.client("sts").get_caller_identity)
    return {
        "id": answer["Account"],
        "account_id": answer["Account"],
        "arn": answer["Arn"],
        "user_id": answer["UserId"],
    }


def partition(aws: Aws, _config: Object) -> Object:
    """The partition of the provider's region."""
    found = regions.partition(aws.region)
    suffix = found.dns_suffix
    return {
        "id": found.name,
        "partition": found.name,
        "dns_suffix": suffix,
        "reverse_dns_prefix": ".".join(reversed(suffix.split("."))),
    }


def region(aws: Aws, config: Object) -> Object:
    """The region that `region`, `name` or `endpoint` names: by default the provider's."""
    named = config["region"] or config["name"] or _of_endpoint(config["endpoint"]) or aws.region
    description = regions.description(named)
    if description is None:
        raise ProviderError(Diagnostic("finding Region using name", f"region not found: {named}"))
    return {
        "id": named,
        "name": named,
        "region": named,
        "description": description,
        "endpoint": f"ec2.{named}.{regions.partition(named).dns_suffix}",
    }


def _of_endpoint(endpoint: str | None) -> str | None:
    """The region in `ec2.<region>.amazonaws.com`."""
    if not endpoint:
        return None
    parts = endpoint.split(".")
    if len(parts) < 3 or parts[0] != "ec2":
        raise ProviderError(Diagnostic("finding Region using endpoint", f"region not found: {endpoint}"))
    return parts[1]
