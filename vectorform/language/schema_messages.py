"""What the schema refuses, told in the service's terms.

The schema's own `errorMessage` annotations say why a rule is there; editors show the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vectorform.language.foreign_keys import alias, instead
from vectorform.language.nodes import Node, Path, has_broken, plain
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
from vectorform.language.schema_values import fitting_value, synonym
from vectorform.wording import closest, did_you_mean, show

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
    "access": "the key of an access entry",
    "arn": "its ARN",
    "breakpoint_percentile": "95, unless you need another value",
    "buffer_size": "0 or 1",
    "child_tokens": "300, unless you need another number",
    "embedding_model": "its id in Amazon Bedrock, such as amazon.titan-embed-text-v2:0",
    "max_tokens": "300, unless you need another number",
    "model": "the id of a foundation model",
    "overlap_percentage": "20, unless you need another value",
    "overlap_tokens": "60, unless you need another number",
    "parent_tokens": "1500, unless you need another number",
    "strategy": "by what",
    "audiences": "[sts.amazonaws.com]",
    "cluster": "the name of the EKS cluster",
    "namespace": "the pods' own",
    "provider": "its URL without https://",
    "role_arn": "the ARN of the role",
    "service_account": "the pods' own",
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
    "other_keys": "why its vectors have other keys; if they have the same keys, replaced_by: bucket/index",
    "reason": "why, for the reviewer",
    "was": "the name that the file had before",
    "permissions": "read, write, read-write or admin",
    "principals": '"*" or {AWS: [...]}',
    "project": "what the resources belong to, such as bypass-knowledge",
    "region": "such as us-east-1",
    "regions": "[ap-southeast-2]",
    "ssm": '"/{project}/{environment}/"',
    "statements": "[{effect: ..., principals: ..., actions: ...}]",
    "address": "where the state of one stack is, such as https://HOST/api/v4/projects/ID/terraform/state/{stack}",
    "type": "local, s3, cloud or http",
    "vector_buckets": "{its key: {indexes: {...}}}, or {} where there are none",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A problem, or None where it was told already, and what cannot be used because of it.

    `broken` is the place of a value that nothing may be built on, `unknown` that of a key that there is not,
    `missing` that of one that there should be. `doubtful` is the place of a key that does not belong there:
    nothing to say if it is unknown anyway.
    """

    problem: Problem | None
    broken: Path | None = None
    unknown: Path | None = None
    missing: Path | None = None
    doubtful: Path | None = None


def explain(error: ValidationError, here: Node, at: Path, prefix: Path) -> Iterator[Violation]:
    """What one error of jsonschema means. `here` is the value at the path `at`, itself below `prefix`."""
    rules: Any = error.schema
    why = rules.get("errorMessage", "")
    if error.validator == "additionalProperties":
        yield from _unknown_keys(list(rules.get("properties", ())), here, at, prefix)
    elif "propertyNames" in error.absolute_schema_path:
        key = str(error.instance)
        if here.mapping[key].broken:
            return
        foreign = error.validator == "enum"
        message = f"{show(key)} {'is not allowed here' if foreign else 'cannot be a key'}"
        rule = FOREIGN_KEY if foreign else KEY_FORM
        problem = rule.at(here.mapping[key], (*prefix, *at, key), message, why, key=True)
        place = (*at, key)
        yield Violation(problem, doubtful=place) if foreign else Violation(problem, broken=place)
    elif error.validator == "required":
        names: Any = error.validator_value
        missing = next(k for k in names if k not in here.mapping and f"'{k}'" in error.message)
        meant = (_meant(key, names) for key in here.mapping if key not in names)
        if here.incomplete or missing in meant:  # that key was refused, with the right spelling
            yield Violation(None, missing=(*at, missing))
            return
        hint = f"write {missing}: {_EXAMPLES[missing]}"
        message = f"the required key `{missing}` is missing"
        yield Violation(MISSING_KEY.at(here, (*prefix, *at), message, hint, key=True), missing=(*at, missing))
    elif isinstance(here.value, dict | list) and has_broken(here):
        yield Violation(None, broken=at)  # what is in it was complained about
    else:
        message, hint = _WORDS.get(str(error.validator), _other)(error)
        rule = _RULES.get(str(error.validator), OTHER)
        problem = rule.at(here, (*prefix, *at), message, hint or _fitting(why, error))
        whole = rule in (TYPE, ENUM) or not isinstance(here.value, dict | list)
        yield Violation(problem, broken=at if whole else None)


def _unknown_keys(known: list[str], here: Node, at: Path, prefix: Path) -> Iterator[Violation]:
    for key in sorted(set(here.mapping) - set(known)):
        node = here.mapping[key]
        if node.broken:
            continue
        hint, meant = did_you_mean(key, known), _meant(key, known)
        if advice := instead(key, known):
            hint, meant = advice, None
        elif meant is not None:
            hint = f"did you mean `{meant}{_value(meant, node)}`?"
        problem = UNKNOWN_KEY.at(node, (*prefix, *at, key), f"unknown key {show(key)}", hint, key=True)
        yield Violation(
            problem, unknown=(*at, key), missing=(*at, meant) if meant and meant not in here.mapping else None
        )


def _value(key: str, node: Node) -> str:
    """The value as it is written here, where others write it otherwise."""
    value = plain(node)
    written = synonym(value) if isinstance(value, str) else None
    if key == "tags" and isinstance(value, list):
        written = fitting_value(value, ["object"], {}).removeprefix("write ")
    return f": {written}" if written else ""


def _meant(key: str, known: list[str]) -> str | None:
    """The key that was probably meant."""
    return alias(key, known) or closest(key, known)


def _fitting(why: str, error: ValidationError) -> str:
    """The schema's explanation, unless it is about the entries of what is no map or list at all."""
    collections = (["array", "null"], ["object", "null"], "array", "object")
    return "" if error.validator == "type" and error.validator_value in collections else why


def _type(error: ValidationError) -> tuple[str, str]:
    expected: Any = error.validator_value
    names = [expected] if isinstance(expected, str) else list(expected)
    value: Any = error.instance
    rules: Any = error.schema
    shown = show(f'"{value}"' if isinstance(value, str) else value)
    if "string" in names and not isinstance(value, dict | list):
        names = ["string"]
    what = " or ".join(_TYPES[name] for name in names if name != "null")
    return f"{shown} is not {what}", fitting_value(value, names, rules)


def _enum(error: ValidationError) -> tuple[str, str]:
    allowed: Any = error.validator_value
    options = [str(option) for option in allowed if option is not None]
    value: Any = error.instance
    known = synonym(value) if isinstance(value, str) else None
    if known in options:
        return f"{show(value)} is not {' or '.join(options)}", f"write {known}"
    meant = did_you_mean(value, options) if isinstance(value, str) else ""
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
    return f"has {len(value):,} {unit}; {relation} {limit:,} are allowed", ""


def _unique(error: ValidationError) -> tuple[str, str]:
    values: Any = error.instance
    twice = next(v for position, v in enumerate(values) if v in values[:position])
    return f"{show(twice)} is listed twice", "list it once"


def _pattern(error: ValidationError) -> tuple[str, str]:
    value = str(error.instance)
    digits = re.sub("[^0-9]", "", value)
    if error.validator_value == "^[0-9]{12}$" and re.fullmatch("[0-9 -]+", value):
        if len(digits) != 12:
            return f"{show(value)} has {len(digits)} digits", "an AWS account has 12"
        return f"{show(value)} is not only 12 digits", f'write "{digits}"'
    return _other(error)


def _other(error: ValidationError) -> tuple[str, str]:
    return f"{show(error.instance)} is not allowed here", ""


_WORDS: dict[str, Callable[[ValidationError], tuple[str, str]]] = {
    "type": _type,
    "enum": _enum,
    "minimum": _bound,
    "maximum": _bound,
    "pattern": _pattern,
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
