"""As much of Terraform's core as one resource needs, driving the provider by its protocol in this process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vectorform.rehearsal.provider.messages import pb
from vectorform.rehearsal.provider.resources import resources
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.servicer import Servicer
from vectorform.rehearsal.provider.values import Object, conform, decode, encode, is_known


@dataclass
class Refused(Exception):
    """The provider answered with errors. `state` is what an apply left behind."""

    messages: list[str]
    state: Object | None = None


class Core:
    """As much of Terraform's core as one resource needs."""

    def __init__(self, servicer: Servicer, type_name: str) -> None:
        self.servicer, self.type_name = servicer, type_name
        self.block = provider_schema().resources[type_name].block

    def apply(self, config: Object | None, prior: Object | None = None) -> Object | None:
        """Validate, plan and apply `config` (None: destroy); replace the object if need be."""
        if config is None:
            return self._apply(prior, None, None)
        configured = conform(config, self.block)
        request = pb.ValidateResourceConfig.Request(type_name=self.type_name, config=message(configured))
        check(self.servicer.ValidateResourceConfig(request, None).diagnostics)
        planned, replace = self.plan(configured, prior)
        if replace:
            self._apply(prior, None, None)
            planned, prior = self.plan(configured, None)[0], None
        state = self._apply(prior, planned, configured)
        assert state is not None
        behaviour = resources()[self.type_name].behaviour
        for name, value in planned.items():
            # The older SDK may answer what is not configured with another value, a key's ARN with its id.
            excused = behaviour.legacy and (configured.get(name) is None or name in behaviour.same)
            if is_known(value) and not excused:
                assert state[name] == value, f"{name} is not as planned"
        assert is_known(state)
        return state

    def plan(self, configured: Object, prior: Object | None) -> tuple[Object, bool]:
        proposed = dict(configured)
        for name, attribute in self.block.attributes.items():
            if prior is not None and attribute.computed and configured[name] is None:
                proposed[name] = prior[name]
        response = self.servicer.PlanResourceChange(
            pb.PlanResourceChange.Request(
                type_name=self.type_name,
                prior_state=message(prior),
                proposed_new_state=message(proposed),
                config=message(configured),
            ),
            None,
        )
        check(response.diagnostics)
        return decode(response.planned_state.msgpack), bool(response.requires_replace)

    def _apply(self, prior: Object | None, planned: Object | None, config: Object | None) -> Object | None:
        response = self.servicer.ApplyResourceChange(
            pb.ApplyResourceChange.Request(
                type_name=self.type_name,
                prior_state=message(prior),
                planned_state=message(planned),
                config=message(config),
            ),
            None,
        )
        state: Object | None = decode(response.new_state.msgpack)
        check(response.diagnostics, state)
        return state

    def read(self, state: Object) -> Object | None:
        request = pb.ReadResource.Request(type_name=self.type_name, current_state=message(state))
        response = self.servicer.ReadResource(request, None)
        check(response.diagnostics)
        found: Object | None = decode(response.new_state.msgpack)
        return found

    def import_(self, identifier: str) -> Object:
        request = pb.ImportResourceState.Request(type_name=self.type_name, id=identifier)
        response = self.servicer.ImportResourceState(request, None)
        check(response.diagnostics)
        found = self.read(decode(response.imported_resources[0].state.msgpack))
        assert found
        return found


def message(value: Any) -> Any:
    return pb.DynamicValue(msgpack=encode(value))


def check(diagnostics: Any, state: Object | None = None) -> None:
    errors = [each for each in diagnostics if each.severity == pb.Diagnostic.ERROR]
    if errors:
        raise Refused([f"{each.summary}: {each.detail}" for each in errors], state)
