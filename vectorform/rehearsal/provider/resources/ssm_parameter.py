"""`aws_ssm_parameter`: one value of Parameter Store.

The calls are the real provider's (its `internal/service/ssm/parameter.go`), without its waits for the
checks of images.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider import sdk_validators as check
from vectorform.rehearsal.provider.aws import Aws, Service
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError, keeping
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.imports import with_region
from vectorform.rehearsal.provider.tags import update_tags
from vectorform.rehearsal.provider.values import Object

SSM = Service("SSM", gone=("ParameterNotFound", "InvalidResourceId"), one_line=True)

SECURE = "SecureString"
_VALUES = ("insecure_value", "value", "value_wo")
_TYPES = ("String", "StringList", SECURE)
_TIERS = ("Standard", "Advanced", "Intelligent-Tiering")
_DATA_TYPES = ("aws:ec2:image", "aws:ssm:integration", "text")
# What a change of AWS's own values or of tags needs no new version for.
_NO_CONTENT = ("overwrite", "tags", "tags_all")


class Parameter:
    """`aws_ssm_parameter`."""

    behaviour = Behaviour(
        legacy=True,
        # AWS chooses one of the two others and says which.
        same={"tier": lambda _old, new: new == "Intelligent-Tiering"},
        follows={"version": ("value", "insecure_value", "description"), "value": ("insecure_value",)},
        replaces={"tier": lambda old, new: (old, new) == ("Advanced", "Standard")},
    )

    def validate(self, config: Object) -> list[Diagnostic]:
        """Enums, lengths, and one value."""
        found = [
            *check.length_between("name", config["name"], 1, 2048),
            *check.length_between("description", config["description"], 0, 1024),
            *check.length_between("allowed_pattern", config["allowed_pattern"], 0, 1024),
            *check.one_of("type", config["type"], _TYPES),
            *check.one_of("tier", config["tier"], _TIERS),
            *check.one_of("data_type", config["data_type"], _DATA_TYPES),
            *check.exactly_one_of(config, _VALUES),
        ]
        if isinstance(config["value_wo"], str):
            text = "The offline provider does not have write-only values"
            detail = "Use value, or the genuine provider with --provider registry."
            found.append(Diagnostic(text, detail, ("value_wo",)))
        return found

    def create(self, aws: Aws, planned: Object) -> Object:
        """PutParameter, by default only where there is none; tags with it, or afterwards on another's."""
        client, name = aws.client("ssm", planned["region"]), planned["name"]
        tags = aws.tag_rules.written(planned["tags"])
        request = _request(planned)
        overwrite = planned["overwrite"] is True
        if tags and not overwrite:
            request["Tags"] = _tag_list(tags)
        doing = f"creating SSM Parameter ({name})"
        SSM.call(doing, client.put_parameter, at=("name",), Overwrite=overwrite, **request)
        created = {**planned, "id": name}
        with keeping(created):
            if tags and overwrite:
                self._tag(client, f"setting SSM Parameter ({name}) tags", name, tags)
            return self.read(aws, created) or {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetParameter with decryption, DescribeParameters, ListTagsForResource."""
        client, name = aws.client("ssm", state["region"]), state["id"]
        doing = f"reading SSM Parameter ({name})"
        answer = SSM.call_unless_gone(doing, client.get_parameter, Name=name, WithDecryption=True)
        if answer is None:
            return None
        parameter = answer["Parameter"]
        known_insecure = isinstance(state["insecure_value"], str) and state["insecure_value"] != ""
        insecure = known_insecure and parameter["Type"] != SECURE
        if known_insecure and not insecure:
            text = f"invalid configuration, cannot set type = {SECURE} and insecure_value"
            raise ProviderError(Diagnostic(text, path=("insecure_value",)))
        details = self._details(client, parameter["Name"])
        if details is None:
            return None
        listed = SSM.call_unless_gone(
            f"listing tags for SSM Parameter ({name})",
            client.list_tags_for_resource,
            ResourceType="Parameter",
            ResourceId=parameter["Name"],
        )
        actual = {tag["Key"]: tag["Value"] for tag in listed["TagList"]} if listed else {}
        tags, tags_all = aws.tag_rules.read(actual, state["tags"])
        return {
            "id": name,
            "allowed_pattern": details.get("AllowedPattern", ""),
            "arn": parameter["ARN"],
            "data_type": details.get("DataType", "text"),
            "description": details.get("Description", ""),
            "has_value_wo": None,
            "key_id": details.get("KeyId", ""),
            "name": parameter["Name"],
            "tier": details.get("Tier", ""),
            "type": parameter["Type"],
            "version": parameter["Version"],
            "insecure_value" if insecure else "value": parameter["Value"],
            "tags": tags,
            "tags_all": tags_all,
        }

    def update(self, aws: Aws, prior: Object, planned: Object) -> Object:
        """PutParameter over the old version, unless `overwrite` is false; tags."""
        client, name = aws.client("ssm", planned["region"]), planned["id"]
        changed = {key for key, value in planned.items() if value != prior[key]}
        if changed - {*_NO_CONTENT}:
            request = _request(planned, changed)
            doing = f"updating SSM Parameter ({name})"
            overwrite = planned["overwrite"] is not False
            SSM.call(doing, client.put_parameter, at=("value",), Overwrite=overwrite, **request)
        tagging = f"updating tags for SSM Parameter ({name})"
        untag = client.remove_tags_from_resource
        update_tags(
            prior,
            planned,
            lambda keys: SSM.call(tagging, untag, ResourceType="Parameter", ResourceId=name, TagKeys=keys),
            lambda tags: self._tag(client, tagging, name, tags),
        )
        return self.read(aws, planned) or {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteParameter."""
        client = aws.client("ssm", state["region"])
        doing = f"deleting SSM Parameter ({state['id']})"
        SSM.call_unless_gone(doing, client.delete_parameter, Name=state["name"])

    def import_state(self, identifier: str) -> Object:
        """By name."""
        return with_region(identifier)

    def _details(self, client: Any, name: str) -> Mapping[str, Any] | None:
        filters = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
        doing = f"reading SSM Parameter metadata ({name})"
        answer = SSM.call(doing, client.describe_parameters, ParameterFilters=filters)
        found: list[Mapping[str, Any]] = answer["Parameters"]
        return found[0] if found else None

    def _tag(self, client: Any, doing: str, name: str, tags: Mapping[str, str]) -> None:
        tag = client.add_tags_to_resource
        SSM.call(doing, tag, ResourceType="Parameter", ResourceId=name, Tags=_tag_list(tags))


def _request(planned: Object, changed: set[str] | None = None) -> dict[str, Any]:
    """What PutParameter is asked for; of a change (`changed`) only what changed, where AWS keeps the rest."""
    request = {
        "Name": planned["name"],
        "Type": planned["type"],
        "Value": planned["insecure_value"] if _is_text(planned["insecure_value"]) else planned["value"],
        "AllowedPattern": planned["allowed_pattern"] or "",
    }
    if _is_text(planned["tier"]):
        request["Tier"] = planned["tier"]
    optional = {"Description": "description", "DataType": "data_type"}
    if planned["type"] == SECURE:
        optional["KeyId"] = "key_id"
    for member, attribute in optional.items():
        value = planned[attribute]
        if attribute in changed if changed is not None else _is_text(value):
            request[member] = value or ""
    return request


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
