"""Each stack has a state of its own."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.backends import PER_STACK, state_location
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Configuration
from vectorform.language.templates import TemplateError
from vectorform.wording import show

SHARED_STATE = Rule("VF322", "state-of-two-stacks")
SHARED_LOCK = Rule("VF328", "lock-of-two-stacks")


def check(configuration: Configuration) -> Iterator[Problem]:
    """The first stack whose state, or whose lock, would be that of another one."""
    environment = configuration.environment
    node = configuration.root.mapping.get("backend")
    if node is None:
        return
    states: dict[str, str] = {}
    locks: dict[str, str] = {}
    for region in environment.regions:
        try:
            state = state_location(environment, region)
        except (KeyError, TemplateError):  # incomplete, and complained about already
            return
        stack = environment.stack_id(region)
        lock = region.backend_settings.get("lock_address")
        if state and states.setdefault(state, stack) != stack:
            setting = PER_STACK[environment.backend.type]
            problem = (
                SHARED_STATE,
                f"the stacks {states[state]} and {stack} would share the state {show(state)}",
            )
        elif lock and locks.setdefault(lock, stack) != stack:
            setting = "lock_address"
            problem = SHARED_LOCK, f"the stacks {locks[lock]} and {stack} would share the lock {show(lock)}"
        else:
            continue
        rule, message = problem
        place = node.mapping.get(setting, node)
        yield rule.at(place, ("backend", setting), message, f"write {{stack}} in `{setting}`")
        return
