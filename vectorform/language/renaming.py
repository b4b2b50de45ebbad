"""A key of an index changed in the text of its file, with everything in the file that calls it by its key."""

from __future__ import annotations

from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from vectorform.language.edit import changed, setting


def rename_index(text: str, bucket: str, old: str, new: str, name: str) -> str:
    """The YAML text in which the index `old` of a vector bucket is called `new`, and `moved` says so.

    It keeps its place, its comments and its `name` in AWS, which is written where it came from the key.
    Grants of the file that name it are changed as well. Raises KeyError if the file does not define it.
    """

    def change(document: Any) -> None:
        indexes = document["vector_buckets"][bucket]["indexes"]
        settings = _rename(indexes, old, new)
        if isinstance(settings, CommentedMap) and "name" not in settings:
            settings.insert(0, "name", name)
        for access in (document.get("access") or {}).values():
            for grant in access.get("grants") or []:
                if grant.get("bucket") == bucket and isinstance(grant.get("indexes"), CommentedSeq):
                    grant["indexes"][:] = [new if index == old else index for index in grant["indexes"]]
        setting(("moved", f"{bucket}/{old}"), f"{bucket}/{new}")(document)

    return changed(text, change)


def _rename(node: Any, old: str, new: str) -> Any:
    position, value, comment = list(node).index(old), node[old], node.ca.items.get(old)
    del node[old]
    node.insert(position, new, value)
    if comment is not None:
        node.ca.items[new] = comment
    return value
