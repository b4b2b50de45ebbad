"""What is granted exists in one region at least."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.language.nodes import find, texts_at
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.subjects import AccessIn, Configuration
from vectorform.wording import did_you_mean, show

NO_BUCKET = Rule("VF503", "grant-without-such-bucket")
NO_INDEX = Rule("VF504", "grant-without-such-index")
OPEN_PREFIX = Rule("VF513", "index-prefix-without-end", "warning")
BOTH = Rule("VF514", "indexes-and-index-prefix")
WITHOUT_GRANTS = Rule("VF515", "permissions-without-grants")


def granted(entry: AccessIn) -> Iterator[Problem]:
    """What may be done is said, and on what."""
    if entry.access.grants:
        return
    for key in ("permissions", "actions"):
        if key in entry.node.mapping and not entry.node.mapping[key].broken and "role" in entry.node.mapping:
            message = "it grants nothing, so its permissions have no effect"
            hint = "write grants: [{bucket: its key}], or remove it"
            yield WITHOUT_GRANTS.at(entry.node.mapping[key], (*entry.path, key), message, hint, key=True)


def prefixes(entry: AccessIn) -> Iterator[Problem]:
    """A prefix that ends with the caller also fits those whose names go on."""
    written = find(entry.node, ("grants",)).items
    if len(written) != len(entry.access.grants):
        return
    for position, (node, grant) in enumerate(zip(written, entry.access.grants, strict=True)):
        place = (*entry.path, "grants", position, "index_prefix")
        prefix = node.mapping.get("index_prefix")
        if prefix is None or grant.index_prefix is None:
            continue
        if "indexes" in node.mapping:
            message = "a grant has indexes or index_prefix"
            yield BOTH.at(prefix, place, message, "delete one of them, or write two grants", key=True)
            continue
        if "${" in grant.index_prefix:
            from vectorform.language.iam.statement import Part  # few prefixes have variables
            from vectorform.language.rules.policies.variables import of_global_keys

            yield from of_global_keys(Part(prefix, place, grant.index_prefix))
        if grant.index_prefix.endswith("}"):
            message = (
                f"{show(grant.index_prefix)} also matches longer names: a tenant `a` reaches the indexes "
                "of `ab`"
            )
            yield OPEN_PREFIX.at(prefix, place, message, f'end it: "{grant.index_prefix}-"')


def check(entry: AccessIn) -> Iterator[Problem]:
    """Every bucket and index of the grants; nothing is said of what is in a place that was refused."""
    buckets = _buckets(entry.configuration)
    if buckets is None:
        return
    for position, grant in enumerate(find(entry.node, ("grants",)).items):
        here = (*entry.path, "grants", position)
        bucket = grant.mapping.get("bucket")
        if bucket is None or not isinstance(bucket.value, str):
            continue
        if bucket.value not in buckets:
            message = f"there is no vector bucket {show(bucket.value)}"
            hint = did_you_mean(bucket.value, buckets)
            yield NO_BUCKET.at(bucket, (*here, "bucket"), message, hint)
            continue
        indexes = buckets[bucket.value]
        for step, index, name in texts_at(grant, "indexes"):
            if indexes is not None and name not in indexes:
                message = f"the vector bucket {show(bucket.value)} has no index {show(name)}"
                yield NO_INDEX.at(index, (*here, *step), message, did_you_mean(name, indexes))


def _buckets(configuration: Configuration) -> dict[str, dict[str, None] | None] | None:
    """The keys of all buckets and of their indexes; None for those of which nothing is known."""
    found: dict[str, dict[str, None] | None] = {}
    for tree in configuration.regions:
        if tree.vector_buckets.broken:
            return None
        for key, bucket in tree.vector_buckets.mapping.items():
            if "{" in key:  # a definition of many that was refused
                return None
            indexes = bucket.mapping.get("indexes")
            known = found.setdefault(key, {})
            if bucket.broken or indexes is None or indexes.broken:
                found[key] = None
            elif known is not None:
                known.update(dict.fromkeys(indexes.mapping))
    return found if configuration.regions else None
