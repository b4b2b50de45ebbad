"""Default tags, ignored tags, and what becomes of them in `tags` and `tags_all`.

Rules: the provider's guide "Resource Tagging": `tags_all` is the default tags overridden by the
resource's own; what `ignore_tags` names, and every `aws:` tag, is neither read nor changed. Only the call
that creates a resource sends ignored tags (`internal/provider`, the tags interceptors).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vectorform.rehearsal.provider.values import UNKNOWN, is_known

Tags = dict[str, str]
_RESERVED = "aws:"


@dataclass(frozen=True, slots=True)
class TagRules:
    """The provider block's `default_tags` and `ignore_tags`."""

    defaults: Mapping[str, str] = field(default_factory=dict)
    ignored_keys: frozenset[str] = frozenset()
    ignored_prefixes: tuple[str, ...] = ()

    def planned(self, tags: Any) -> Any:
        """`tags_all` for the configured `tags`; unknown while any of them is."""
        if not is_known(tags):
            return UNKNOWN
        return self.visible(self.written(tags))

    def written(self, tags: Mapping[str, str | None] | None) -> Tags:
        """What is sent when a resource is created: ignored tags too, and "" for a null."""
        own = {key: "" if value is None else value for key, value in (tags or {}).items()}
        merged = {**self.defaults, **own}
        return {key: value for key, value in merged.items() if not key.startswith(_RESERVED)}

    def visible(self, tags: Mapping[str, str]) -> Tags:
        """`tags` without those that the provider must not look at."""
        return {
            key: value
            for key, value in tags.items()
            if not key.startswith(_RESERVED)
            and key not in self.ignored_keys
            and not key.startswith(self.ignored_prefixes or ("\0",))
        }

    def read(
        self, actual: Mapping[str, str], prior: Mapping[str, str | None] | None
    ) -> tuple[dict[str, str | None] | None, Tags]:
        """(`tags`, `tags_all`) for the tags that AWS has.

        A tag equal to a default belongs to the provider block, unless the resource's own tags (`prior`)
        spell it as well. No tags stay null where they were null, and so does a tag without a value.
        """
        everything = self.visible(actual)
        known = prior or {}
        own: dict[str, str | None] = {}
        for key, value in everything.items():
            spelled = key in known and (known[key] or "") == value
            if spelled or self.defaults.get(key) != value:
                own[key] = known[key] if spelled else value
        return (own or (None if prior is None else {})), everything


def difference(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[list[str], Tags]:
    """(keys to remove, tags to set) that turn `old` into `new`."""
    removed = [key for key in old if key not in new]
    changed = {key: value for key, value in new.items() if old.get(key) != value}
    return removed, changed


def update_tags(
    prior: Mapping[str, Any],
    planned: Mapping[str, Any],
    untag: Callable[[list[str]], object],
    tag: Callable[[Tags], object],
) -> None:
    """Untag, then tag, what a plan changes: `untag` gets keys, `tag` with tags, where there are any."""
    removed, changed = difference(prior["tags_all"] or {}, known_tags(planned))
    if removed:
        untag(removed)
    if changed:
        tag(changed)


def known_tags(planned: Mapping[str, Any]) -> Tags:
    """`tags_all` of a plan; none where it is unknown, which the older SDK makes of "no tags"."""
    tags = planned["tags_all"]
    return tags if isinstance(tags, dict) else {}
