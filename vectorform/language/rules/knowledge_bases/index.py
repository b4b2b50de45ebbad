"""The index of a knowledge base: it exists, stays, and takes what Bedrock writes."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.desired.bedrock import LONG_METADATA, index_of
from vectorform.language.nodes import find
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.history.entries import known, same_kind, written_entries
from vectorform.language.rules.subjects import KnowledgeBaseIn
from vectorform.wording import did_you_mean, show

NO_INDEX = Rule("VF801", "knowledge-base-without-such-index")
NO_KEYS = Rule("VF802", "index-unfit-for-bedrock")
LEAVING = Rule("VF803", "knowledge-base-on-leaving-index")

# Close to a key that Bedrock writes, and none: filtering goes by the whole name.
_CHUNK = "AMAZON_BEDROCK_TEXT_CHUNK"


def exists(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """It is in one region at least."""
    node = of.node.mapping.get("index")
    if of.found or node is None or node.broken or of.configuration.regions == []:
        return
    if isinstance(node.value, dict):
        arn = node.mapping.get("arn")
        if arn is None or arn.broken:
            return
        regions = ", ".join(region.name for region in of.environment.regions)
        message = f"its index is in no region of this environment ({regions})"
        hint = "write {region} in the ARN, or list the index's region under regions"
        yield NO_INDEX.at(arn, (*of.path, "index", "arn"), message, hint)
        return
    entries = written_entries(of.configuration)
    address = str(node.value)
    if known(of.configuration, address) and address not in entries:
        hint = did_you_mean(address, same_kind(entries, address))
        yield NO_INDEX.at(node, (*of.path, "index"), f"there is no index {show(address)}", hint)


def keys(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """The chunk and its origin are longer than filterable metadata may be."""
    for region, knowledge_base in of.found:
        found = index_of(region, knowledge_base)
        if found is None:
            continue
        bucket, index = found
        missing = [key for key in LONG_METADATA if key not in index.non_filterable_metadata_keys]
        place = find(of.tree(region), (bucket.key, "indexes", index.key))
        if not missing or any(child.broken for child in place.mapping.values()):
            continue
        listed = " and ".join(missing)
        message = f"{of.shown} writes {listed}, which are filterable in this index and limited to 2,048 bytes"
        hint = (
            "write preset: bedrock-knowledge-base; the keys of an existing index are fixed: add another index"
        )
        if _CHUNK in index.non_filterable_metadata_keys:
            hint = f"{_CHUNK} is not a key that Bedrock writes: {hint}"
        path = ("vector_buckets", bucket.key, "indexes", index.key)
        yield NO_KEYS.at(place, path, message, hint, key=True)
        return  # another region has the same


def leaving(of: KnowledgeBaseIn) -> Iterator[Problem]:
    """Bedrock cannot work without its index, nor delete vectors of what is gone."""
    for region, knowledge_base in of.found:
        found = index_of(region, knowledge_base)
        if found is None or not (found[1] in found[0].leaving or found[0] in region.leaving):
            continue
        message = f"its index {show(knowledge_base.index or '')} is retired"
        hint = "delete the knowledge base in an earlier apply, or give it another index"
        if any(source.deletion_policy == "delete" for source in knowledge_base.data_sources):
            hint += "; a data source with deletion_policy: delete cannot be deleted once its index is gone"
        yield LEAVING.at(of.node.mapping["index"], (*of.path, "index"), message, hint)
        return
