"""Where Terraform keeps its state: the checked node to the desired state."""

from __future__ import annotations

from typing import Any, cast

from vectorform.desired.backends import DEFAULTS, with_locks
from vectorform.desired.model import Backend, Environment, Region
from vectorform.desired.model.defaults import default
from vectorform.language.nodes import Node
from vectorform.language.resolve.provider import assumed_role
from vectorform.language.resolve.scope import Scope
from vectorform.language.templates import TemplateError, fill
from vectorform.language.typed_values import text, texts

# What a setting of the backend may contain that is known only for a stack.
_PER_STACK = ("region", "stack")


def backend(node: Node | None, environment: Scope) -> Backend:
    """The backend of the environment, with what is known only for a stack still in its texts."""
    if node is None:
        return Backend()
    scope = environment.at("backend")
    kind = text(node, "type") or default(Backend, "type")
    settings: dict[str, Any] = {}
    for key, template in {**DEFAULTS[kind], **dict.fromkeys(node.mapping)}.items():
        written = node.mapping.get(key)
        if key == "tags":
            settings[key] = texts(written)
        elif key == "assume_role":
            settings[key] = assumed_role(node, scope)
        elif written is not None and isinstance(written.value, int):
            settings[key] = written.value
        elif key != "type":
            settings[key] = scope.fill(node, key, template or "", _PER_STACK)
    if kind == "http":
        settings = with_locks(settings)
    return Backend(type=cast(Any, kind), settings=settings)


def settings_of_stack(environment: Environment, region: Region) -> dict[str, Any]:
    """The backend's settings for one region; empty for templates that were complained about already."""
    values = {"region": region.name, "stack": environment.stack_id(region)}
    try:
        return {
            key: fill(value, values) if isinstance(value, str) else value
            for key, value in environment.backend.settings.items()
        }
    except TemplateError:
        return {}
