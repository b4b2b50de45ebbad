"""What the smoke test calls its own is not protected."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.policies import SMOKE_INDEX_PREFIX
from vectorform.desired.service_limits import INDEX_NAME
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.naming import named
from vectorform.language.rules.subjects import IndexIn
from vectorform.wording import show

SMOKE_PREFIX = Rule("VF421", "index-name-of-smoke-test")


def check(within: IndexIn) -> Iterator[Problem]:
    """An index of such a name that is to stay."""
    name = within.index.name
    if name.startswith(SMOKE_INDEX_PREFIX) and INDEX_NAME.match(name) and within.index.retirement is None:
        message = f"the name would be {show(name)}, which is not protected from deletion"
        hint = f"{SMOKE_INDEX_PREFIX} is reserved for the smoke test: choose another name"
        hint += ", and retire an index that has this one"
        yield SMOKE_PREFIX.at(*named(within.node, within.path), message, hint)
