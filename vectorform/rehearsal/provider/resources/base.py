"""What a resource type has to say for itself; everything else follows from the schema."""

from __future__ import annotations

from typing import Protocol

from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.values import Object


class Resource(Protocol):
    """The calls of one resource type. All but `validate` raise ProviderError with the service's answer.

    Objects are conformed to the schema. What `create`, `read` and `update` return may leave out
    attributes: those keep their planned or prior value.
    """

    @property
    def behaviour(self) -> Behaviour:
        """How its plans differ from what the schema says."""

    def validate(self, config: Object, /) -> list[Diagnostic]:
        """What is wrong with a configuration; values may still be unknown."""

    def create(self, aws: Aws, planned: Object, /) -> Object:
        """Create the object."""

    def read(self, aws: Aws, state: Object, /) -> Object | None:
        """The object as it is now, or None if it is gone."""

    def update(self, aws: Aws, prior: Object, planned: Object, /) -> Object:
        """Change the object in place."""

    def delete(self, aws: Aws, state: Object, /) -> None:
        """Delete the object; that it is gone already is fine."""

    def import_state(self, identifier: str, /) -> Object:
        """The attributes by which `read` finds the object called `identifier`."""
