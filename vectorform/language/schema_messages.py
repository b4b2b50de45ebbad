"""What the schema refuses, told in the service's terms.

The schema's own `errorMessage` annotations say why a rule is there; editors show the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vectorform.language.nodes import Node, Path
from vectorform.language.problems import Problem
from vectorform.language.rule import Rule
from vectorform.language.rules.form import (
    ENUM,
    FOREIGN_KEY,
    KEY_FORM,
    LISTED_TWICE,
    MISSING_KEY,
    OTHER,
    PATTERN,
    RANGE,
    SIZE,
    TYPE,
    UNKNOWN_KEY,
)
from vectorform.wording import did_you_mean, show

if TYPE_CHECKING:
    from jsonschema import ValidationError

_TYPES = {
    "object": "a map",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
}
# What to write for a required key.
_EXAMPLES = {
    "audiences": "[sts.amazonaws.com]",
    "cluster": "the name of the EKS cluster",
    "namespace": "that of the pods",
    "provider": "its URL without https://",
    "role_arn": "the ARN of the role",
    "service_account": "that of the pods",
    "subjects": '["repo:example/search:environment:prod"]',
    "account_id": '"123456789012"',
    "actions": "[s3vectors:QueryVectors]",
    "bucket": "its name",
    "dimension": "the output length of the embedding model, such as 1024",
    "distance_metric": "cosine or euclidean",
    "effect": "Allow or Deny",
    "grants": "[{bucket: its key}]",
    "index": "bucket/index",
    "kms_key_arn": "the full ARN of the key",
    "name": "such as us-east-1",
    "organization": "its name",
    "other_keys": "why its vectors have other keys; where they are the same, replaced_by: bucket/index",
    "reason": "why it goes, for whoever reviews it",
    "permissions": "read, write, read-write or admin",
    "principals": '"*" or {AWS: [...]}',
    "project": "what the resources belong to, such as bypass-knowledge",
    "region": "such as us-east-1",
    "regions": "[ap-southeast-2]",
    "statements": "[{effect: ..., principals: ..., actions: ...}]",
    "type": "local, s3 or cloud",
    "vector_buckets": "{its key: {indexes: {...}}}",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A problem, and the place whose value cannot be used because of it (None if it can).

    `doubtful` is the place of a key that does not belong there: nothing to say if it is unknown anyway.
    """

    problem: Problem
    unusable: Path | None = None
    doubtful: Path | None = None


def explain(error: ValidationError, here: Node, at: Path, prefix: Path) -> Iterator[Violation]:
    """What one error of jsonschema means. `here` is the value at the path `at`, itself below `prefix`."""
    rules: Any = error.schema
    why = rules.get("errorMessage", "")
    if error.validator == "additionalProperties":
        known = list(rules.get("properties", ()))
        for key in sorted(set(here.mapping) - set(known)):
            message = f"unknown key {show(key)}"
            problem = UNKNOWN_KEY.at(
                here.mapping[key], (*prefix, *at, key), message, did_you_mean(key, known), key=True
            )
            yield Violation(problem, unusable=(*at, key))
    elif "propertyNames" in error.absolute_schema_path:
        key = str(error.instance)
        if here.mapping[key].broken:
            return
        foreign = error.validator == "enum"
        message = f"{show(key)} {'does not belong here' if foreign else 'cannot be a key'}"
        rule = FOREIGN_KEY if foreign else KEY_FORM
        problem = rule.at(here.mapping[key], (*prefix, *at, key), message, why, key=True)
        yield Violation(problem, doubtful=(*at, key) if foreign else None)
    elif error.validator == "required":
        names: Any = error.validator_value
        missing = next(k for k in names if k not in here.mapping and f"'{k}'" in error.message)
        misspelt = any(key.casefold().replace("-", "_") == missing for key in here.mapping)
        if not misspelt:  # that key is unknown, and said to be so with the right spelling
            hint = f"write {missing}: {_EXAMPLES[missing]}"
            yield Violation(
                MISSING_KEY.at(
                    here, (*prefix, *at), f"the required key `{missing}` is missing", hint, key=True
                )
            )
    else:
        message, hint = _WORDS.get(str(error.validator), _other)(error)
        rule = _RULES.get(str(error.validator), OTHER)
        problem = rule.at(here, (*prefix, *at), message, hint or _fitting(why, error))
        yield Violation(problem, unusable=at if error.validator in ("type", "enum") else None)


def _fitting(why: str, error: ValidationError) -> str:
    """The schema's explanation, unless it is about the entries of what is no map or list at all."""
    collections = (["array", "null"], ["object", "null"], "array", "object")
    return "" if error.validator == "type" and error.validator_value in collections else why


def _type(error: ValidationError) -> tuple[str, str]:
    expected: Any = error.validator_value
    names = [expected] if isinstance(expected, str) else list(expected)
    value: Any = error.instance
    hint = ""
    if "string" in names and isinstance(value, bool | int | float):
        hint = "put it in quotes"
    elif isinstance(value, str) and "integer" in names and value.isdecimal():
        hint = f"write {value} without quotes"
    elif isinstance(value, float) and "integer" in names and value.is_integer():
        hint = f"write {int(value)}"
    elif isinstance(value, str) and "boolean" in names and value in ("true", "false"):
        hint = f"write {value} without quotes"
    elif isinstance(value, str) and "array" in names:
        hint = f"write [{value}]" if len(value) < 40 and value.isprintable() else "put it in [ ]"
    shown = show(f'"{value}"' if isinstance(value, str) else value)
    return f"{shown} is not {' or '.join(_TYPES[name] for name in names if name != 'null')}", hint


def _enum(error: ValidationError) -> tuple[str, str]:
    allowed: Any = error.validator_value
    options = [str(option) for option in allowed if option is not None]
    meant = did_you_mean(error.instance, options) if isinstance(error.instance, str) else ""
    listed = ", ".join(options[:-1]) + f" or {options[-1]}"
    return f"{show(error.instance)} is not {listed}", meant if meant.startswith("did") else ""


def _bound(error: ValidationError) -> tuple[str, str]:
    relation = "less than" if error.validator == "minimum" else "more than"
    return f"{show(error.instance)} is {relation} {error.validator_value}", ""


def _length(error: ValidationError) -> tuple[str, str]:
    value: Any = error.instance
    limit: Any = error.validator_value
    if not value:
        return "is empty", ""
    unit = "characters" if isinstance(value, str) else "entries"
    relation = "at least" if str(error.validator).startswith("min") else "at most"
    return f"has {len(value):,} {unit}; {relation} {limit:,} are possible", ""


def _unique(error: ValidationError) -> tuple[str, str]:
    values: Any = error.instance
    twice = next(v for position, v in enumerate(values) if v in values[:position])
    return f"{show(twice)} is listed twice", "list it once"


def _other(error: ValidationError) -> tuple[str, str]:
    return f"{show(error.instance)} is not possible here", ""


_WORDS: dict[str, Callable[[ValidationError], tuple[str, str]]] = {
    "type": _type,
    "enum": _enum,
    "minimum": _bound,
    "maximum": _bound,
    "uniqueItems": _unique,
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _length),
    **dict.fromkeys(("minProperties", "maxProperties"), _length),
}
_RULES: dict[str, Rule] = {
    "type": TYPE,
    "enum": ENUM,
    "const": ENUM,
    "pattern": PATTERN,
    "uniqueItems": LISTED_TWICE,
    **dict.fromkeys(("minimum", "maximum"), RANGE),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), SIZE),
    **dict.fromkeys(("minProperties", "maxProperties"), SIZE),
}
