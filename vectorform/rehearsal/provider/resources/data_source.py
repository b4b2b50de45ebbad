"""`aws_bedrockagent_data_source`. Its calls are the real provider's (`bedrockagent/data_source.go`).

As there, another knowledge base is a change in place, which AWS refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import AttributePath, Diagnostic, ProviderError, keeping
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.bedrock import BEDROCK_AGENT, retried, wait
from vectorform.rehearsal.provider.resources.blocks import between, nested, required_block
from vectorform.rehearsal.provider.resources.imports import with_region
from vectorform.rehearsal.provider.schema import Block, provider_schema
from vectorform.rehearsal.provider.shapes import expand, flatten
from vectorform.rehearsal.provider.validators import (
    arn,
    length_between,
    matches,
    one_of,
    size_between,
    spell,
)
from vectorform.rehearsal.provider.values import UNKNOWN, Object

_TYPE = "aws_bedrockagent_data_source"
_NAME = r"([0-9a-zA-Z][_-]?){1,100}"
_NAME_RULE = (
    "valid characters are a-z, A-Z, 0-9, _ (underscore) and - (hyphen). The name can have up to 100 "
    "characters"
)
# The block that a type of data source needs.
_TYPES = {
    "S3": "s3_configuration",
    "WEB": "web_configuration",
    "CONFLUENCE": "confluence_configuration",
    "SALESFORCE": "salesforce_configuration",
    "SHAREPOINT": "share_point_configuration",
    "CUSTOM": None,
    "REDSHIFT_METADATA": None,
    "MANAGED_KNOWLEDGE_BASE_CONNECTOR": "managed_knowledge_base_connector_configuration",
}
_STRATEGIES = ("FIXED_SIZE", "NONE", "HIERARCHICAL", "SEMANTIC")
_CANNOT_ASSUME = ("cannot assume role",)
_SENT = (
    "data_deletion_policy",
    "data_source_configuration",
    "description",
    "knowledge_base_id",
    "name",
    "server_side_encryption_configuration",
    "vector_ingestion_configuration",
)


class DataSource:
    """`aws_bedrockagent_data_source`."""

    behaviour = Behaviour()

    def validate(self, config: Object) -> list[Diagnostic]:
        """Required blocks, names, enums, prefixes and the limits of chunking."""
        found = [
            *required_block(config, "data_source_configuration"),
            *matches(("name",), config["name"], _NAME, _NAME_RULE),
            *length_between(("description",), config["description"], 1, 200),
            *one_of(("data_deletion_policy",), config["data_deletion_policy"], ("RETAIN", "DELETE")),
        ]
        for path, block in nested(config, (), "data_source_configuration"):
            found += _of_type(path, block)
        for path, block in nested(config, (), "data_source_configuration", "s3_configuration"):
            found += arn((*path, "bucket_arn"), block["bucket_arn"])
            owner = (*path, "bucket_owner_account_id")
            found += matches(owner, block["bucket_owner_account_id"], r"\d{12}", "must be a valid account ID")
            prefixes = block["inclusion_prefixes"]
            found += size_between((*path, "inclusion_prefixes"), prefixes, 0, 1)
            for prefix in prefixes if isinstance(prefixes, list) else []:
                found += length_between((*path, "inclusion_prefixes"), prefix, 1, 300)
        for path, block in nested(config, (), "vector_ingestion_configuration", "chunking_configuration"):
            found += _chunking(path, block)
        for path, block in nested(config, (), "server_side_encryption_configuration"):
            found += arn((*path, "kms_key_arn"), block["kms_key_arn"])
        return found

    def create(self, aws: Aws, planned: Object) -> Object:
        """CreateDataSource, then until it is AVAILABLE."""
        client = aws.client("bedrock-agent", planned["region"])
        request = _request(client, "CreateDataSource", planned)
        doing = "creating Bedrock Agent Data Source"
        made = retried(
            lambda: BEDROCK_AGENT.call(doing, client.create_data_source, **request), _CANNOT_ASSUME
        )
        name, base = made["dataSource"]["dataSourceId"], planned["knowledge_base_id"]
        created = {**planned, "id": f"{name},{base}", "data_source_id": name}
        with keeping(created):
            found = _wait(client, name, base, "create", ("CREATING",), "AVAILABLE") or {}
        return {**created, "data_deletion_policy": found["dataDeletionPolicy"]}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetDataSource."""
        client = aws.client("bedrock-agent", state["region"])
        name, base = _parts(state["id"])
        found = _look(client, name, base)
        if found is None:
            return None
        shape = client.meta.service_model.operation_model("GetDataSource").output_shape
        attributes = flatten(found, _block(), shape.members["dataSource"])
        return {**attributes, "id": state["id"]}

    def update(self, aws: Aws, _prior: Object, planned: Object) -> Object:
        """UpdateDataSource, with everything; then until it is AVAILABLE."""
        client = aws.client("bedrock-agent", planned["region"])
        name, base = planned["data_source_id"], planned["knowledge_base_id"]
        request = _request(client, "UpdateDataSource", planned)
        doing = f"updating Bedrock Agent Data Source ({name},{base})"
        retried(
            lambda: BEDROCK_AGENT.call(doing, client.update_data_source, **request, dataSourceId=name),
            _CANNOT_ASSUME,
        )
        _wait(client, name, base, "update", ("UPDATING",), "AVAILABLE")
        return {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteDataSource, then until it is gone: with DELETE its vectors have to go first."""
        client = aws.client("bedrock-agent", state["region"])
        name, base = state["data_source_id"], state["knowledge_base_id"]
        gone = BEDROCK_AGENT.call_unless_gone(
            f"deleting Bedrock Agent Data Source ({name},{base})",
            client.delete_data_source,
            dataSourceId=name,
            knowledgeBaseId=base,
        )
        if gone is not None:
            _wait(client, name, base, "delete", ("DELETING",), None)

    def import_state(self, identifier: str) -> Object:
        """By `DATA_SOURCE_ID,KNOWLEDGE_BASE_ID`."""
        state = with_region(identifier)
        _parts(state["id"])
        return state


def _of_type(path: AttributePath, block: Mapping[str, Any]) -> list[Diagnostic]:
    """The block of the type, and no other."""
    found = one_of((*path, "type"), block["type"], tuple(_TYPES))
    needs = _TYPES.get(block["type"]) if isinstance(block["type"], str) else None
    if needs and block[needs] == []:
        detail = f'Attribute "{spell((*path, needs))}" must be specified when "type" is "{block["type"]}"'
        found.append(Diagnostic("Invalid Attribute Combination", detail, (*path, "type")))
    return found


def _chunking(path: AttributePath, block: Mapping[str, Any]) -> list[Diagnostic]:
    """The limits of the four strategies."""
    found = one_of((*path, "chunking_strategy"), block["chunking_strategy"], _STRATEGIES)
    for inner, options in nested(block, path, "fixed_size_chunking_configuration"):
        found += between((*inner, "max_tokens"), options["max_tokens"], 1)
        found += between((*inner, "overlap_percentage"), options["overlap_percentage"], 1, 99)
    for inner, options in nested(block, path, "hierarchical_chunking_configuration"):
        found += between((*inner, "overlap_tokens"), options["overlap_tokens"], 1)
        levels = options["level_configuration"]
        if isinstance(levels, list) and len(levels) != 2:
            at = (*inner, "level_configuration")
            detail = f"Attribute {spell(at)} list must contain at least 2 elements and at most 2 elements, "
            found.append(Diagnostic("Invalid Attribute Value", f"{detail}got: {len(levels)}", at))
        for deeper, level in nested(options, inner, "level_configuration"):
            found += between((*deeper, "max_tokens"), level["max_tokens"], 1, 8192)
    for inner, options in nested(block, path, "semantic_chunking_configuration"):
        threshold = options["breakpoint_percentile_threshold"]
        found += between((*inner, "breakpoint_percentile_threshold"), threshold, 50, 99)
        found += between((*inner, "buffer_size"), options["buffer_size"], 0, 1)
        found += between((*inner, "max_token"), options["max_token"], 1)
    return found


def _block() -> Block:
    return provider_schema().resources[_TYPE].block


def _request(client: Any, operation: str, planned: Object) -> dict[str, Any]:
    """What is sent; a deletion policy that nobody has chosen is AWS's choice."""
    shape = client.meta.service_model.operation_model(operation).input_shape
    given = {name: planned[name] for name in _SENT if planned[name] is not UNKNOWN}
    return expand(given, _block(), shape)


def _parts(identifier: str) -> tuple[str, str]:
    parts = identifier.split(",")
    if len(parts) != 2 or not all(parts):
        detail = (
            f"unexpected format for ID ({identifier}), expected more than 1 part"
            if len(parts) < 2
            else f"unexpected format for ID ({identifier}), expected (2) parts separated by (,)"
        )
        raise ProviderError(Diagnostic("Parsing resource ID", detail))
    return parts[0], parts[1]


def _look(client: Any, name: str, base: str) -> Mapping[str, Any] | None:
    doing = f"reading Bedrock Agent Data Source ({name},{base})"
    answer = BEDROCK_AGENT.call_unless_gone(
        doing, client.get_data_source, dataSourceId=name, knowledgeBaseId=base
    )
    found: Mapping[str, Any] | None = answer["dataSource"] if answer else None
    return found


def _wait(
    client: Any, name: str, base: str, what: str, pending: tuple[str, ...], target: str | None
) -> Mapping[str, Any] | None:
    doing = f"waiting for Bedrock Agent Data Source ({name},{base}) {what}"
    return wait(doing, lambda: _look(client, name, base), pending, target)
