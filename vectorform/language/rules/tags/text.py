"""Keys and values of tags: length, characters, what AWS keeps for itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from vectorform.desired.service_limits import MAX_TAG_KEY, MAX_TAG_VALUE
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Tagged
from vectorform.wording import show

EMPTY = Rule("VF451", "tag-key-empty")
RESERVED = Rule("VF452", "tag-key-reserved")
LENGTH = Rule("VF453", "tag-length")
CHARACTERS = Rule("VF454", "tag-characters")

_COMMON = re.compile(r"[A-Za-z0-9 _.:/=+@-]*\Z")


def check(tagged: Tagged) -> Iterator[Problem]:
    """Each tag that stands at this resource."""
    written = tagged.node.mapping["tags"]
    for key, value in tagged.tags.items():
        fault = _fault(key, value) if key in written.mapping else None
        if fault is not None:
            rule, message, hint = fault
            yield rule.at(written.mapping[key], (*tagged.path, "tags", key), message, hint, key=True)


@lru_cache(maxsize=1000)  # thousands of indexes often share theirs
def _fault(key: str, value: str) -> tuple[Rule, str, str] | None:
    if not key:
        return EMPTY, "the tag's key is empty", "give it a name"
    if key.casefold().startswith("aws:"):
        return RESERVED, "tag keys that start with aws: are reserved by AWS", "choose another key"
    for what, text, limit in (("key", key, MAX_TAG_KEY), ("value", value, MAX_TAG_VALUE)):
        if len(text) > limit:
            return LENGTH, f"the tag's {what} has {len(text)} characters", f"AWS allows {limit}"
        if _COMMON.match(text):
            continue
        wrong = next((character for character in text if not _possible(character)), None)
        if wrong is not None:
            hint = "AWS allows letters, digits, spaces and any of _.:/=+-@"
            return CHARACTERS, f"the tag's {what} contains {show(wrong)}", hint
    return None


def _possible(character: str) -> bool:
    # The service model's pattern for TagKey and TagValue: [\p{L}\p{Z}\p{N}_.:/=+\-@]*
    return character in "_.:/=+-@" or unicodedata.category(character)[0] in "LZN"
