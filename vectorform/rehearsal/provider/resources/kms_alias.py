"""`aws_kms_alias`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, keeping
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.imports import with_region
from vectorform.rehearsal.provider.resources.kms import KMS
from vectorform.rehearsal.provider.resources.names import conflicting, named, prefix_of
from vectorform.rehearsal.provider.values import Object

_ALIAS_NAME = re.compile(r"alias/[0-9A-Za-z_/-]+")
_ALIAS_PREFIX = "alias/"


class Alias:
    """`aws_kms_alias`."""

    behaviour = Behaviour(legacy=True, same={"target_key_id": lambda old, new: _key_id(old) == _key_id(new)})

    def validate(self, config: Object) -> list[Diagnostic]:
        """The name begins with `alias/` and is not one of AWS's own."""
        diagnostics = conflicting(config)
        for attribute in ("name", "name_prefix"):
            value = config[attribute]
            if not isinstance(value, str):
                continue
            if value.startswith("alias/aws/"):
                text = f"\"{attribute}\" cannot begin with reserved AWS CMK prefix 'alias/aws/'"
                diagnostics.append(Diagnostic(text, path=(attribute,)))
            if not _ALIAS_NAME.fullmatch(value):
                text = f"\"{attribute}\" must begin with 'alias/' and be comprised of only [0-9A-Za-z_/-]"
                diagnostics.append(Diagnostic(text, path=(attribute,)))
        return diagnostics

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreateAlias."""
        client = aws.client("kms", planned["region"])
        name = named(planned, default_prefix=_ALIAS_PREFIX)
        doing = f"creating KMS Alias ({name})"
        KMS.call(
            doing,
            client.create_alias,
            at=("name",),
            AliasName=name,
            TargetKeyId=planned["target_key_id"],
        )
        created = {**planned, "id": name}
        with keeping(created):
            return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """ListAliases, as there is no call for one."""
        client = aws.client("kms", state["region"])
        found = self._find(client, state["id"])
        if found is None:
            return None
        key_arn = found["AliasArn"].rsplit(":", 1)[0] + f":key/{found['TargetKeyId']}"
        return {
            "id": found["AliasName"],
            "arn": found["AliasArn"],
            "name": found["AliasName"],
            "name_prefix": prefix_of(found["AliasName"]),
            "target_key_arn": key_arn,
            "target_key_id": found["TargetKeyId"],
        }

    def update(self, aws: Aws, _prior: Object, planned: Object) -> Object:
        """UpdateAlias."""
        client = aws.client("kms", planned["region"])
        doing = f"updating KMS Alias ({planned['id']})"
        KMS.call(
            doing,
            client.update_alias,
            at=("target_key_id",),
            AliasName=planned["id"],
            TargetKeyId=planned["target_key_id"],
        )
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteAlias."""
        client = aws.client("kms", state["region"])
        doing = f"deleting KMS Alias ({state['id']})"
        KMS.call_unless_gone(doing, client.delete_alias, AliasName=state["id"])

    def import_state(self, identifier: str) -> Object:
        """By name."""
        return with_region(identifier)

    def _find(self, client: Any, name: str) -> Mapping[str, Any] | None:
        token: dict[str, Any] = {}
        while True:
            page = KMS.call(f"reading KMS Alias ({name})", client.list_aliases, **token)
            for alias in page["Aliases"]:
                if alias["AliasName"] == name and "TargetKeyId" in alias:
                    found: Mapping[str, Any] = alias
                    return found
            if not page.get("Truncated"):
                return None
            token = {"Marker": page["NextMarker"]}


def _key_id(text: str) -> str:
    """The key id of a key id or key ARN."""
    return text.rsplit(":key/", 1)[-1]
