"""`aws_kms_key`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError, keeping
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.imports import with_region
from vectorform.rehearsal.provider.resources.kms import KMS
from vectorform.rehearsal.provider.tags import update_tags
from vectorform.rehearsal.provider.values import Object

_KEY_USAGES = ("SIGN_VERIFY", "ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT")
_KEY_SPECS = (
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "SYMMETRIC_DEFAULT",
    "HMAC_224",
    "HMAC_256",
    "HMAC_384",
    "HMAC_512",
    "SM2",
)


class Key:
    """`aws_kms_key`."""

    behaviour = Behaviour(
        legacy=True,
        defaults={
            "bypass_policy_lockout_safety_check": False,
            "customer_master_key_spec": "SYMMETRIC_DEFAULT",
            "enable_key_rotation": False,
            "is_enabled": True,
            "key_usage": "ENCRYPT_DECRYPT",
        },
        policies=("policy",),
    )

    def validate(self, config: Object) -> list[Diagnostic]:
        """Enums, ranges and what belongs together."""
        return [
            *check.integer_between("deletion_window_in_days", config["deletion_window_in_days"], 7, 30),
            *check.one_of("key_usage", config["key_usage"], _KEY_USAGES),
            *check.one_of("customer_master_key_spec", config["customer_master_key_spec"], _KEY_SPECS),
            *check.json_text("policy", config["policy"]),
            *check.integer_between("rotation_period_in_days", config["rotation_period_in_days"], 90, 2560),
            *check.required_with(config, "rotation_period_in_days", "enable_key_rotation"),
            *check.required_with(config, "xks_key_id", "custom_key_store_id"),
        ]

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreateKey, then rotation and state where they are not the default."""
        client = aws.client("kms", planned["region"])
        request: dict[str, Any] = {
            "BypassPolicyLockoutSafetyCheck": planned["bypass_policy_lockout_safety_check"],
            "KeySpec": planned["customer_master_key_spec"],
            "KeyUsage": planned["key_usage"],
        }
        optional = {
            "Description": "description",
            "MultiRegion": "multi_region",
            "Policy": "policy",
            "CustomKeyStoreId": "custom_key_store_id",
            "XksKeyId": "xks_key_id",
        }
        for member, attribute in optional.items():
            if isinstance(planned[attribute], str | bool):
                request[member] = planned[attribute]
        tags = aws.tag_rules.written(planned["tags"])
        if tags:
            request["Tags"] = _tag_list(tags)
        key = KMS.call("creating KMS Key", client.create_key, at=("policy",), **request)["KeyMetadata"]
        created = {**planned, "id": key["KeyId"]}
        with keeping(created):
            if planned["enable_key_rotation"]:
                self._rotate(client, created)
            if not planned["is_enabled"]:
                self._enable(client, created)
            return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """DescribeKey, GetKeyPolicy, GetKeyRotationStatus, ListResourceTags; pending deletion is gone."""
        client = aws.client("kms", state["region"])
        identifier = state["id"]
        doing = f"reading KMS Key ({identifier})"
        answer = KMS.call_unless_gone(doing, client.describe_key, KeyId=identifier)
        if answer is None or answer["KeyMetadata"]["KeyState"].startswith("Pending"):
            return None
        key = answer["KeyMetadata"]
        document = KMS.call(f"{doing} policy", client.get_key_policy, KeyId=identifier, PolicyName="default")[
            "Policy"
        ]
        rotation = KMS.call(f"{doing} rotation", client.get_key_rotation_status, KeyId=identifier)
        listed = KMS.call(
            f"listing tags for KMS Key ({identifier})", client.list_resource_tags, KeyId=identifier
        )
        actual = {tag["TagKey"]: tag["TagValue"] for tag in listed["Tags"]}
        tags, tags_all = aws.tag_rules.read(actual, state["tags"])
        return {
            "id": key["KeyId"],
            "arn": key["Arn"],
            "custom_key_store_id": key.get("CustomKeyStoreId", ""),
            "customer_master_key_spec": key.get("KeySpec", ""),
            "description": key.get("Description", ""),
            "enable_key_rotation": rotation["KeyRotationEnabled"],
            "is_enabled": key["Enabled"],
            "key_id": key["KeyId"],
            "key_usage": key["KeyUsage"],
            "multi_region": key.get("MultiRegion", False),
            "policy": policy.keep_if_equivalent(_text(state["policy"]), policy.normalize(document)),
            "rotation_period_in_days": rotation.get("RotationPeriodInDays", 0),
            "tags": tags,
            "tags_all": tags_all,
            "xks_key_id": key.get("XksKeyConfiguration", {}).get("Id", ""),
        }

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """Enabled first, disabled last: a disabled key cannot be changed."""
        client = aws.client("kms", planned["region"])
        identifier = planned["id"]
        changed = {name for name, value in planned.items() if value != prior[name]}
        if "is_enabled" in changed and planned["is_enabled"]:
            self._enable(client, planned)
        if "enable_key_rotation" in changed or (
            planned["enable_key_rotation"] and "rotation_period_in_days" in changed
        ):
            self._rotate(client, planned)
        if "description" in changed:
            KMS.call(
                f"updating KMS Key ({identifier}) description",
                client.update_key_description,
                KeyId=identifier,
                Description=planned["description"] or "",
            )
        if "policy" in changed:
            KMS.call(
                f"updating KMS Key ({identifier}) policy",
                client.put_key_policy,
                at=("policy",),
                KeyId=identifier,
                PolicyName="default",
                Policy=planned["policy"],
                BypassPolicyLockoutSafetyCheck=planned["bypass_policy_lockout_safety_check"],
            )
        if "is_enabled" in changed and not planned["is_enabled"]:
            self._enable(client, planned)
        doing = f"updating tags for KMS Key ({identifier})"
        update_tags(
            prior,
            planned,
            lambda keys: KMS.call(doing, client.untag_resource, KeyId=identifier, TagKeys=keys),
            lambda tags: KMS.call(doing, client.tag_resource, KeyId=identifier, Tags=_tag_list(tags)),
        )
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """ScheduleKeyDeletion: the key stays for `deletion_window_in_days`, 30 by default."""
        client = aws.client("kms", state["region"])
        request: dict[str, Any] = {"KeyId": state["id"]}
        if state["deletion_window_in_days"]:
            request["PendingWindowInDays"] = state["deletion_window_in_days"]
        doing = f"deleting KMS Key ({state['id']})"
        try:
            KMS.call_unless_gone(doing, client.schedule_key_deletion, **request)
        except ProviderError as error:
            if "is pending deletion" not in error.diagnostic.summary:
                raise

    def import_state(self, identifier: str) -> Object:
        """By key id."""
        return with_region(identifier)

    def _enable(self, client: Any, planned: Object) -> None:
        identifier = planned["id"]
        if planned["is_enabled"]:
            KMS.call(f"enabling KMS Key ({identifier})", client.enable_key, KeyId=identifier)
        else:
            KMS.call(f"disabling KMS Key ({identifier})", client.disable_key, KeyId=identifier)

    def _rotate(self, client: Any, planned: Object) -> None:
        identifier, period = planned["id"], planned["rotation_period_in_days"]
        if not planned["enable_key_rotation"]:
            doing = f"disabling KMS Key ({identifier}) rotation"
            KMS.call(doing, client.disable_key_rotation, KeyId=identifier)
            return
        request: dict[str, Any] = (
            {"RotationPeriodInDays": period} if isinstance(period, int) and period else {}
        )
        doing = f"enabling KMS Key ({identifier}) rotation"
        KMS.call(doing, client.enable_key_rotation, KeyId=identifier, **request)


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"TagKey": key, "TagValue": value} for key, value in tags.items()]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
