"""Each stack has a state of its own."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.backends import state_location
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration
from vectorform.language.templates import TemplateError
from vectorform.wording import show

SHARED_STATE = Rule("VF322", "state-of-two-stacks")


def check(configuration: Configuration) -> Iterator[Problem]:
    """The first stack whose state would be that of another one."""
    environment = configuration.environment
    node = configuration.root.mapping.get("backend")
    if node is None:
        return
    stacks: dict[str, str] = {}
    for region in environment.regions:
        try:
            location = state_location(environment, region)
        except (KeyError, TemplateError):  # incomplete, and complained about already
            return
        stack = environment.stack_id(region)
        if location and stacks.setdefault(location, stack) != stack:
            setting = "key" if environment.backend.type == "s3" else "workspace"
            message = f"the stacks {stacks[location]} and {stack} would share the state {show(location)}"
            place = node.mapping.get(setting, node)
            yield SHARED_STATE.at(place, ("backend", setting), message, f"write {{stack}} in `{setting}`")
            return
