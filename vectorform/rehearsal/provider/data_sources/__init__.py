"""The data sources that the offline provider has: what their configuration and AWS make of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.values import Object

Read = Callable[[Aws, Object], Object]


@cache
def data_sources() -> Mapping[str, Read]:
    """How each is read: a configuration in, its state out. All raise ProviderError."""
    from vectorform.rehearsal.provider.data_sources import caller, openid_connect_provider, policy_document

    return {
        "aws_caller_identity": caller.caller_identity,
        "aws_iam_openid_connect_provider": openid_connect_provider.openid_connect_provider,
        "aws_iam_policy_document": policy_document.policy_document,
        "aws_partition": caller.partition,
        "aws_region": caller.region,
    }
