"""The AWS bindings of CDKTF, and of CDK Terrain: load them quickly, and say what they cannot.

The official binding package imports all of its 2,212 modules when any of them is imported, in Python and
again in Node (hashicorp/terraform-cdk#3753): 13 to 50 s. Here the Python root package is replaced by an
empty one with the same path, and Node gets a hook that makes the same list lazy (`quicker_node.cjs`).
The synthesized Terraform is the same, which a test holds. The bindings of CDK Terrain are lazy by themselves.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from vectorform import engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec


class Bindings(NamedTuple):
    """The bindings of a framework: their Python package, and what jsii calls it."""

    framework: str
    package: str
    npm_name: str


BINDINGS = {
    "cdktf": Bindings("cdktf", "cdktf_cdktf_provider_aws", "@cdktf/provider-aws"),
    "cdktn": Bindings("cdktn", "cdktn_aws", "@cdktn/aws"),
}
_HOOK = Path(__file__).with_name("quicker_node.cjs")
# The same for the cdktf command line.
CLI_HOOK = Path(__file__).with_name("quicker_cli.cjs")

# jsii says at every start that Node 20 has reached its end of life; the CDKTF of 2025 was made for it.
_SILENCED_NODE = "20"


@functools.cache
def chosen() -> Bindings:
    """Those of the project's framework, for the whole life of this process. Raises UserError."""
    return BINDINGS[engine.framework()]


def prepare(*, lazily: bool = True) -> None:
    """Set up this process so that importing the bindings is quick. Call it before cdktf is imported.

    `lazily=False` loads as every tutorial does in Node (the warm-up of `vectorform.blocks.warm_up` and the
    test that compares both use it).
    """
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", _SILENCED_NODE)
    own_node = Path(sys.prefix) / "bin" / "node"
    if own_node.exists():
        os.environ.setdefault("JSII_NODE", str(own_node))
    if lazily and type_index_exists():
        _preload(_HOOK)
    package = chosen().package
    if package not in sys.modules:
        sys.modules[package] = _package_without_body(package)


@contextlib.contextmanager
def loading(app: str) -> Iterator[None]:
    """Import the module `app`, and so cdktf and the bindings, while the `with` block does something else.

    Most of it is waiting for Node. What goes wrong in it comes up again where `app` is imported.
    """
    importlib.import_module("jsii")  # here, where nothing else wants the interpreter: Node starts after it
    thread = threading.Thread(target=_load_quietly, args=(app,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()  # ending while jsii is starting would leave its process to complain


def _load_quietly(app: str) -> None:
    with contextlib.suppress(Exception):
        importlib.import_module("constructs")  # small: Node is on its way before cdktf's megabyte is read
        importlib.import_module(app)


def type_index_exists() -> bool:
    """Whether jsii has cached its index of the bindings' types.

    jsii writes it from a worker some 2 s after a load; a hooked process ends before that. Hooking before
    the index is there would therefore keep every run slow (2.4 s instead of 1 s).
    """
    package = package_cache() / chosen().npm_name / _version()
    return any(package.glob("*/.jsii.runtime-index.v*"))


def _version() -> str:
    """Of the bindings, by their metadata folder's name: `importlib.metadata` takes 20 ms to import."""
    package = chosen().package
    origin = Path(str(_spec(package).origin))
    metadata = next(origin.parents[1].glob(f"{package}-*.dist-info"))
    return metadata.stem.removeprefix(f"{package}-")


def package_cache() -> Path:
    """Where jsii keeps extracted packages (its own rule: @jsii/kernel, package cache)."""
    configured = os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT")
    if configured:
        return Path(configured)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "com.amazonaws.jsii" / "package-cache"
    return Path.home() / ".cache" / "aws" / "jsii" / "package-cache"


def preloading(hook: Path) -> str:
    """What NODE_OPTIONS says to load `hook` before anything else."""
    escaped = str(hook).replace("\\", "\\\\").replace('"', '\\"')
    return f'--require "{escaped}"'


def _preload(hook: Path) -> None:
    options = os.environ.get("NODE_OPTIONS", "")
    preload = preloading(hook)
    if preload not in options:
        os.environ["NODE_OPTIONS"] = f"{options} {preload}".strip()


def _package_without_body(name: str) -> ModuleType:
    return importlib.util.module_from_spec(_spec(name))


def _spec(name: str) -> ModuleSpec:
    spec = importlib.util.find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(f"{name} is not installed", name=name)
    return spec
