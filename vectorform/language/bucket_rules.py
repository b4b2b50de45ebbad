"""Vector buckets and their indexes in one region: names, encryption, policies, metadata keys."""

from __future__ import annotations

import re

from vectorform.desired.arns import partition
from vectorform.desired.index_blocks import CROWDED_BLOCK, blocks_for
from vectorform.desired.model import Encryption, Environment, Index, Region, VectorBucket
from vectorform.desired.policies import DELETION_PROTECTION_SID, PROTECTION_LIFTED_SID, SMOKE_INDEX_PREFIX
from vectorform.desired.service_limits import (
    BUCKET_NAME,
    INDEX_NAME,
    KMS_KEY_ARN,
    MAX_NON_FILTERABLE_KEYS,
    NAME_LENGTH,
)
from vectorform.language.nodes import Node, Path, find, texts_at
from vectorform.language.problems import Problems
from vectorform.language.tag_rules import TagRules
from vectorform.wording import did_you_mean, show

# Sids of the statements that vectorform writes itself.
_OWN_SIDS = {
    DELETION_PROTECTION_SID: "deletion_protection has it: choose another",
    PROTECTION_LIFTED_SID: "protection_lifted_by has it: choose another",
}


def check_buckets(
    environment: Environment, region: Region, tree: Node, tags: TagRules, problems: Problems
) -> None:
    """All vector buckets of a region. `tree` is their map."""
    _Buckets(environment, region, tags, problems).check(tree)


class _Buckets:
    def __init__(self, environment: Environment, region: Region, tags: TagRules, problems: Problems) -> None:
        self.environment = environment
        self.region = region
        self.tags = tags
        self.problems = problems

    def check(self, tree: Node) -> None:
        names: dict[str, str] = {}
        for bucket in self.region.written_vector_buckets:
            path: Path = ("vector_buckets", bucket.key)
            node = tree.mapping[bucket.key]
            if bucket.name and not BUCKET_NAME.match(bucket.name):
                hint = "a vector bucket's name is 3 to 63 lower-case letters, digits and hyphens"
                self.problems.add(*_named(node, path), _name_fault(bucket.name), hint + _name_origin(node))
            if bucket.name and bucket.name in names:
                other = f"{show(names[bucket.name])} in {self.region.name}"
                message = f"the name {show(bucket.name)} is also that of {other}"
                self.problems.add(*_named(node, path), message, "names are unique in an account and region")
            names.setdefault(bucket.name, bucket.key)
            if bucket.force_destroy and bucket.deletion_protection:
                here = node.mapping["force_destroy"], (*path, "force_destroy")
                message = "a protected vector bucket is not deleted, let alone with what is in it"
                self.problems.add(*here, message, "write deletion_protection: false, or take it out")
            self.encryption(bucket.encryption, node, path)
            self.tags.check(node, path, bucket.tags)
            self.policy(bucket, node, path)
            self.indexes(bucket, node, path)
            self.blocks(bucket, node, path)

    def indexes(self, bucket: VectorBucket, node: Node, path: Path) -> None:
        names: dict[str, str] = {}
        exposed: list[Index] = []
        nodes = node.mapping["indexes"].mapping if bucket.written_indexes else {}
        for index in bucket.written_indexes:
            child = nodes[index.key]
            here: Path = (*path, "indexes", index.key)
            if index.name and not INDEX_NAME.match(index.name):
                hint = "an index's name is 3 to 63 lower-case letters, digits, hyphens and dots"
                self.problems.add(*_named(child, here), _name_fault(index.name), hint + _name_origin(child))
            elif index.name.startswith(SMOKE_INDEX_PREFIX) and index.retirement is None:
                message = f"the name would be {show(index.name)}, which nothing would protect from deletion"
                hint = f"{SMOKE_INDEX_PREFIX} is what the smoke test calls its own: choose another name"
                hint += ", and retire an index that has this one"
                self.problems.add(*_named(child, here), message, hint)
            if index.name and index.name in names:
                message = (
                    f"the name {show(index.name)} is also that of {show(names[index.name])} in this bucket"
                )
                self.problems.add(*_named(child, here), message, "names are unique in a bucket")
            names.setdefault(index.name, index.key)
            if index.encryption is not None:
                self.encryption(index.encryption, child, here)
            self.tags.check(child, here, index.tags)
            keys = index.non_filterable_metadata_keys
            if not keys and "non_filterable_metadata_keys" not in child.mapping:
                exposed.append(index)
            elif len(keys) > MAX_NON_FILTERABLE_KEYS and "preset" in child.mapping:
                message = f"with its preset, the index has {len(keys)} non-filterable metadata keys"
                hint = f"S3 Vectors allows {MAX_NON_FILTERABLE_KEYS}: put long texts into fewer keys"
                self.problems.add(child, here, message, hint, key=True)
        if exposed:
            first = exposed[0].key
            self.exposed(first, len(exposed) - 1, nodes[first], (*path, "indexes", first))

    def blocks(self, bucket: VectorBucket, node: Node, path: Path) -> None:
        """Whether the bucket's indexes are in so few Terraform blocks that plans become slow."""
        spread = bucket.index_blocks
        fullest = len(bucket.indexes) / spread.count
        if fullest <= CROWDED_BLOCK:
            return
        count = blocks_for(len(bucket.indexes))
        local = self.environment.backend.type == "local"
        before = list(dict.fromkeys((*(spread.former or ()), spread.count)))
        write = str(count) if local else f"{[*before, count]}"
        message = f"{len(bucket.indexes):,} indexes are in {spread.count} Terraform block"
        message += f"{'' if spread.count == 1 else 's'}, which makes every plan slow"
        hint = f"write index_blocks: {write}; nothing changes in AWS"
        if not local:
            hint += f", and once every region has applied it, index_blocks: {count}"
        here = (*path, "index_blocks") if "index_blocks" in node.mapping else path
        self.problems.add(node.mapping.get("index_blocks", node), here, message, hint, "hint", key=True)

    def exposed(self, first: str, others: int, node: Node, path: Path) -> None:
        have = f"and {others:,} more of this bucket have" if others else "has"
        message = f"{show(first)} {have} no non-filterable metadata key, which cannot be added later"
        hint = (
            "all metadata of a vector is then limited to 2,048 bytes; name the keys of long texts, "
            "or write non_filterable_metadata_keys: [] if there are none"
        )
        self.problems.add(node, path, message, hint, "hint", key=True)

    def encryption(self, encryption: Encryption, node: Node, path: Path) -> None:
        arn = encryption.kms_key_arn
        if encryption.sse_type == "aws:kms" and bool(arn) is encryption.create_key:
            here = find(node, ("encryption",))
            message = "there are two keys: kms_key_arn and create_key" if arn else "which key is not said"
            hint = "write kms_key_arn: its full ARN" + ("" if "indexes" in path else ", or create_key: true")
            if "kms_key_arn" not in here.mapping or arn:  # or a template failed, and said so
                self.problems.add(here, (*path, "encryption"), message, hint, key=True)
        if not arn:
            return
        key = find(node, ("encryption", "kms_key_arn"))
        path = (*path, "encryption", "kms_key_arn")
        parts = KMS_KEY_ARN.match(arn)
        region, account = self.region.name, self.environment.account_id
        if parts is None:
            hint = "write arn:aws:kms:<region>:<account>:key/<id>; S3 Vectors takes no alias"
            self.problems.add(key, path, f"{show(arn)} is not the ARN of a KMS key", hint)
        elif parts["partition"] != partition(region):
            message = f"the key is in the partition {parts['partition']}, the bucket is not"
            self.problems.add(key, path, message, f"write arn:{partition(region)}:kms:...")
        elif parts["region"] != region:
            hint = f"{region} needs a key of its own: set it in that region's vector_buckets"
            hint += ", or write {region} in the ARN of a multi-region key"
            self.problems.add(key, path, f"the key is in {parts['region']}, the bucket is not", hint)
        elif account and parts["account"] != account:
            message = f"the key belongs to account {parts['account']}, the bucket to {account}"
            hint = "if that is intended, the key's policy must allow it"
            self.problems.add(key, path, message, hint, "warning")

    def policy(self, bucket: VectorBucket, node: Node, path: Path) -> None:
        if not bucket.policy_statements:
            return
        from vectorform.language.iam.policy_rules import check_statements  # few buckets have a policy

        check_statements(self.environment, self.region, bucket, node, path, self.problems)
        known = [index.key for index in bucket.written_indexes]
        sids = set(_OWN_SIDS)
        for position, item in enumerate(find(node, ("policy", "statements")).items):
            here = (*path, "policy", "statements", position)
            for step, child, name in texts_at(item, "indexes"):
                if name not in known:
                    message = f"the bucket has no index {show(name)}"
                    self.problems.add(child, (*here, *step), message, did_you_mean(name, known))
            for step, child, sid in texts_at(item, "sid"):
                if sid in sids:
                    hint = _OWN_SIDS.get(sid, "a sid is unique")
                    self.problems.add(child, (*here, *step), f"{show(sid)} is used twice", hint)
                sids.add(sid)


def _named(node: Node, path: Path) -> tuple[Node, Path]:
    """Where an entry's name was written: its `name`, or else its key."""
    if "name" in node.mapping:
        return node.mapping["name"], (*path, "name")
    return Node(None, node.file, *node.key_position), path


def _name_fault(name: str) -> str:
    low, high = NAME_LENGTH
    would = f"the name would be {show(name)}"
    if not low <= len(name) <= high:
        return f"{would}, {len(name)} character{'' if len(name) == 1 else 's'} long"
    wrong = next((character for character in name if not re.match(r"[a-z0-9.-]", character)), None)
    if wrong is not None:
        return f"{would}, with {show(wrong)} in it"
    for end in (name[0], name[-1]):
        if end in ".-":
            return f"{would}, with {show(end)} at its beginning or end"
    return f"{would}, with `.` in it"


def _name_origin(node: Node) -> str:
    return "" if "name" in node.mapping else "; set `name` where the default does not fit"
