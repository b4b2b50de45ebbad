"""What an environment says about its past: `moved`, `retired`, `max_deletions`.

Keys are those of the YAML: "bucket" or "bucket/index".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vectorform.desired.former_keys import current_key
from vectorform.desired.model import Environment, Index, VectorBucket
from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problems
from vectorform.language.resolve import BUCKET_NAME_DEFAULT, INDEX_NAME_DEFAULT
from vectorform.wording import did_you_mean, show


def check_history(environment: Environment, root: Node, trees: list[Node], problems: Problems) -> None:
    """Whether `moved`, `retired` and `max_deletions` fit the rest; `trees`: the regions' vector_buckets."""
    entries: dict[str, Node] = {}
    for tree in trees:
        for bucket, node in tree.mapping.items():
            entries.setdefault(bucket, node)
            indexes = node.mapping.get("indexes")
            for index, child in indexes.mapping.items() if indexes else ():
                entries.setdefault(f"{bucket}/{index}", child)
    _check_moved(environment, root, entries, problems)
    _check_retired(environment, root, entries, problems)


def _check_moved(
    environment: Environment, root: Node, entries: Mapping[str, Node], problems: Problems
) -> None:
    nodes = root.mapping["moved"].mapping if "moved" in root.mapping else {}
    targets: dict[str, str] = {}
    for old, new in environment.moved.items():
        if max(old.count("/"), new.count("/")) > 1:
            continue
        path: Path = ("moved", old)

        def refuse(message: str, hint: str = "", node: Node = nodes[old], path: Path = path) -> None:
            problems.add(node, path, message, hint)

        current = current_key(environment.moved, old)
        if ("/" in old) != ("/" in new):
            refuse(
                f"{show(old)} and {show(new)} are not of one kind",
                "write bucket to bucket, or bucket/index to bucket/index",
            )
        elif current is None:
            refuse("the moves lead in a circle", "write each from the former key to the new one")
        elif old in entries:
            refuse(
                f"there still is an entry {show(old)}",
                "only a key that is gone can have been moved",
            )
        elif current not in entries:
            refuse(f"there is no entry {show(current)}", did_you_mean(current, _same_kind(entries, current)))
        elif new in targets:
            refuse(f"{show(targets[new])} has been moved there too", "two entries cannot become one")
        elif (
            "/" in old
            and (current_key(environment.moved, old.partition("/")[0]) or "") != current.partition("/")[0]
        ):
            refuse(
                "an index cannot move to another vector bucket",
                "add it there, and copy its vectors: vectorform migrate",
            )
        else:
            _check_name(old, current, entries[current], problems)
        targets.setdefault(new, old)


def _check_name(old: str, current: str, node: Node, problems: Problems) -> None:
    """A name that is made from the key would change with it, and another name is another resource."""
    kind = "index" if "/" in old else "bucket"
    default = INDEX_NAME_DEFAULT if kind == "index" else BUCKET_NAME_DEFAULT
    name = node.mapping.get("name")
    template = str(name.value) if name is not None else default
    former_key, key = old.rpartition("/")[2], current.rpartition("/")[2]
    if f"{{{kind}}}" in template and former_key != key:
        path: Path = ("vector_buckets", *current.replace("/", "/indexes/").split("/"))
        former_name = template.replace(f"{{{kind}}}", former_key)
        message = "the name would change with the key"
        hint = f"a renamed entry keeps its name in AWS: write name: {former_name}"
        problems.add(name or node, (*path, "name"), message, hint, key=name is None)


def _check_retired(
    environment: Environment, root: Node, entries: Mapping[str, Node], problems: Problems
) -> None:
    nodes = root.mapping["retired"].mapping if "retired" in root.mapping else {}
    buckets = {bucket.key for region in environment.regions for bucket in region.written_vector_buckets}
    protected = {
        index.address
        for bucket, index in _retired(environment)
        if bucket.deletion_protection or (index.retirement and index.retirement.keep)
    }
    confirmed = []
    for address, node in nodes.items():
        if node.broken or address.count("/") > 1:
            continue
        path: Path = ("retired", address)
        if "/" not in address:
            _check_let_go(environment, address, buckets, node, problems)
            continue
        confirm, keep = (
            key in node.mapping and node.mapping[key].value is True for key in ("confirm_destroy", "keep")
        )
        if address not in entries:
            hint = did_you_mean(address, _same_kind(entries, "/"))
            if not hint.startswith("did"):
                hint = "its definition stays until it is gone; then delete both"
            problems.add(node, path, f"there is no index {show(address)}", hint, key=True)
        elif confirm and keep:
            message = "it cannot be deleted and kept"
            problems.add(node, path, message, "write confirm_destroy: true or keep: true", key=True)
        elif address not in protected:
            message = "nothing protects it: its vector bucket has deletion_protection: false"
            problems.add(node, path, message, "delete its definition, and this entry", key=True)
        elif confirm:
            confirmed.append((node, path))
    if len(confirmed) > environment.max_deletions:
        node, path = confirmed[environment.max_deletions]
        limit = environment.max_deletions
        message = f"one apply may delete {limit} (max_deletions), and {len(confirmed)} are confirmed"
        hint = "confirm them one after the other, or raise max_deletions for this apply"
        problems.add(node, path, message, hint, key=True)


def _check_let_go(
    environment: Environment, key: str, buckets: set[str], node: Node, problems: Problems
) -> None:
    """A vector bucket can be kept, without Terraform; it is deleted in another way."""
    path: Path = ("retired", key)
    delete = "to delete it, deploy deletion_protection: false, then delete its entry"
    if key not in buckets:
        hint = did_you_mean(key, buckets) if buckets else "its definition stays until it is let go"
        problems.add(node, path, f"there is no vector bucket {show(key)}", hint, key=True)
    elif not ("keep" in node.mapping and node.mapping["keep"].value is True):
        message = "a vector bucket is not retired in steps"
        problems.add(node, path, message, f"to let it go, write keep: true; {delete}", key=True)
    elif "confirm_destroy" in node.mapping and node.mapping["confirm_destroy"].value is True:
        problems.add(node, path, "it cannot be deleted and kept", delete, key=True)
    else:
        confirmed = [
            index.key
            for bucket, index in _retired(environment)
            if bucket.key == key and index.retirement and index.retirement.confirm_destroy
        ]
        if confirmed:
            message = f"its index {show(confirmed[0])} is to be deleted, and it is let go with its indexes"
            problems.add(node, path, message, "first the one, then the other", key=True)


def _retired(environment: Environment) -> Iterator[tuple[VectorBucket, Index]]:
    for region in environment.regions:
        for bucket in region.written_vector_buckets:
            for index in bucket.written_indexes:
                if index.retirement:
                    yield bucket, index


def _same_kind(entries: Mapping[str, Node], like: str) -> list[str]:
    return [key for key in entries if ("/" in key) == ("/" in like)]
