"""References to what the same file makes: `{access: NAME}`, the role of an entry, and `{deployer: true}`.

Within conditions they become templates before the schema sees the tree, of variables that no file can name;
`Scope.values` has the ARNs. So a name may be a template of a definition of many, and every rule on conditions
sees plain texts.
"""

from __future__ import annotations

from dataclasses import replace

from vectorform.language.nodes import Node

ROLE_OF = "role of "
DEPLOYER = "the deployer"
REFERENCES = ("access", "deployer")
# Below these keys of the environment and its regions conditions are looked for.
_SECTIONS = ("vector_buckets", "access", "regions", "knowledge_bases")


def as_templates(root: Node) -> Node:
    """The environment with the references in its conditions as templates; as it is where it has none."""
    entries = {key: _within(child) if key in _SECTIONS else child for key, child in root.mapping.items()}
    return replace(root, value=entries) if _changed(root, entries) else root


def reference(node: Node) -> str | None:
    """The variable that a reference stands for; None for what is none."""
    entries = node.mapping
    if len(entries) != 1:
        return None
    if "access" in entries and isinstance(entries["access"].value, str):
        return f"{ROLE_OF}{entries['access'].value}"
    return DEPLOYER if "deployer" in entries and entries["deployer"].value is True else None


def _within(node: Node) -> Node:
    """Indexes have no conditions, and there may be thousands of them."""
    if isinstance(node.value, list):
        items = [_within(item) for item in node.value]
        same = all(new is old for new, old in zip(items, node.value, strict=True))
        return node if same else replace(node, value=items)
    if not isinstance(node.value, dict):
        return node
    entries = {
        key: child if key in ("indexes", "tags") else _texts(child) if key == "conditions" else _within(child)
        for key, child in node.value.items()
    }
    return replace(node, value=entries) if _changed(node, entries) else node


def _texts(node: Node) -> Node:
    """Conditions with each reference as a text."""
    variable = reference(node)
    if variable is not None:
        return replace(node, value=f"{{{variable}}}")
    if isinstance(node.value, list):
        items = [_texts(item) for item in node.value]
        return replace(node, value=items)
    if isinstance(node.value, dict):
        entries = {key: _texts(child) for key, child in node.value.items()}
        return replace(node, value=entries) if _changed(node, entries) else node
    return node


def _changed(node: Node, entries: dict[str, Node]) -> bool:
    return any(entries[key] is not child for key, child in node.mapping.items())
