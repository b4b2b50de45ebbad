"""What the resources of a role's statement let its actions reach: nothing, or more than anybody named.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3 Vectors".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vectorform.desired.actions import ON_ACCOUNT, ON_INDEXES, ON_VECTOR_BUCKETS, PREFIX, any_matches
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.access.own_statement import S3VECTORS, Own, plain
from vectorform.wording import show

OTHER_RESOURCE = Rule("VF546", "action-on-other-resource")
WIDE = Rule("VF547", "vectors-of-any-bucket", "warning")


def check_reach(own: Own) -> Iterator[Problem]:
    """Of a statement whose form and resources are sound."""
    yield from _other_resources(own)
    yield from _wide(own)


def _other_resources(own: Own) -> Iterator[Problem]:
    """An action on indexes, allowed on vector buckets alone, allows nothing; and the other way round."""
    resources = own.resources()
    if own.resolved.not_resources or not resources:
        return
    indexes = any(_may_be(part.text, "index") for part in resources)
    buckets = any(_may_be(part.text, "bucket") for part in resources)
    for part in own.texts("actions"):
        if not part.text.lower().startswith(PREFIX):
            continue
        on_indexes, on_buckets = any_matches(part.text, ON_INDEXES), any_matches(part.text, ON_VECTOR_BUCKETS)
        if any_matches(part.text, ON_ACCOUNT) and not on_indexes and not on_buckets:
            if not any(part.text.startswith("*") for part in resources):
                message = f"{show(part.text)} acts on the account, and the statement names resources"
                yield OTHER_RESOURCE.at(part.node, part.path, message, 'allow it in a statement on "*"')
        elif on_indexes and not on_buckets and not indexes:
            message = f"{show(part.text)} acts on indexes, and no resource of the statement is one"
            hint = "write ...:bucket/<name>/index/<name>, or .../index/* for all indexes of the bucket"
            yield OTHER_RESOURCE.at(part.node, part.path, message, hint)
        elif on_buckets and not on_indexes and not buckets:
            message = f"{show(part.text)} acts on vector buckets, and no resource of the statement is one"
            yield OTHER_RESOURCE.at(part.node, part.path, message, "write ...:bucket/<name>")


def _may_be(text: str, kind: str) -> bool:
    """Whether a resource of S3 Vectors may be an index, or a vector bucket."""
    parts = text.split(":", 5)
    if len(parts) < 6:
        return "*" in text or "${" in text
    if plain(parts[2]) and parts[2] != S3VECTORS:
        return False
    if "/index/" in parts[5]:
        return kind == "index"
    return kind == "bucket" or not plain(parts[5])


def _wide(own: Own) -> Iterator[Problem]:
    """Vectors of buckets that a pattern names: also of those that others make tomorrow."""
    if own.resolved.effect != "Allow" or own.resolved.conditions:
        return
    actions = own.texts("actions")
    on_vectors = [
        part
        for part in actions
        if any_matches(part.text, ON_INDEXES) or any_matches(part.text, ON_VECTOR_BUCKETS)
    ]
    if not on_vectors and not own.resolved.not_actions:
        return
    for part in own.resources() if not own.resolved.not_resources else ():
        if _any_bucket(part.text):
            message = f"{show(part.text)} matches vector buckets that the statement does not name"
            hint = "name them, grant them in `grants`, or add a condition such as on aws:ResourceTag"
            yield WIDE.at(part.node, part.path, message, hint)
            return


def _any_bucket(text: str) -> bool:
    parts = text.split(":", 5)
    if len(parts) < 6:
        return "*" in text
    if plain(parts[2]) and parts[2] != S3VECTORS:
        return False
    name = parts[5].partition("/index/")[0]
    return bool(re.search(r"[*?]", name))
