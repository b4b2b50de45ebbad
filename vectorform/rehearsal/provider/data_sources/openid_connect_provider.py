"""`aws_iam_openid_connect_provider`: an identity provider that the account has already.

The provider's `internal/service/iam/openid_connect_provider_data_source.go`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.resources.iam import IAM, tags_of
from vectorform.rehearsal.provider.resources.iam_openid_connect_provider import bare_url
from vectorform.rehearsal.provider.values import Object


def openid_connect_provider(aws: Aws, config: Object) -> Object:
    """By `arn`, or by `url` among all that the account has."""
    wrong = [
        *check.exactly_one_of(config, ("arn", "url")),
        *check.arn("arn", config["arn"]),
        *check.https_url("url", config["url"]),
    ]
    if wrong:
        raise ProviderError(wrong[0])
    client = aws.client("iam")
    arn = config["arn"]
    if not arn:
        arn = _named(client.list_open_id_connect_providers, config["url"])
    get = client.get_open_id_connect_provider
    answer = IAM.call("reading IAM OIDC Provider", get, OpenIDConnectProviderArn=arn)
    return {
        "id": arn,
        "arn": arn,
        "client_id_list": answer["ClientIDList"],
        "thumbprint_list": answer["ThumbprintList"],
        "url": answer["Url"],
        "tags": aws.tag_rules.visible(tags_of(answer)),
    }


def _named(listing: Callable[..., Any], url: str) -> str:
    doing = f"reading IAM OIDC Provider ({url})"
    answer = IAM.call(doing, listing)
    for entry in answer["OpenIDConnectProviderList"]:
        arn: str = entry["Arn"]
        if arn.partition("/")[2] == bare_url(url):
            return arn
    raise ProviderError(Diagnostic(f"{doing}: not found", path=("url",)))
