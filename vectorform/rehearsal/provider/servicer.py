"""Terraform's provider protocol, version 6, answered from the schema and the resources' calls.

What each method owes Terraform: its "Resource Instance Change Lifecycle" document and tfplugin6.proto.
"""

from __future__ import annotations

from typing import Any

from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.catalogue import Catalogue
from vectorform.rehearsal.provider.data_sources import data_sources
from vectorform.rehearsal.provider.deprecations import deprecations
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.identities import identity_of, import_id
from vectorform.rehearsal.provider.integers import check_integers
from vectorform.rehearsal.provider.messages import pb
from vectorform.rehearsal.provider.plan import plan
from vectorform.rehearsal.provider.protocol import (
    diagnostic_messages,
    dynamic_value,
    identity_message,
    path_message,
)
from vectorform.rehearsal.provider.regions import has_form, partition
from vectorform.rehearsal.provider.reporting import reporting
from vectorform.rehearsal.provider.required import check_required
from vectorform.rehearsal.provider.resources import resources
from vectorform.rehearsal.provider.resources.base import Resource
from vectorform.rehearsal.provider.resources.imports import check_account
from vectorform.rehearsal.provider.schema import ResourceSchema, provider_schema
from vectorform.rehearsal.provider.values import UNKNOWN, Object, conform, decode, from_json

_GONE = Diagnostic(
    "AWS resource not found during refresh",
    "Automatically removing from Terraform State instead of returning the error, which may trigger "
    "resource recreation.",
    severity="warning",
)


class Servicer(Catalogue):
    """One provider process. Terraform configures it once, then calls it from several threads."""

    def __init__(self) -> None:
        self._aws: Aws | None = None

    # The provider block

    @reporting(pb.ValidateProviderConfig.Response)
    def ValidateProviderConfig(self, request: Any, _context: Any) -> Any:
        """Checks of the provider block that need no AWS."""
        from vectorform.rehearsal.provider.configure import validate_provider

        config = conform(decode(request.config.msgpack), provider_schema().provider)
        return pb.ValidateProviderConfig.Response(diagnostics=diagnostic_messages(validate_provider(config)))

    @reporting(pb.ConfigureProvider.Response)
    def ConfigureProvider(self, request: Any, _context: Any) -> Any:
        """Credentials, account, region and tags."""
        from vectorform.rehearsal.provider.configure import configure

        self._aws = configure(conform(decode(request.config.msgpack), provider_schema().provider))
        return pb.ConfigureProvider.Response()

    # A resource's life

    @reporting(pb.ValidateResourceConfig.Response)
    def ValidateResourceConfig(self, request: Any, _context: Any) -> Any:
        """Checks that need no AWS."""
        schema, resource = _find(request.type_name)
        config = conform(decode(request.config.msgpack), schema.block)
        legacy = resource.behaviour.legacy
        found = [
            *check_required(schema.block, config, legacy),
            *check_integers(schema.block, config, legacy),
            *resource.validate(config),
            *deprecations(schema.block, config, legacy=legacy),
        ]
        return pb.ValidateResourceConfig.Response(diagnostics=diagnostic_messages(found))

    @reporting(pb.UpgradeResourceState.Response)
    def UpgradeResourceState(self, request: Any, _context: Any) -> Any:
        """Saved state in the shape of the schema; no version of it has changed yet."""
        schema, _ = _find(request.type_name)
        state = from_json(request.raw_state.json, schema.block)
        return pb.UpgradeResourceState.Response(upgraded_state=dynamic_value(state))

    @reporting(pb.ReadResource.Response)
    def ReadResource(self, request: Any, _context: Any) -> Any:
        """The object as it is now: drift, and what is gone."""
        schema, resource = _find(request.type_name)
        state = conform(decode(request.current_state.msgpack), schema.block)
        aws = self._configured()
        if "region" in state and state["region"] is None:
            state["region"] = aws.region
        found = resource.read(aws, state)
        diagnostics = [] if found is not None else [_GONE]
        new = None if found is None else _settled(schema, state, found)
        return pb.ReadResource.Response(
            new_state=dynamic_value(new),
            private=request.private,
            diagnostics=diagnostic_messages(diagnostics),
            new_identity=identity_message(identity_of(request.type_name, new, aws.account_id)),
        )

    @reporting(pb.PlanResourceChange.Response)
    def PlanResourceChange(self, request: Any, _context: Any) -> Any:
        """What an apply would do."""
        schema, resource = _find(request.type_name)
        aws = self._configured()
        proposed = _object(request.proposed_new_state, schema)
        if proposed is None:
            return pb.PlanResourceChange.Response(planned_state=dynamic_value(None))
        _check_partition(proposed.get("region"), aws.region)
        result = plan(
            schema,
            resource.behaviour,
            aws.tag_rules,
            aws.region,
            prior=_object(request.prior_state, schema),
            proposed=proposed,
            config=conform(decode(request.config.msgpack), schema.block),
        )
        return pb.PlanResourceChange.Response(
            planned_state=dynamic_value(result.state),
            requires_replace=[path_message((name,)) for name in result.requires_replace],
            planned_private=request.prior_private,
            legacy_type_system=resource.behaviour.legacy,
            planned_identity=request.prior_identity
            if request.HasField("prior_identity") and not result.requires_replace
            else None,
        )

    @reporting(pb.ApplyResourceChange.Response)
    def ApplyResourceChange(self, request: Any, _context: Any) -> Any:
        """Create, change or delete."""
        schema, resource = _find(request.type_name)
        prior = _object(request.prior_state, schema)
        planned = _object(request.planned_state, schema)
        diagnostics: list[Diagnostic] = []
        state = prior  # what a failed change leaves behind, unless it says otherwise
        try:
            state = self._apply(schema, resource, prior, planned)
        except ProviderError as error:
            diagnostics.append(error.diagnostic)
            if error.state is not None:
                state = _settled(schema, planned or {}, error.state)
        return pb.ApplyResourceChange.Response(
            new_state=dynamic_value(state),
            private=request.planned_private,
            diagnostics=diagnostic_messages(diagnostics),
            legacy_type_system=resource.behaviour.legacy,
            new_identity=identity_message(
                identity_of(request.type_name, state, self._configured().account_id)
            ),
        )

    def _apply(
        self, schema: ResourceSchema, resource: Resource, prior: Object | None, planned: Object | None
    ) -> Object | None:
        aws = self._configured()
        if planned is None:
            resource.delete(aws, prior or {})
            return None
        result = resource.create(aws, planned) if prior is None else resource.update(aws, prior, planned)
        return _settled(schema, planned, result)

    @reporting(pb.ImportResourceState.Response)
    def ImportResourceState(self, request: Any, _context: Any) -> Any:
        """The attributes that ReadResource starts from."""
        schema, resource = _find(request.type_name)
        account = self._configured().account_id
        identity = decode(request.identity.identity_data.msgpack)
        identifier = import_id(request.type_name, identity, account) if identity else request.id
        found = resource.import_state(identifier)
        check_account(found, account)
        imported = pb.ImportResourceState.ImportedResource(
            type_name=request.type_name,
            state=dynamic_value(conform(found, schema.block)),
            identity=request.identity if identity else None,
        )
        return pb.ImportResourceState.Response(imported_resources=[imported])

    # A data source's

    @reporting(pb.ValidateDataResourceConfig.Response)
    def ValidateDataResourceConfig(self, request: Any, _context: Any) -> Any:
        """What is deprecated or missing. What is wrong is said when it is read."""
        block = provider_schema().data_sources[request.type_name]
        config = conform(decode(request.config.msgpack), block)
        found = [*check_required(block, config, legacy=True), *deprecations(block, config, legacy=False)]
        return pb.ValidateDataResourceConfig.Response(diagnostics=diagnostic_messages(found))

    @reporting(pb.ReadDataSource.Response)
    def ReadDataSource(self, request: Any, _context: Any) -> Any:
        """The data source as it is now."""
        block = provider_schema().data_sources[request.type_name]
        config = conform(decode(request.config.msgpack), block)
        state = data_sources()[request.type_name](self._configured(), config)
        return pb.ReadDataSource.Response(state=dynamic_value(conform(state, block)))

    def StopProvider(self, _request: Any, _context: Any) -> Any:
        """Ctrl-C: calls that are under way end normally, so that Terraform saves what they made."""
        return pb.StopProvider.Response()

    def _configured(self) -> Aws:
        if self._aws is None:
            raise ProviderError(Diagnostic("The provider has not been configured"))
        return self._aws


def _check_partition(region: Any, of_provider: str) -> None:
    """A resource may be in another region than the provider, but not in another partition."""
    if not isinstance(region, str):
        return
    found, configured = partition(region).name if has_form(region) else "", partition(of_provider).name
    if found != configured:
        raise ProviderError(
            Diagnostic(
                "Invalid Region Value",
                f"partition ({found}) for per-resource Region ({region}) is not the provider's configured "
                f"partition ({configured})",
                ("region",),
            )
        )


def _find(type_name: str) -> tuple[ResourceSchema, Resource]:
    return provider_schema().resources[type_name], resources()[type_name]


def _object(message: Any, schema: ResourceSchema) -> Object | None:
    value = decode(message.msgpack)
    return None if value is None else conform(value, schema.block)


def _settled(schema: ResourceSchema, base: Object, changes: Object) -> Object:
    """`base` with `changes`, and nothing unknown left."""
    merged = {**base, **changes}
    return conform({key: None if value is UNKNOWN else value for key, value in merged.items()}, schema.block)
