"""`aws_iam_policy_document`: a policy written as blocks, and policies merged.

Rules: the provider's documentation of the data source, and its `internal/service/iam` package: sets become
lists in descending order, a list of one its element; conditions keep the order of their values; statements
of one Sid replace each other, sources first, overrides last.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic, ProviderError
from vectorform.rehearsal.provider.values import Object

_VERSION = "2012-10-17"
_OLD_VERSION = "2008-10-17"
_ELEMENTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
_PRINCIPALS = {"principals": "Principal", "not_principals": "NotPrincipal"}
_ORDER = (
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Principal",
    "NotPrincipal",
    "Condition",
)

Document = dict[str, Any]


def policy_document(_aws: Aws, config: Object) -> Object:
    """The document in `json` and `minified_json`. Raises ProviderError."""
    version = config["version"] or _VERSION
    if version not in (_VERSION, _OLD_VERSION):
        text = f'expected version to be one of ["{_OLD_VERSION}" "{_VERSION}"], got {version}'
        raise ProviderError(Diagnostic(text, path=("version",)))
    merged: Document = {"Statement": []}
    sids: dict[str, int] = {}
    for position, given in enumerate(_texts(config, "source_json", "source_policy_documents")):
        if given:
            source = _read(given, "source_policy_documents", position)
            _check_sids(source, sids, position)
            _merge(merged, source)
    _merge(merged, _own(config, version))
    for position, given in enumerate(_texts(config, "override_json", "override_policy_documents")):
        if given:
            _merge(merged, _read(given, "override_policy_documents", position))
    document = {name: merged[name] for name in ("Version", "Id", "Statement") if merged.get(name)}
    spelled = policy.escaped(json.dumps(document, indent=2, ensure_ascii=False))
    return {
        **config,
        "id": str(zlib.crc32(spelled.encode())),
        "version": version,
        "statement": [
            {**statement, "effect": statement["effect"] or "Allow"} for statement in config["statement"]
        ],
        "json": spelled,
        "minified_json": policy.escaped(json.dumps(document, separators=(",", ":"), ensure_ascii=False)),
    }


def _texts(config: Object, one: str, several: str) -> list[str | None]:
    return [*([config[one]] if config[one] else []), *(config[several] or [])]


def _read(text: str, attribute: str, position: int) -> Document:
    try:
        document = json.loads(text)
        if not isinstance(document, dict):
            raise TypeError("not an object")
        statements = document.get("Statement") or []
        statements = statements if isinstance(statements, list) else [statements]
        return {**document, "Statement": [_arranged(dict(statement)) for statement in statements]}
    except (ValueError, TypeError) as problem:
        summary = f"merging {attribute.replace('_policy_documents', '')} document {position}"
        raise ProviderError(Diagnostic(summary, str(problem), (attribute, position))) from problem


def _arranged(statement: Document) -> Document:
    """The members that IAM knows, in the order in which the provider writes them."""
    for name in _PRINCIPALS.values():
        if isinstance(statement.get(name), Mapping):
            statement[name] = _principals([(kind, ids) for kind, ids in statement[name].items()])
    if isinstance(statement.get("Condition"), Mapping):
        statement["Condition"] = {
            test: dict(sorted(keys.items())) for test, keys in sorted(statement["Condition"].items())
        }
    return {name: statement[name] for name in _ORDER if statement.get(name)}


def _check_sids(source: Document, sids: dict[str, int], position: int) -> None:
    for number, statement in enumerate(source["Statement"]):
        sid = statement.get("Sid")
        if sid and sid in sids:
            raise ProviderError(
                Diagnostic(
                    f"duplicate Sid ({sid}) in source_policy_documents (item {position}; statement "
                    f"{number}). Remove the Sid or ensure Sids are unique.",
                    path=("source_policy_documents", position),
                )
            )
        if sid:
            sids[sid] = position


def _merge(merged: Document, other: Document) -> None:
    if other.get("Id"):
        merged["Id"] = other["Id"]
    if other.get("Version", "") > merged.get("Version", ""):
        merged["Version"] = other["Version"]
    statements: list[Document] = merged["Statement"]
    for statement in other["Statement"]:
        sid = statement.get("Sid")
        same = next((i for i, known in enumerate(statements) if sid and known.get("Sid") == sid), None)
        if same is None:
            statements.append(statement)
        else:
            statements[same] = statement


def _own(config: Object, version: str) -> Document:
    statements: list[Document] = []
    for position, block in enumerate(config["statement"]):
        sid = block["sid"]
        if sid and any(known.get("Sid") == sid for known in statements):
            text = f"duplicate Sid ({sid}). Remove the Sid or ensure the Sid is unique."
            raise ProviderError(Diagnostic(text, path=("statement", position, "sid")))
        statements.append(_statement(block, version, position))
    return {"Version": version, "Id": config["policy_id"], "Statement": statements}


def _statement(block: Object, version: str, position: int) -> Document:
    statement: Document = {"Sid": block["sid"], "Effect": block["effect"] or "Allow"}
    for attribute, element in _ELEMENTS.items():
        if block[attribute]:
            statement[element] = _list([_variables(text, version, position) for text in block[attribute]])
    for attribute, element in _PRINCIPALS.items():
        entries = [
            (entry["type"], _list([_variables(text, version, position) for text in entry["identifiers"]]))
            for entry in block[attribute]
        ]
        if entries:
            statement[element] = _principals(entries)
    conditions: dict[str, dict[str, Any]] = {}
    for entry in block["condition"]:
        values = [_variables(text, version, position) for text in entry["values"]]
        known = conditions.setdefault(entry["test"], {}).setdefault(entry["variable"], [])
        known += values
    statement["Condition"] = {
        test: {key: values[0] if len(values) == 1 else values for key, values in sorted(keys.items())}
        for test, keys in sorted(conditions.items())
    }
    return {name: statement[name] for name in _ORDER if statement.get(name)}


def _list(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


def _principals(entries: list[tuple[str, Any]]) -> Any:
    """`"*"` for everybody; else the identifiers by type."""
    if [(kind, ids if isinstance(ids, list) else [ids]) for kind, ids in entries] == [("*", ["*"])]:
        return "*"
    by_type: dict[str, Any] = {}
    for kind, ids in entries:
        if kind not in by_type:
            by_type[kind] = sorted(ids, reverse=True) if isinstance(ids, list) else ids
            continue
        known = by_type[kind] if isinstance(by_type[kind], list) else [by_type[kind]]
        by_type[kind] = known + (sorted(ids, reverse=True) if isinstance(ids, list) else [ids])
    return dict(sorted(by_type.items()))


def _variables(text: str, version: str, position: int) -> str:
    """`&{...}` is how a policy's own `${...}` is written in Terraform."""
    if version == _OLD_VERSION and "&{" in text:
        problem = f"found &{{ sequence in ({text}), which is not supported in document version {_OLD_VERSION}"
        raise ProviderError(Diagnostic(problem, path=("statement", position)))
    return text.replace("&{", "${")
