"""`aws_iam_openid_connect_provider`: whose tokens an account takes.

The calls are the real provider's (its `internal/service/iam/openid_connect_provider.go`).
"""

from __future__ import annotations

from typing import Any

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, keeping
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.iam import IAM, tag_list, tags_of
from vectorform.rehearsal.provider.tags import update_tags
from vectorform.rehearsal.provider.values import Object

_SCHEME = "https://"


def bare_url(url: str) -> str:
    """The URL as IAM stores it: without its scheme."""
    return url.removeprefix(_SCHEME)


class OpenIdConnectProvider:
    """`aws_iam_openid_connect_provider`."""

    behaviour = Behaviour(legacy=True, same={"url": lambda old, new: bare_url(old) == bare_url(new)})

    def validate(self, config: Object) -> list[Diagnostic]:
        """The URL is one of HTTPS; audiences and thumbprints have their lengths."""
        diagnostics = check.https_url("url", config["url"])
        for attribute, least, most in (("client_id_list", 1, 255), ("thumbprint_list", 40, 40)):
            values = config[attribute]
            for position, value in enumerate(values if isinstance(values, list) else []):
                diagnostics += check.length_between(f"{attribute}.{position}", value, least, most, attribute)
        return diagnostics

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreateOpenIDConnectProvider."""
        request: dict[str, Any] = {"ClientIDList": planned["client_id_list"], "Url": planned["url"]}
        if isinstance(planned["thumbprint_list"], list) and planned["thumbprint_list"]:
            request["ThumbprintList"] = planned["thumbprint_list"]
        tags = aws.tag_rules.written(planned["tags"])
        if tags:
            request["Tags"] = tag_list(tags)
        create = aws.client("iam").create_open_id_connect_provider
        arn = IAM.call("creating IAM OIDC Provider", create, at=("url",), **request)[
            "OpenIDConnectProviderArn"
        ]
        created = {**planned, "id": arn}
        with keeping(created):
            return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetOpenIDConnectProvider."""
        arn = state["id"]
        answer = IAM.call_unless_gone(
            f"reading IAM OIDC Provider ({arn})",
            aws.client("iam").get_open_id_connect_provider,
            OpenIDConnectProviderArn=arn,
        )
        if answer is None:
            return None
        tags, tags_all = aws.tag_rules.read(tags_of(answer), state["tags"])
        return {
            "id": arn,
            "arn": arn,
            "client_id_list": answer["ClientIDList"],
            "thumbprint_list": answer["ThumbprintList"],
            "url": answer["Url"],
            "tags": tags,
            "tags_all": tags_all,
        }

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """Thumbprints as a whole, audiences and tags one by one; thumbprints cannot be taken away."""
        client, arn = aws.client("iam"), planned["id"]
        doing = f"IAM OIDC Provider ({arn})"
        thumbprints = planned["thumbprint_list"]
        if thumbprints and thumbprints != prior["thumbprint_list"]:
            IAM.call(
                f"updating {doing} thumbprint",
                client.update_open_id_connect_provider_thumbprint,
                OpenIDConnectProviderArn=arn,
                ThumbprintList=thumbprints,
            )
        old, new = prior["client_id_list"], planned["client_id_list"]
        for audience in (each for each in new if each not in old):
            IAM.call(
                f"adding {doing} client ID ({audience})",
                client.add_client_id_to_open_id_connect_provider,
                OpenIDConnectProviderArn=arn,
                ClientID=audience,
            )
        for audience in (each for each in old if each not in new):
            IAM.call(
                f"removing {doing} client ID ({audience})",
                client.remove_client_id_from_open_id_connect_provider,
                OpenIDConnectProviderArn=arn,
                ClientID=audience,
            )
        tagging, named = f"updating tags for {doing}", {"OpenIDConnectProviderArn": arn}
        untag, tag = client.untag_open_id_connect_provider, client.tag_open_id_connect_provider
        update_tags(
            prior,
            planned,
            lambda keys: IAM.call(tagging, untag, **named, TagKeys=keys),
            lambda tags: IAM.call(tagging, tag, **named, Tags=tag_list(tags)),
        )
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteOpenIDConnectProvider."""
        delete = aws.client("iam").delete_open_id_connect_provider
        doing = f"deleting IAM OIDC Provider ({state['id']})"
        IAM.call_unless_gone(doing, delete, OpenIDConnectProviderArn=state["id"])

    def import_state(self, identifier: str) -> Object:
        """By ARN."""
        return {"id": identifier}
