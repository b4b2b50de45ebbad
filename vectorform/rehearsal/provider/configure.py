"""The provider block: credentials, account, region, tags.

Rules and wording: the provider's documentation ("AWS Configuration Reference") and what it prints.
"""

from __future__ import annotations

import os
import re
from typing import Any

from vectorform.rehearsal.provider import credentials
from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import DEFAULT_ATTEMPTS, Aws, make_client
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.tags import TagRules
from vectorform.rehearsal.provider.values import UNKNOWN, Object

# Provider documentation, "default_tags" and "ignore_tags".
_DEFAULT_TAGS = "TF_AWS_DEFAULT_TAGS_"
_IGNORED_KEYS, _IGNORED_PREFIXES = "TF_AWS_IGNORE_TAGS_KEYS", "TF_AWS_IGNORE_TAGS_KEY_PREFIXES"
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")


def validate_provider(config: Object) -> list[Diagnostic]:
    """What is wrong with a provider block; values may still be unknown."""
    diagnostics: list[Diagnostic] = []
    one, other = "allowed_account_ids", "forbidden_account_ids"
    if isinstance(config[one], list) and isinstance(config[other], list):
        diagnostics += [
            Diagnostic("Conflicting configuration arguments", f'"{a}": conflicts with {b}', (a,))
            for a, b in ((one, other), (other, one))
        ]
    diagnostics += check.one_of(
        "tag_policy_compliance", config["tag_policy_compliance"], ("error", "warning", "disabled")
    )
    return [*diagnostics, *credentials.validate(config)]


def configure(config: Object) -> Aws:
    """The provider that `config` describes. Raises ProviderError if it cannot work."""
    config = _known(config)
    session = credentials.session_of(config)
    region = session.region_name or ""
    if not config["skip_region_validation"] and not _REGION.fullmatch(region):
        raise ProviderError(Diagnostic(f"invalid AWS Region: {region}", path=("region",)))
    endpoints = _endpoints(config)
    session = credentials.assumed(session, config, endpoints)
    account = ""
    if not config["skip_requesting_account_id"]:
        sts = make_client(session, "sts", config["sts_region"] or region, endpoints, credentials.STS_ATTEMPTS)
        doing = "Retrieving AWS account details: validating provider credentials: "
        doing += "retrieving caller identity from STS"
        account = credentials.STS.call(doing, sts.get_caller_identity)["Account"]
        _check_account(config, account)
    return Aws(
        session=session,
        region=region,
        account_id=account,
        tag_rules=_tag_rules(config),
        endpoints=endpoints,
        attempts=int(config["max_retries"] or os.environ.get("AWS_MAX_ATTEMPTS") or DEFAULT_ATTEMPTS),
    )


def _known(value: Any) -> Any:
    """`value` with null for what is unknown: the provider is configured before everything is known."""
    if value is UNKNOWN:
        return None
    if isinstance(value, dict):
        return {key: _known(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_known(item) for item in value]
    return value


def _endpoints(config: Object) -> dict[str, str]:
    return {service: url for block in config["endpoints"] for service, url in block.items() if url}


def _check_account(config: Object, account: str) -> None:
    allowed, forbidden = config["allowed_account_ids"], config["forbidden_account_ids"]
    if (allowed and account not in allowed) or account in (forbidden or []):
        raise ProviderError(Diagnostic(f"AWS account ID not allowed: {account}"))


def _tag_rules(config: Object) -> TagRules:
    """From the blocks and from the environment; where both name a default tag, the block's counts."""
    defaults: Object = (config["default_tags"][0]["tags"] if config["default_tags"] else None) or {}
    ignored: Object = config["ignore_tags"][0] if config["ignore_tags"] else {}
    from_environment = {
        name.removeprefix(_DEFAULT_TAGS): value
        for name, value in os.environ.items()
        if name.startswith(_DEFAULT_TAGS) and name != _DEFAULT_TAGS
    }
    return TagRules(
        defaults={**from_environment, **{k: v for k, v in defaults.items() if v is not None}},
        ignored_keys=frozenset([*(ignored.get("keys") or ()), *_listed(_IGNORED_KEYS)]),
        ignored_prefixes=(*(ignored.get("key_prefixes") or ()), *_listed(_IGNORED_PREFIXES)),
    )


def _listed(variable: str) -> list[str]:
    return [item.strip() for item in os.environ.get(variable, "").split(",") if item.strip()]
