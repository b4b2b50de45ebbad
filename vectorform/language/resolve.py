"""A checked tree to the desired state: defaults filled in, templates resolved, every value with its source.

Expects a tree that fits the schema as far as it goes: what the schema refused has been taken out, so things
may be missing, but nothing has the wrong type. What comes out of an incomplete tree is good for finding
further problems only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from vectorform.desired.arns import partition
from vectorform.desired.backends import DEFAULTS, VERIFIED_WITHIN_APPLY
from vectorform.desired.model import (
    MAX_DELETIONS,
    Access,
    Backend,
    Encryption,
    Environment,
    Grant,
    Index,
    IndexBlocks,
    PolicyStatement,
    Region,
    Retirement,
    Role,
    VectorBucket,
    Verification,
)
from vectorform.desired.service_limits import PRESETS
from vectorform.language.layers import RegionTree
from vectorform.language.nodes import Node, Path, plain, texts_at
from vectorform.language.problems import Problem
from vectorform.language.retirements import retirement
from vectorform.language.rules.form import CONDITION_KEY_TWICE, RESERVED_VARIABLE
from vectorform.language.templates import TemplateError, fill, fill_policy_text, fill_variables
from vectorform.language.typed_values import entries, flag, integers, sound, source, text, texts, texts_by_key
from vectorform.wording import show

BUCKET_NAME_DEFAULT = "{project}-{bucket}-{environment}"
INDEX_NAME_DEFAULT = "{index}"
ACCESS_NAME = "{project}-{access}-{environment}"
# What a setting of the backend may contain that is known only for a stack.
_PER_STACK = ("region", "stack")


def resolve(name: str, root: Node, regions: list[RegionTree], problems: list[Problem]) -> Environment:
    """The desired state of the environment `name`. Problems with templates go to `problems`."""
    home = regions[0].name if regions else ""
    return _Resolver(name, home, root, problems).environment(regions)


class _Resolver:
    def __init__(self, name: str, home: str, root: Node, problems: list[Problem]) -> None:
        self.name = name
        self.top = root.mapping
        self.root = root
        self.problems = problems
        self.retired = dict(entries(self.top.get("retired")))
        # An empty project was complained about already; nothing more is said about names that contain it.
        self.values = {
            "environment": name,
            "project": text(root, "project"),
            "account_id": text(root, "account_id"),
            "partition": partition(home),
        }
        variables = texts_by_key(self.top.get("variables"))
        own, errors = fill_variables(variables, self.values)
        for variable, error in errors.items():
            node = self.top["variables"].mapping[variable]
            problems.append(error.rule.at(node, ("variables", variable), str(error), error.hint))
        for variable in variables.keys() & {*self.values, "region", "bucket", "index", "access", "stack"}:
            node = self.top["variables"].mapping[variable]
            message = f"`{{{variable}}}` always exists and cannot be set"
            problems.append(
                RESERVED_VARIABLE.at(node, ("variables", variable), message, "choose another name", key=True)
            )
        self.values = {**self.values, **dict.fromkeys(errors, ""), **own, **self.values}

    def environment(self, regions: list[RegionTree]) -> Environment:
        tags = self.tags(self.root, (), self.values)
        region_names = tuple(region.name for region in regions)
        backend = self.backend()
        environment = Environment(
            name=self.name,
            project=self.values["project"],
            account_id=self.values["account_id"],
            regions=tuple(self.region(region) for region in regions),
            access=tuple(self.access(key, node) for key, node in entries(self.top.get("access"))),
            tags=tags,
            verification=Verification(
                after_apply=flag(
                    self.top.get("verification"), "after_apply", VERIFIED_WITHIN_APPLY[backend.type]
                )
            ),
            backend=backend,
            waves=self.waves(region_names),
            moved=texts_by_key(self.top.get("moved")),
            max_deletions=self.max_deletions(),
            protection_lifted_by=tuple(
                arn for arn in self.policy_texts(self.root, "protection_lifted_by", (), self.values) if arn
            ),
            source=source(self.root),
        )
        return replace(
            environment,
            regions=tuple(
                replace(region, backend_settings=_settings_of_stack(environment, region))
                for region in environment.regions
            ),
        )

    def region(self, region: RegionTree) -> Region:
        values = {**self.values, "region": region.name, "partition": partition(region.name)}
        buckets = [self.bucket(key, node, values) for key, node in entries(region.vector_buckets)]
        return Region(
            name=region.name,
            vector_buckets=tuple(bucket for bucket in buckets if not _let_go(bucket)),
            leaving=tuple(bucket for bucket in buckets if _let_go(bucket)),
            source=source(region.node),
        )

    def bucket(self, key: str, node: Node, values: Mapping[str, str]) -> VectorBucket:
        path: Path = ("vector_buckets", key)
        values = {**values, "bucket": key}
        indexes = [
            self.index(index, child, f"{key}/{index}", path, values)
            for index, child in entries(node.mapping.get("indexes"))
        ]
        statements = node.mapping["policy"].mapping.get("statements") if "policy" in node.mapping else None
        return VectorBucket(
            key=key,
            name=self.fill(node, "name", path, values, BUCKET_NAME_DEFAULT),
            encryption=self.encryption(node, path, values) or Encryption(),
            indexes=tuple(index for index in indexes if not _leaves(index)),
            leaving=tuple(index for index in indexes if _leaves(index)),
            policy_statements=tuple(
                self.statement(child, (*path, "policy", "statements", position), values)
                for position, child in enumerate(statements.items if statements else ())
                if not child.broken
            ),
            deletion_protection=flag(node, "deletion_protection", True),
            force_destroy=flag(node, "force_destroy", False),
            index_blocks=_index_blocks(node),
            tags=self.tags(node, path, values),
            unmanaged=cast(Any, text(node, "unmanaged") or "warn"),
            unmanaged_ignore_prefixes=texts(node.mapping.get("unmanaged_ignore_prefixes")),
            retirement=self.retirement(key),
            source=source(node),
        )

    def index(self, key: str, node: Node, address: str, bucket: Path, values: Mapping[str, str]) -> Index:
        written = node.mapping
        dimension = written["dimension"].value if "dimension" in written else 1
        path: Path = (*bucket, "indexes", key)
        values = (
            {**values, "index": key}
            if "name" in written or "tags" in written or "encryption" in written
            else {}
        )
        keys = texts(written.get("non_filterable_metadata_keys"))
        if "preset" in written:
            keys = tuple(dict.fromkeys((*PRESETS.get(text(node, "preset"), ()), *keys)))
        return Index(
            key=key,
            address=address,
            name=self.fill(node, "name", path, values, key),
            dimension=cast(int, dimension),
            distance_metric=cast(Any, text(node, "distance_metric") or "cosine"),
            non_filterable_metadata_keys=keys,
            encryption=self.encryption(node, path, values),
            index_mode=cast(Any, text(node, "index_mode") or None),
            tags=self.tags(node, path, values),
            retirement=self.retirement(address),
            written={member: plain(child) for member, child in written.items()},
            source=source(node),
        )

    def retirement(self, address: str) -> Retirement | None:
        node = self.retired.get(address)
        if node is None or node.broken:
            return None
        return retirement(node)

    def max_deletions(self) -> int:
        node = self.top.get("max_deletions")
        return node.value if node is not None and isinstance(node.value, int) else MAX_DELETIONS

    def encryption(self, node: Node, path: Path, values: Mapping[str, str]) -> Encryption | None:
        encryption = node.mapping.get("encryption")
        if encryption is None:
            return None
        arn = self.fill(encryption, "kms_key_arn", (*path, "encryption"), values, "")
        return Encryption(
            sse_type=cast(Any, text(encryption, "sse_type") or "AES256"),
            kms_key_arn=arn or None,
            create_key=flag(encryption, "create_key", False),
        )

    def access(self, key: str, node: Node) -> Access:
        path: Path = ("access", key)
        values = {**self.values, "access": key}
        grants = (
            Grant(
                bucket=text(grant, "bucket"),
                indexes=texts(grant.mapping["indexes"]) if "indexes" in grant.mapping else None,
            )
            for grant in sound(node.mapping.get("grants"))
        )
        return Access(
            key=key,
            policy_name=fill(ACCESS_NAME, values),
            permissions=cast(Any, text(node, "permissions") or "read"),
            grants=tuple(grants),
            description=text(node, "description"),
            role=self.role(node, (*path, "role"), values),
            tags=self.tags(node, path, values),
            source=source(node),
        )

    def role(self, access: Node, path: Path, values: Mapping[str, str]) -> Role | None:
        node = access.mapping.get("role")
        if node is None:
            return None
        return Role(
            name=fill(ACCESS_NAME, values),
            trusted_services=texts(node.mapping.get("trusted_services")),
            trusted_principals=self.policy_texts(node, "trusted_principals", path, values),
            external_id=text(node, "external_id") or None,
        )

    def statement(self, node: Node, path: Path, values: Mapping[str, str]) -> PolicyStatement:
        principals = node.mapping.get("principals")
        named = principals if principals is not None and isinstance(principals.value, dict) else None
        return PolicyStatement(
            effect=cast(Any, text(node, "effect") or "Deny"),
            actions=texts(node.mapping.get("actions")),
            principals="*"
            if named is None
            else {
                kind: self.policy_texts(named, kind, (*path, "principals"), values) for kind in named.mapping
            },
            sid=text(node, "sid") or None,
            indexes=texts(node.mapping["indexes"]) if "indexes" in node.mapping else None,
            conditions={
                operator: self.conditions(keys, (*path, "conditions", operator), values)
                for operator, keys in entries(node.mapping.get("conditions"))
            },
            allow_lockout=flag(node, "allow_lockout", False),
        )

    def conditions(self, keys: Node, path: Path, values: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for written, node in keys.mapping.items():
            key = self.policy_text(written, node, (*path, written), values, of_key=True) or written
            if key in found:
                message, hint = f"{show(key)} is there twice", "write its values as one list"
                self.problems.append(CONDITION_KEY_TWICE.at(node, (*path, written), message, hint, key=True))
                key = written
            found[key] = self.policy_texts(keys, written, path, values)
        return found

    def policy_texts(self, node: Node, key: str, path: Path, values: Mapping[str, str]) -> tuple[str, ...]:
        """The texts at `key`, which IAM reads, with our variables filled in; "" for one that cannot be."""
        return tuple(
            self.policy_text(written, child, (*path, *step), values)
            for step, child, written in texts_at(node, key)
        )

    def policy_text(
        self, written: str, node: Node, path: Path, values: Mapping[str, str], of_key: bool = False
    ) -> str:
        try:
            return fill_policy_text(written, values)
        except TemplateError as error:
            self.problems.append(error.rule.at(node, path, str(error), error.hint, key=of_key))
            return ""

    def backend(self) -> Backend:
        node = self.top.get("backend")
        if node is None:
            return Backend()
        kind = text(node, "type") or "local"
        settings: dict[str, Any] = {}
        for key, default in {**DEFAULTS[kind], **dict.fromkeys(node.mapping)}.items():
            if key == "tags":
                settings[key] = texts(node.mapping.get(key))
            elif key != "type":
                settings[key] = self.fill(node, key, ("backend",), self.values, default or "", _PER_STACK)
        return Backend(type=cast(Any, kind), settings=settings)

    def waves(self, regions: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        node = self.top.get("rollout")
        if node is None or "waves" not in node.mapping:
            return tuple(wave for wave in (regions[:1], regions[1:]) if wave)
        return tuple(texts(wave) for wave in sound(node.mapping["waves"]))

    def tags(self, node: Node, path: Path, values: Mapping[str, str]) -> dict[str, str]:
        tags = node.mapping.get("tags")
        if tags is None:
            return {}
        return {key: self.fill(tags, key, (*path, "tags"), values, "") for key in tags.mapping}

    def fill(
        self,
        node: Node,
        key: str,
        path: Path,
        values: Mapping[str, str],
        default: str,
        later: tuple[str, ...] = (),
    ) -> str:
        """The template at `key`, resolved; "" for one that cannot be."""
        child = node.mapping.get(key)
        try:
            return fill(default if child is None or child.broken else str(child.value), values, later)
        except TemplateError as error:
            self.problems.append(error.rule.at(child or node, (*path, key), str(error), error.hint))
            return ""


def _let_go(bucket: VectorBucket) -> bool:
    """Whether Terraform is to forget it."""
    return bool(bucket.retirement and bucket.retirement.keep)


def _index_blocks(bucket: Node) -> IndexBlocks:
    written = tuple(number for number in integers(bucket.mapping.get("index_blocks")) if number > 0)
    return IndexBlocks(written[-1], written[:-1]) if written else IndexBlocks()


def _leaves(index: Index) -> bool:
    """Whether Terraform is to delete or to forget it."""
    return bool(index.retirement and (index.retirement.confirm_destroy or index.retirement.keep))


def _settings_of_stack(environment: Environment, region: Region) -> dict[str, Any]:
    """The backend's settings for one region; empty for templates that were complained about already."""
    values = {"region": region.name, "stack": environment.stack_id(region)}
    try:
        return {
            key: fill(value, values) if isinstance(value, str) else value
            for key, value in environment.backend.settings.items()
        }
    except TemplateError:
        return {}
