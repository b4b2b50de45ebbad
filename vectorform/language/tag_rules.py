"""What AWS refuses about tags: number, length, characters, reserved prefix, keys that IAM takes for one."""

from __future__ import annotations

import re
import unicodedata

from vectorform.desired.model import Tags
from vectorform.desired.service_limits import MAX_TAG_KEY, MAX_TAG_VALUE, MAX_TAGS
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problems, Severity
from vectorform.wording import show

_COMMON = re.compile(r"[A-Za-z0-9 _.:/=+@-]*\Z")


class TagRules:
    """Checks tags, each pair of key and value once: thousands of indexes often share theirs."""

    def __init__(self, defaults: Tags, problems: Problems) -> None:
        self.defaults = defaults
        self.problems = problems
        self.good: set[tuple[str, str]] = set()
        self._folded: dict[str, str] = {}
        for key in defaults:
            self._folded.setdefault(key.casefold(), key)

    def check_defaults(self, root: Node, in_iam: bool) -> None:
        """The environment's own tags, which every resource carries; `in_iam`: some of them are in IAM."""
        self._check(root, (), self.defaults, len(self.defaults), "there are")
        self._case_twins(root, (), self.defaults, in_iam)

    def check(self, node: Node, path: Path, tags: Tags, in_iam: bool = False) -> None:
        """The tags of one resource, besides the environment's."""
        if "tags" in node.mapping:
            count = len(self.defaults.keys() | tags.keys())
            self._check(node, path, tags, count, "together with the environment's, there are")
            self._case_twins(node, path, tags, in_iam)

    def _case_twins(self, node: Node, path: Path, tags: Tags, in_iam: bool) -> None:
        """IAM User Guide, "Rules for tagging in IAM and AWS STS": there, keys do not tell case apart."""
        folded = dict(self._folded)
        for key in tags:
            twin = folded.setdefault(key.casefold(), key)
            if twin == key:
                continue
            message = f"the tag keys {show(key)} and {show(twin)} differ in case alone"
            what = "IAM takes them for one and refuses both" if in_iam else "AWS would keep both"
            hint = f"{what}: write {twin}, as it is written " + ("here" if twin in tags else "at the top")
            place = node.mapping["tags"].mapping.get(key, node)
            severity: Severity = "error" if in_iam else "warning"
            self.problems.add(place, (*path, "tags", key), message, hint, severity, key=True)

    def _check(self, node: Node, path: Path, tags: Tags, count: int, words: str) -> None:
        written = node.mapping.get("tags")
        if written is None:
            return
        path = (*path, "tags")
        if count > MAX_TAGS:
            hint = f"AWS keeps at most {MAX_TAGS} on a resource"
            self.problems.add(written, path, f"{words} {count} tags", hint, key=True)
        for key, value in tags.items():
            if (key, value) in self.good or key not in written.mapping:
                continue
            fault = _fault(key, value)
            if fault is None:
                self.good.add((key, value))
            else:
                self.problems.add(written.mapping[key], (*path, key), *fault, key=True)


def _fault(key: str, value: str) -> tuple[str, str] | None:
    """What AWS would refuse about a tag and what to do, or None."""
    if not key:
        return "the tag's key is empty", "give it a name"
    if key.casefold().startswith("aws:"):
        return "tag keys that start with aws: are reserved by AWS", "choose another key"
    for what, text, limit in (("key", key, MAX_TAG_KEY), ("value", value, MAX_TAG_VALUE)):
        if len(text) > limit:
            return f"the tag's {what} has {len(text)} characters", f"AWS allows {limit}"
        if _COMMON.match(text):
            continue
        wrong = next((character for character in text if not _possible(character)), None)
        if wrong is not None:
            hint = "AWS allows letters, digits, spaces and any of _.:/=+-@"
            return f"the tag's {what} contains {show(wrong)}", hint
    return None


def _possible(character: str) -> bool:
    # The service model's pattern for TagKey and TagValue: [\p{L}\p{Z}\p{N}_.:/=+\-@]*
    return character in "_.:/=+-@" or unicodedata.category(character)[0] in "LZN"
