"""`moved`: from a key that is gone to one that is there, of one kind, without another name in AWS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vectorform.desired import former_keys
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.resolve import BUCKET_NAME_DEFAULT, INDEX_NAME_DEFAULT, KEY_ALIAS_DEFAULT
from vectorform.language.resolve.knowledge_bases import DATA_SOURCE_NAME_DEFAULT
from vectorform.language.rule import Rule
from vectorform.language.rules.history.entries import known, same_kind, written_entries
from vectorform.language.rules.subjects import Configuration
from vectorform.wording import did_you_mean, show

KINDS = Rule("VF701", "moved-to-other-kind")
CIRCLE = Rule("VF702", "moved-in-a-circle")
STILL_THERE = Rule("VF703", "moved-and-still-there")
NO_ENTRY = Rule("VF704", "moved-to-no-entry")
TWO_INTO_ONE = Rule("VF705", "two-moved-into-one")
OTHER_BUCKET = Rule("VF706", "moved-to-other-bucket")
NAME_CHANGES = Rule("VF707", "moved-with-other-name")


def check(configuration: Configuration) -> Iterator[Problem]:
    """Each move by itself, and against those before it: of storage, knowledge bases, KMS keys."""
    moved = configuration.environment.moved
    if not moved:
        return
    yield from _moves(configuration, _Storage(configuration), former_keys.storage(moved))
    yield from _moves(configuration, _KnowledgeBases(configuration), former_keys.knowledge_bases(moved))
    yield from _moves(configuration, _Keys(configuration), former_keys.keys(moved))


class _Storage:
    """Vector buckets and indexes."""

    prefix = ""
    forms = "write bucket to bucket, or bucket/index to bucket/index"
    elsewhere = "an index cannot move to another vector bucket"
    remedy = "add it there, and copy its vectors: vectorform migrate"

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.entries = written_entries(configuration)

    def known(self, key: str) -> bool:
        """Whether what may stand at a key is known at all."""
        return known(self.configuration, key)

    def renamed(self, old: str, current: str) -> Iterator[Problem]:
        """A name that is made from the key would change with it, and another name is another resource."""
        member, default = ("index", INDEX_NAME_DEFAULT) if "/" in old else ("bucket", BUCKET_NAME_DEFAULT)
        path: Path = ("vector_buckets", *current.replace("/", "/indexes/").split("/"))
        return _same_name(member, default, old, current, self.entries[current], path)


class _KnowledgeBases:
    """Knowledge bases, which AWS can rename, and data sources, which it cannot."""

    prefix = "knowledge_bases/"
    forms = "write knowledge_bases/KEY to knowledge_bases/KEY, or knowledge_bases/KEY/SOURCE to the like"
    elsewhere = "a data source cannot move to another knowledge base"
    remedy = "add it there: `vectorform sync` embeds its documents again"

    def __init__(self, configuration: Configuration) -> None:
        section = configuration.root.mapping.get("knowledge_bases")
        self.broken = section is not None and section.broken
        self.entries: dict[str, Node] = {}
        for key, node in section.mapping.items() if section is not None else ():
            self.entries[key] = node
            sources = node.mapping.get("data_sources")
            for source, child in sources.mapping.items() if sources is not None else ():
                self.entries[f"{key}/{source}"] = child

    def known(self, key: str) -> bool:
        """Whether what may stand at a key is known at all."""
        base = self.entries.get(key.partition("/")[0])
        return not self.broken and not (base is not None and base.broken)

    def renamed(self, old: str, current: str) -> Iterator[Problem]:
        """Only another name of a data source is another one."""
        if "/" not in old:
            return iter(())
        base, _, source = current.partition("/")
        path: Path = ("knowledge_bases", base, "data_sources", source)
        return _same_name("data_source", DATA_SOURCE_NAME_DEFAULT, old, current, self.entries[current], path)


class _Keys:
    """KMS keys, whose aliases AWS cannot rename."""

    prefix = "keys/"
    forms = "write keys/KEY to keys/KEY"
    elsewhere = remedy = ""  # they are in nothing else

    def __init__(self, configuration: Configuration) -> None:
        section = configuration.root.mapping.get("keys")
        self.broken = section is not None and section.broken
        self.entries = dict(section.mapping) if section is not None and not section.broken else {}

    def known(self, _key: str) -> bool:
        """Whether what may stand at a key is known at all."""
        return not self.broken

    def renamed(self, old: str, current: str) -> Iterator[Problem]:
        """With another alias Terraform would delete a protected one."""
        node, path = self.entries[current], ("keys", current)
        alias = node.mapping.get("alias")
        template = str(alias.value) if alias is not None else KEY_ALIAS_DEFAULT
        if "{key}" in template and not node.broken:
            former = template.removeprefix("alias/").replace("{key}", old)
            hint = f'a renamed key keeps its alias: write alias: "{former}"'
            place = (*path, "alias")
            message = "the alias would change with the key"
            yield NAME_CHANGES.at(alias or node, place, message, hint, key=alias is None)


def _moves(
    configuration: Configuration, kind: _Storage | _KnowledgeBases | _Keys, moved: Mapping[str, str]
) -> Iterator[Problem]:
    nodes = configuration.root.mapping["moved"].mapping if "moved" in configuration.root.mapping else {}
    targets: dict[str, str] = {}
    circled: set[str] = set()

    def shown(key: str) -> str:
        return show(kind.prefix + key)

    for old, new in moved.items():
        if max(old.count("/"), new.count("/")) > 1:
            continue
        node = nodes[kind.prefix + old]
        path: Path = ("moved", kind.prefix + old)
        current = former_keys.current_key(moved, old)
        written = configuration.environment.moved[kind.prefix + old]
        if ("/" in old) != ("/" in new) or not written.startswith(kind.prefix):
            message = f"{shown(old)} and {show(written)} are not of the same kind"
            yield KINDS.at(node, path, message, kind.forms)
        elif current is None and old in circled:
            pass  # said at the first of the circle
        elif current is None:
            circled |= _circle(moved, old)
            message = "the moves form a circle"
            yield CIRCLE.at(node, path, message, "write each from the former key to the new one")
        elif old in kind.entries:
            message = f"there is still an entry {shown(old)}"
            yield STILL_THERE.at(node, path, message, "only a key that no longer exists can have moved")
        elif current not in kind.entries:
            if kind.known(current):
                hint = did_you_mean(
                    kind.prefix + current, [kind.prefix + key for key in same_kind(kind.entries, current)]
                )
                yield NO_ENTRY.at(node, path, f"there is no entry {shown(current)}", hint)
        elif new in targets:
            message = f"{shown(targets[new])} also moved there"
            yield TWO_INTO_ONE.at(node, path, message, "two entries cannot become one")
        elif _leaves_its_owner(moved, old, current):
            yield OTHER_BUCKET.at(node, path, kind.elsewhere, kind.remedy)
        else:
            yield from kind.renamed(old, current)
        targets.setdefault(new, old)


def _circle(moved: Mapping[str, str], old: str) -> set[str]:
    """The keys that lead to each other, from one of them on."""
    found: set[str] = set()
    while old not in found and old in moved:
        found.add(old)
        old = moved[old]
    return found


def _leaves_its_owner(moved: Mapping[str, str], old: str, current: str) -> bool:
    owner = former_keys.current_key(moved, old.partition("/")[0]) or ""
    return "/" in old and owner != current.partition("/")[0]


def _same_name(
    member: str, default: str, old: str, current: str, node: Node, path: Path
) -> Iterator[Problem]:
    """`member` is the template's word for the key, `default` the name without one."""
    name = node.mapping.get("name")
    template = str(name.value) if name is not None else default
    former_key, key = old.rpartition("/")[2], current.rpartition("/")[2]
    if f"{{{member}}}" in template and former_key != key:
        former_name = template.replace(f"{{{member}}}", former_key)
        message = "the name would change with the key"
        hint = f"a renamed entry keeps its name in AWS: write name: {former_name}"
        yield NAME_CHANGES.at(name or node, (*path, "name"), message, hint, key=name is None)
