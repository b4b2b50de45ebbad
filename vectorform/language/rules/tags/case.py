"""Keys of tags that differ in case alone.

Source: IAM User Guide, "Rules for tagging in IAM and AWS STS": there, keys do not tell case apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import Tagged
from vectorform.wording import show

CASE_IN_IAM = Rule("VF455", "tag-case-in-iam")
CASE = Rule("VF456", "tag-case", "warning")


def check(tagged: Tagged) -> Iterator[Problem]:
    """Each key that is written like one before it, or like one of the environment's."""
    folded: dict[str, str] = {}
    for key in (*tagged.defaults, *tagged.tags) if tagged.path else tagged.tags:
        twin = folded.setdefault(key.casefold(), key)
        if twin == key:
            continue
        message = f"the tag keys {show(key)} and {show(twin)} differ only in case"
        what = "IAM treats them as the same key and refuses both" if tagged.in_iam else "AWS would keep both"
        where = "here" if twin in tagged.tags else "at the top"
        hint = f"{what}: write {twin}, as it is written {where}"
        place = tagged.node.mapping["tags"].mapping.get(key, tagged.node)
        rule = CASE_IN_IAM if tagged.in_iam else CASE
        if key in tagged.tags:
            yield rule.at(place, (*tagged.path, "tags", key), message, hint, key=True)
