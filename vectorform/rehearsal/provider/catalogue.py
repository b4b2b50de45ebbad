"""What the provider has: resource types, data sources, and functions, which need no provider block."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vectorform.rehearsal.provider.data_sources import data_sources
from vectorform.rehearsal.provider.diagnostics import ProviderError
from vectorform.rehearsal.provider.functions import FUNCTIONS, FunctionFailed
from vectorform.rehearsal.provider.identities import IDENTITIES
from vectorform.rehearsal.provider.messages import pb
from vectorform.rehearsal.provider.protocol import (
    dynamic_value,
    function_message,
    identity_message,
    identity_schema_message,
    schema_message,
)
from vectorform.rehearsal.provider.reporting import reporting
from vectorform.rehearsal.provider.resources import resources
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.unsupported import (
    identity_error,
    imports_by_identity,
    missing_types_error,
    unsupported_types,
)
from vectorform.rehearsal.provider.values import decode

_CAPABILITIES = pb.ServerCapabilities(get_provider_schema_optional=True)


class Catalogue:
    """The part of the protocol that is the same for every provider block."""

    def GetMetadata(self, _request: Any, _context: Any) -> Any:
        """The resource types."""
        return pb.GetMetadata.Response(
            server_capabilities=_CAPABILITIES,
            resources=[pb.GetMetadata.ResourceMetadata(type_name=name) for name in resources()],
            data_sources=[pb.GetMetadata.DataSourceMetadata(type_name=name) for name in data_sources()],
            functions=[pb.GetMetadata.FunctionMetadata(name=name) for name in FUNCTIONS],
        )

    @reporting(pb.GetProviderSchema.Response)
    def GetProviderSchema(self, _request: Any, _context: Any) -> Any:
        """The provider block, the resource types, the data sources and the functions."""
        missing = unsupported_types(Path.cwd())
        if missing:
            raise ProviderError(missing_types_error(missing))
        by_identity = imports_by_identity(Path.cwd())
        if by_identity:
            raise ProviderError(identity_error(by_identity))
        schema = provider_schema()
        return pb.GetProviderSchema.Response(
            provider=schema_message(schema.provider),
            provider_meta=schema_message(schema.meta),
            data_source_schemas={name: schema_message(schema.data_sources[name]) for name in data_sources()},
            functions=_functions(),
            resource_schemas={
                name: schema_message(schema.resources[name].block, schema.resources[name].version)
                for name in resources()
            },
            server_capabilities=_CAPABILITIES,
        )

    def GetResourceIdentitySchemas(self, _request: Any, _context: Any) -> Any:
        """What identifies an object of each resource type that has an identity."""
        schemas = {name: identity_schema_message(identity) for name, identity in IDENTITIES.items()}
        return pb.GetResourceIdentitySchemas.Response(identity_schemas=schemas)

    def UpgradeResourceIdentity(self, request: Any, _context: Any) -> Any:
        """A saved identity in the shape of its schema."""
        saved = json.loads(request.raw_identity)
        identity = IDENTITIES[request.type_name]
        shaped = {name: saved.get(name) for name in (*identity.required, *identity.optional)}
        return pb.UpgradeResourceIdentity.Response(upgraded_identity=identity_message(shaped))

    def GetFunctions(self, _request: Any, _context: Any) -> Any:
        """The functions."""
        return pb.GetFunctions.Response(functions=_functions())

    def CallFunction(self, request: Any, _context: Any) -> Any:
        """What a function makes of its arguments."""
        arguments = [decode(argument.msgpack) for argument in request.arguments]
        try:
            result = FUNCTIONS[request.name](*arguments)
        except FunctionFailed as failed:
            error = pb.FunctionError(text=str(failed), function_argument=failed.argument)
            return pb.CallFunction.Response(error=error)
        return pb.CallFunction.Response(result=dynamic_value(result))


def _functions() -> dict[str, Any]:
    return {name: function_message(provider_schema().functions[name]) for name in FUNCTIONS}
