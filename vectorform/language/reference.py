"""docs/reference/configuration.md from the schema: every key with type, default, merge rule, description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from vectorform.desired.attributes import ALL
from vectorform.language.schema import definition, schema

_OPENING = """\
# Configuration

<!-- `vectorform schema --format markdown --write docs/reference/configuration.md` writes this page. -->

An environment is one file, `config/<environment>.yaml`; the file name is the name of the environment.
With this first line, editors that support JSON Schema complete and check it:

```yaml
# yaml-language-server: $schema=../schemas/environment.schema.json
```

`vectorform validate` checks the file. `vectorform explain ENV` prints the resolved environment and where each
value comes from.

## Layers

The files that `extends` names come first, in order, then the file itself, then a region's own
`vector_buckets`.

| the later layer has | the earlier value is |
|---|---|
| a map | merged with it, entry by entry, deeply |
| a list | replaced |
| a single value | replaced |
| null | removed; null without anything to remove is an error |

`extends` itself is not inherited. The column *layers* below says which of these applies to a key.

`extends: ["package:NAME/FILE"]` extends a file of an installed Python package, pinned like any other
dependency: a platform team's regions, tags, keys and defaults. The package may add its own rules: a
function that takes the `Environment` and yields `Finding`s (`vectorform.language.packages`), named by an
entry point of the group `vectorform.rules`. They run for the environments that extend the package.

## Templates

Names, tag values, `kms_key_arn`, principals and conditions of bucket policies, `trusted_principals` and the
texts of `backend` may contain `{project}`, `{environment}`, `{account_id}`, `{partition}` and your own
`variables`; within vector buckets also `{region}`, `{bucket}` and, in an index, `{index}`; within access
entries `{access}`; in `backend` also `{region}` and `{stack}`. An unknown variable is an error, and so is an
unpaired brace. IAM's own variables keep their dollar sign, as in `${aws:PrincipalTag/team}`: they pass
through in conditions, the only place where IAM replaces them.

## One definition for many

An entry of `vector_buckets`, `indexes`, `keys`, `access` or `grants` with `for_each` creates many entries:

```yaml
variables:
  tenants:
    acme: {dimension: 512}
    globex: {dimension: 1024}
vector_buckets:
  "tenant-{each}":
    for_each: tenants
    indexes:
      pages: {dimension: "{each.dimension}", distance_metric: cosine, non_filterable_metadata_keys: [text]}
access:
  "app-{each}":
    for_each: tenants
    permissions: read
    grants: [{bucket: "tenant-{each}"}]
```

`for_each` names a variable that is a list or a map, or is the list or map itself. `{each}` is the item of the
list or the key of the map, `{each.FIELD}` the value in the map; a value that is a single template keeps its
type. The key contains `{each}`, so that every member has its own key. Members are entries like any other:
`moved`, `retired`, `grants`, Terraform addresses and messages name `tenant-acme/pages`, and `vectorform
explain` shows them. To delete a member, keep it in the list while it is in `retired`:
Terraform refuses to delete one that you remove from the list first. A definition within a definition has
its own `{each}`; in its names and tags `{bucket}` is the member around it.

A region may override a definition, by the definition's key (`for_each` too), or one of its members, by the
member's key. In one file, a definition and an entry with a member's key are an error.

A variable that is a list or a map can also be a whole value: `principals: {AWS: "{readers}"}`.

## YAML

Files are UTF-8 and hold one document. vectorform refuses what YAML parsers read differently, and what hides
mistakes: a repeated key; unquoted `yes`, `no`, `on`, `off`; numbers with a leading zero, in base 60,
with `_`, an
exponent or in another base; keys that are not text; tags such as `!!str`; merge keys (`<<`); tabs for
indentation. Anchors and aliases are allowed.

## What `vectorform validate` prints

One line for each problem, and all problems in one run:

```text
config/dev.yaml:8:20: vector_buckets.main.indexes.episodes.dimension: `5000` is more than 4096; S3 Vectors ...
```

The line has file, line, column, path, what is wrong, and what to write instead. On a terminal, the line
of the
file follows, with a caret. Warnings have `warning:` before the path, and fail only with `--strict`;
hints have
`hint:` and never fail. `--format json` and `--format github` print the same for programs and pull requests.
Exit code 0: no errors; 1: errors; 2: something could not be read.

`vectorform validate ENV` also compares ENV with all other environments: a stack id, a state, or a name in an
account that two of them use is an error in both.

## Python

`config/<environment>.py` can build the same with loops and functions: it sets `environment` to an
`Environment` of `vectorform.builders`, whose fields are the keys below. It is checked like YAML.
"""
_ANOTHER_VALUE = """\
## What another value does

*In place*: AWS changes it, and nothing is lost. *Replaced*: AWS cannot change it, so Terraform would
replace it
with an empty one; the stacks and `vectorform guard` refuse that, and show the way that loses nothing.
*Recreated*: the same for something that holds no vectors. *Moved*: nothing changes in AWS, only its
place in the Terraform state. *Not deployed*: no resource has it.
"""
_TYPES = {
    "object": "map",
    "array": "list",
    "string": "text",
    "integer": "integer",
    "boolean": "true or false",
}


def reference() -> str:
    """The page."""
    lines = [_OPENING, "## Keys"]
    for title, rules in _maps():
        lines += ["", f"### {title}", "", *_table(rules)]
    lines += ["", _ANOTHER_VALUE, *_another_value()]
    return "\n".join(lines) + "\n"


def _another_value() -> Iterator[str]:
    yield "| of | key | what the next apply does | why |"
    yield "|---|---|---|---|"
    for table in ALL:
        for row in table:
            if table.schema and row.yaml_key:
                noun = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", table.model.__name__).lower()
                yield f"| {noun} | `{row.yaml_key}` | {row.change} | {row.why} |"


def _maps() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every map with fixed keys, with its path as the title, in reading order."""
    waiting: list[tuple[str, Mapping[str, Any]]] = [("The environment", schema())]
    seen: list[Mapping[str, Any]] = []
    while waiting:
        path, rules = waiting.pop(0)
        if rules.get("properties") and rules not in seen:
            seen.append(rules)
            yield path, rules
        prefix = "" if path == "The environment" else f"{path.strip('`')}."
        below = []
        for key, child in rules.get("properties", {}).items():
            below.append((f"`{prefix}{key}`", _follow(child)))
        for each, suffix in ((rules.get("additionalProperties"), "*"), (rules.get("items"), "[]")):
            if isinstance(each, dict):
                joined = f"{prefix}{suffix}" if suffix == "*" else f"{prefix.rstrip('.')}[]"
                below.append((f"`{joined}`", _follow(each)))
        waiting += below


def _table(rules: Mapping[str, Any]) -> Iterator[str]:
    if "description" in rules and rules is not schema():
        yield rules["description"] + "\n"
    yield "| key | type | default | layers | |"
    yield "|---|---|---|---|---|"
    for key, child in rules["properties"].items():
        whole = _follow(child)
        written = whole.get("default", whole.get("x-default"))
        default = f"`{_shown(written)}`" if written not in (None, "") else ""
        merge = "merged" if "object" in _types(whole) and "string" not in _types(whole) else "replaced"
        merge = "not inherited" if key == "extends" else merge
        text = child.get("description") or whole.get("description", "")
        text += _values(whole) + _example(whole)
        yield f"| `{key}` | {_type(whole)} | {default} | {merge} | {text} |"


def _values(rules: Mapping[str, Any]) -> str:
    meanings = zip(rules.get("enum", ()), rules.get("enumDescriptions", ()), strict=False)
    return "".join(f"<br>`{value}`: {meaning}" for value, meaning in meanings)


def _example(rules: Mapping[str, Any]) -> str:
    examples = rules.get("examples", rules.get("x-examples", ()))
    return "".join(f"<br>Example: `{_shown(example)}`" for example in examples[:1])


def _shown(value: object) -> str:
    """A value as it is written in YAML's flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shown(child)}" for key, child in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(child) for child in value) + "]"
    if isinstance(value, str) and not (value.isdigit() or value in ("*", "true", "false") or ":" in value):
        return value
    return json.dumps(value)


def _type(rules: Mapping[str, Any]) -> str:
    if "enum" in rules:
        return " \\| ".join(f"`{value}`" for value in rules["enum"] if value is not None)
    names = []
    for name in _types(rules):
        items = rules.get("items")
        if name == "array" and isinstance(items, dict):
            names.append(f"list of {_type(_follow(items)).replace('text or map', 'texts or maps')}")
        else:
            names.append(_TYPES[name])
    return " or ".join(names)


def _types(rules: Mapping[str, Any]) -> list[str]:
    types = rules.get("type", [])
    return [name for name in ([types] if isinstance(types, str) else types) if name != "null"]


def _follow(rules: Mapping[str, Any]) -> Mapping[str, Any]:
    """The rules with those that `$ref` names below them."""
    target = rules.get("$ref")
    if target is None:
        return rules
    return {**_follow(definition(target)), **{key: value for key, value in rules.items() if key != "$ref"}}
