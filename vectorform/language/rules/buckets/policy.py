"""The policy of a vector bucket names what is there, and each statement once."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.policies import ACCESS_FROM_SID, DELETION_PROTECTION_SID, PROTECTION_LIFTED_SID
from vectorform.language.nodes import find, texts_at
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import BucketIn
from vectorform.wording import did_you_mean, show

NO_INDEX = Rule("VF405", "policy-without-such-index")
SID_TWICE = Rule("VF406", "sid-twice")

# Sids of the statements that vectorform writes itself.
_OWN_SIDS = {
    DELETION_PROTECTION_SID: "deletion_protection uses it: choose another",
    ACCESS_FROM_SID: "access_from uses it: choose another",
    PROTECTION_LIFTED_SID: "protection_lifted_by uses it: choose another",
}


def check(within: BucketIn) -> Iterator[Problem]:
    """The statements as they are written, and each by the rules on what IAM reads."""
    if not within.bucket.policy_statements:
        return
    from vectorform.language.rules.policies import check_statements  # few buckets have a policy

    yield from check_statements(within)
    indexes = within.node.mapping.get("indexes")
    known = [index.key for index in within.bucket.written_indexes]
    sids = set(_OWN_SIDS)
    for position, item in enumerate(find(within.node, ("policy", "statements")).items):
        here = (*within.path, "policy", "statements", position)
        for step, child, name in texts_at(item, "indexes"):
            if name not in known and not (indexes and indexes.broken):
                message = f"the bucket has no index {show(name)}"
                yield NO_INDEX.at(child, (*here, *step), message, did_you_mean(name, known))
        for step, child, sid in texts_at(item, "sid"):
            if sid in sids:
                hint = _OWN_SIDS.get(sid, "a sid is unique")
                yield SID_TWICE.at(child, (*here, *step), f"{show(sid)} is used twice", hint)
            sids.add(sid)
