"""Condition keys about tags, in lower case: those of a request and those of a resource.

Source: IAM User Guide, "AWS global condition context keys".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def of_request(tags: Mapping[str, str], tag_keys: Iterable[str] = ()) -> dict[str, tuple[str, ...]]:
    """aws:RequestTag and aws:TagKeys; `tag_keys` are those of a call that takes tags away."""
    context: dict[str, tuple[str, ...]] = {
        f"aws:requesttag/{key}".lower(): (value,) for key, value in tags.items()
    }
    if keys := tuple(tags) or tuple(tag_keys):
        context["aws:tagkeys"] = keys
    return context


def of_resource(tags: Mapping[str, str], *services: str) -> dict[str, tuple[str, ...]]:
    """aws:ResourceTag, and the same key of services that have one of their own."""
    return {
        f"{prefix}:resourcetag/{key}".lower(): (value,)
        for key, value in tags.items()
        for prefix in ("aws", *services)
    }
