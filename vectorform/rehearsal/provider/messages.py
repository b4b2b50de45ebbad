"""The messages of Terraform's plugin protocol: those of the library, and what identities of resources add.

The library has an older version of the protocol than Terraform 1.12, which gives a resource an identity: two
methods, and members of messages that there are already. They are added to a copy of the library's
descriptors, with the names and numbers of tfplugin6.9.proto. A Terraform that does not know them passes over
them (Protocol Buffers, "Unknown fields").
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from google.protobuf import descriptor_pb2, message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from tf.gen import tfplugin_pb2

_Field = descriptor_pb2.FieldDescriptorProto
_PACKAGE = ".tfplugin6."
_DATA = "ResourceIdentityData"
_Fields = dict[str, tuple[int, str]]

# Name to number and type; a type in capitals is a message's.
_NEW: dict[str, dict[str, _Fields]] = {
    "ResourceIdentitySchema": {
        "": {
            "version": (1, "int64"),
            "identity_attributes": (2, "ResourceIdentitySchema.IdentityAttribute*"),
        },
        "IdentityAttribute": {
            "name": (1, "string"),
            "type": (2, "bytes"),
            "required_for_import": (3, "bool"),
            "optional_for_import": (4, "bool"),
            "description": (5, "string"),
        },
    },
    _DATA: {"": {"identity_data": (1, "DynamicValue")}},
    "GetResourceIdentitySchemas": {
        "": {},
        "Request": {},
        # A map of the protocol is a list of entries with a key and a value.
        "IdentitySchemasEntry": {"key": (1, "string"), "value": (2, "ResourceIdentitySchema")},
        "Response": {
            "identity_schemas": (1, "GetResourceIdentitySchemas.IdentitySchemasEntry*"),
            "diagnostics": (2, "Diagnostic*"),
        },
    },
    "UpgradeResourceIdentity": {
        "": {},
        "Request": {"type_name": (1, "string"), "version": (2, "int64"), "raw_identity": (3, "bytes")},
        "Response": {"upgraded_identity": (1, _DATA), "diagnostics": (2, "Diagnostic*")},
    },
}
_ADDED: dict[tuple[str, str], _Fields] = {
    ("ReadResource", "Request"): {"current_identity": (6, _DATA)},
    ("ReadResource", "Response"): {"new_identity": (5, _DATA)},
    ("PlanResourceChange", "Request"): {"prior_identity": (8, _DATA)},
    ("PlanResourceChange", "Response"): {"planned_identity": (7, _DATA)},
    ("ApplyResourceChange", "Request"): {"planned_identity": (7, _DATA)},
    ("ApplyResourceChange", "Response"): {"new_identity": (5, _DATA)},
    ("ImportResourceState", "Request"): {"identity": (4, _DATA)},
    ("ImportResourceState", "ImportedResource"): {"identity": (4, _DATA)},
}


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto()
    tfplugin_pb2.DESCRIPTOR.CopyToProto(file)
    known = {message.name: message for message in file.message_type}
    for (outer, inner), fields in _ADDED.items():
        (message,) = (nested for nested in known[outer].nested_type if nested.name == inner)
        _add(message, fields)
    for name, parts in _NEW.items():
        message = file.message_type.add(name=name)
        for part, fields in parts.items():
            _add(message.nested_type.add(name=part) if part else message, fields)
        for nested in message.nested_type:
            nested.options.map_entry = nested.name.endswith("Entry")
    for name in ("GetResourceIdentitySchemas", "UpgradeResourceIdentity"):
        file.service[0].method.add(
            name=name, input_type=f"{_PACKAGE}{name}.Request", output_type=f"{_PACKAGE}{name}.Response"
        )
    return file


def _add(message: Any, fields: _Fields) -> None:
    for name, (number, kind) in fields.items():
        label = _Field.LABEL_REPEATED if kind.endswith("*") else _Field.LABEL_OPTIONAL
        field = message.field.add(name=name, number=number, label=label)
        kind = kind.removesuffix("*")
        if kind[0].isupper():
            field.type, field.type_name = _Field.TYPE_MESSAGE, f"{_PACKAGE}{kind}"
        else:
            field.type = _Field.Type.Value(f"TYPE_{kind.upper()}")


_POOL = DescriptorPool()
_FILE = _POOL.Add(_file()) or _POOL.FindFileByName(_file().name)
SERVICE: Final[Any] = _FILE.services_by_name["Provider"]
pb: Final[Any] = SimpleNamespace(
    **{
        name: message_factory.GetMessageClass(descriptor)
        for name, descriptor in _FILE.message_types_by_name.items()
    }
)
