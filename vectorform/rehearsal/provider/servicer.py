"""Terraform's provider protocol, version 6, answered from the schema and the resources' calls.

What each method owes Terraform: its "Resource Instance Change Lifecycle" document and tfplugin6.proto.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.plan import plan
from vectorform.rehearsal.provider.protocol import (
    diagnostic_messages,
    dynamic_value,
    path_message,
    schema_message,
)
from vectorform.rehearsal.provider.resources import resources
from vectorform.rehearsal.provider.resources.base import Resource
from vectorform.rehearsal.provider.schema import ResourceSchema, provider_schema
from vectorform.rehearsal.provider.unsupported import missing_types_error, unsupported_types
from vectorform.rehearsal.provider.values import UNKNOWN, Object, conform, decode, from_json

_GONE = Diagnostic(
    "AWS resource not found during refresh",
    "Automatically removing from Terraform State instead of returning the error, which may trigger "
    "resource recreation.",
    severity="warning",
)
_CAPABILITIES = pb.ServerCapabilities(get_provider_schema_optional=True)


def _reporting(response: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Turn a ProviderError, and any slip of this program, into an error that Terraform shows."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def reporting(self: Servicer, request: Any, context: Any) -> Any:
            try:
                return method(self, request, context)
            except ProviderError as error:
                return response(diagnostics=diagnostic_messages([error.diagnostic]))
            except Exception as error:
                import traceback

                traceback.print_exc()  # Terraform shows it with TF_LOG
                summary = f"The offline provider failed in {method.__name__}: {error!r}"
                detail = "This is a bug in the offline provider. TF_LOG=error shows where."
                return response(diagnostics=diagnostic_messages([Diagnostic(summary, detail)]))

        return reporting

    return decorate


class Servicer(rpc.ProviderServicer):  # type: ignore[misc]
    """One provider process. Terraform configures it once, then calls it from several threads."""

    def __init__(self) -> None:
        self._aws: Aws | None = None

    # What there is

    def GetMetadata(self, _request: Any, _context: Any) -> Any:
        """The resource types."""
        return pb.GetMetadata.Response(
            server_capabilities=_CAPABILITIES,
            resources=[pb.GetMetadata.ResourceMetadata(type_name=name) for name in resources()],
        )

    @_reporting(pb.GetProviderSchema.Response)
    def GetProviderSchema(self, _request: Any, _context: Any) -> Any:
        """The provider block and the resource types."""
        missing = unsupported_types(Path.cwd())
        if missing:
            raise ProviderError(missing_types_error(missing))
        schema = provider_schema()
        return pb.GetProviderSchema.Response(
            provider=schema_message(schema.provider),
            resource_schemas={
                name: schema_message(schema.resources[name].block, schema.resources[name].version)
                for name in resources()
            },
            server_capabilities=_CAPABILITIES,
        )

    def GetFunctions(self, _request: Any, _context: Any) -> Any:
        """None."""
        return pb.GetFunctions.Response()

    # The provider block

    @_reporting(pb.ValidateProviderConfig.Response)
    def ValidateProviderConfig(self, request: Any, _context: Any) -> Any:
        """Checks of the provider block that need no AWS."""
        from vectorform.rehearsal.provider.configure import validate_provider

        config = conform(decode(request.config.msgpack), provider_schema().provider)
        return pb.ValidateProviderConfig.Response(diagnostics=diagnostic_messages(validate_provider(config)))

    @_reporting(pb.ConfigureProvider.Response)
    def ConfigureProvider(self, request: Any, _context: Any) -> Any:
        """Credentials, account, region and tags."""
        from vectorform.rehearsal.provider.configure import configure

        self._aws = configure(conform(decode(request.config.msgpack), provider_schema().provider))
        return pb.ConfigureProvider.Response()

    # A resource's life

    @_reporting(pb.ValidateResourceConfig.Response)
    def ValidateResourceConfig(self, request: Any, _context: Any) -> Any:
        """Checks that need no AWS."""
        schema, resource = _find(request.type_name)
        config = conform(decode(request.config.msgpack), schema.block)
        return pb.ValidateResourceConfig.Response(diagnostics=diagnostic_messages(resource.validate(config)))

    @_reporting(pb.UpgradeResourceState.Response)
    def UpgradeResourceState(self, request: Any, _context: Any) -> Any:
        """Saved state in the shape of the schema; no version of it has changed yet."""
        schema, _ = _find(request.type_name)
        state = from_json(request.raw_state.json, schema.block)
        return pb.UpgradeResourceState.Response(upgraded_state=dynamic_value(state))

    @_reporting(pb.ReadResource.Response)
    def ReadResource(self, request: Any, _context: Any) -> Any:
        """The object as it is now: drift, and what is gone."""
        schema, resource = _find(request.type_name)
        state = conform(decode(request.current_state.msgpack), schema.block)
        aws = self._configured()
        if "region" in state and state["region"] is None:
            state["region"] = aws.region
        found = resource.read(aws, state)
        diagnostics = [] if found is not None else [_GONE]
        return pb.ReadResource.Response(
            new_state=dynamic_value(None if found is None else _settled(schema, state, found)),
            private=request.private,
            diagnostics=diagnostic_messages(diagnostics),
        )

    @_reporting(pb.PlanResourceChange.Response)
    def PlanResourceChange(self, request: Any, _context: Any) -> Any:
        """What an apply would do."""
        schema, resource = _find(request.type_name)
        aws = self._configured()
        proposed = _object(request.proposed_new_state, schema)
        if proposed is None:
            return pb.PlanResourceChange.Response(planned_state=dynamic_value(None))
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
        )

    @_reporting(pb.ApplyResourceChange.Response)
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

    @_reporting(pb.ImportResourceState.Response)
    def ImportResourceState(self, request: Any, _context: Any) -> Any:
        """The attributes that ReadResource starts from."""
        schema, resource = _find(request.type_name)
        state = conform(resource.import_state(request.id), schema.block)
        return pb.ImportResourceState.Response(
            imported_resources=[
                pb.ImportResourceState.ImportedResource(
                    type_name=request.type_name, state=dynamic_value(state)
                )
            ]
        )

    def StopProvider(self, _request: Any, _context: Any) -> Any:
        """Ctrl-C: calls that are under way end normally, so that Terraform saves what they made."""
        return pb.StopProvider.Response()

    def _configured(self) -> Aws:
        if self._aws is None:
            raise ProviderError(Diagnostic("The provider has not been configured"))
        return self._aws


def _find(type_name: str) -> tuple[ResourceSchema, Resource]:
    return provider_schema().resources[type_name], resources()[type_name]


def _object(message: Any, schema: ResourceSchema) -> Object | None:
    value = decode(message.msgpack)
    return None if value is None else conform(value, schema.block)


def _settled(schema: ResourceSchema, base: Object, changes: Object) -> Object:
    """`base` with `changes`, and nothing unknown left."""
    merged = {**base, **changes}
    return conform({key: None if value is UNKNOWN else value for key, value in merged.items()}, schema.block)
