"""The state of moto's services as bytes. Imports moto, once moto runs."""

from __future__ import annotations

import collections
import io
import pickle
import sys
from importlib.metadata import version
from typing import Any

from moto.backends import get_backend

# What `--state` keeps besides S3 Vectors.
_KEPT = ("iam", "sts", "kms", "s3", "ssm", "eks")


def dump() -> bytes:
    """Everything that the services which are kept, and were used, have."""
    file = io.BytesIO()
    used = [name for name in _KEPT if f"moto.{name}.models" in sys.modules]
    kept = {name: {a: dict(r) for a, r in get_backend(name).items()} for name in used}
    _Pickler(file).dump({"moto": version("moto"), "services": kept})
    return file.getvalue()


def load(state: bytes) -> None:
    """Take over what `dump` has returned. Raises ValueError."""
    try:
        document = pickle.loads(state)
        written_by, services = document["moto"], document["services"]
    except Exception as problem:  # whatever a damaged pickle may raise
        raise ValueError(f"the state of moto's services cannot be read ({problem})") from problem
    if written_by != version("moto"):
        raise ValueError(
            f"the state of moto's services was written by moto {written_by}, not {version('moto')}"
        )
    for name, accounts in services.items():
        for account, regions in accounts.items():
            for region, backend in regions.items():
                get_backend(name)[account][region] = backend


def _private_key(pem: bytes) -> Any:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return load_pem_private_key(pem, None)


def _tags_of_resources() -> Any:
    return collections.defaultdict(lambda: collections.defaultdict(dict))


class _Pickler(pickle.Pickler):
    """Also takes the private keys that moto's KMS makes, as PEM, and the dictionaries of its SSM."""

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if kind.__module__.startswith("cryptography.") and hasattr(value, "private_bytes"):
            return _private_key, (_pem(value),)
        if kind.__name__ == "ParameterDict":
            made_of = (value.account_id, value.region_name)
            return kind, made_of, vars(value), None, iter(value.items())
        if kind is collections.defaultdict and "<locals>" in getattr(
            value.default_factory, "__qualname__", ""
        ):
            return _tags_of_resources, (), None, None, iter(value.items())
        return NotImplemented


def _pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem
