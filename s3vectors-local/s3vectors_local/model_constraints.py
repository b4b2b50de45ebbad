"""What the service models of IAM, KMS, Parameter Store and STS say about a request, which moto hardly checks.

The models are botocore's copies; the words are those in which AWS's Query and JSON services report them.
That such a refusal comes before one of the permissions is inferred.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from s3vectors_local.s3vectors.errors import Field, ValidationError
from s3vectors_local.service_model import Shape, service_model

QUERY = frozenset({"iam", "sts"})
JSON = frozenset({"kms", "ssm"})
_BETWEEN = re.compile(
    r"Member must (?P<verb>have length |be )between (?P<low>\d+) and (?P<high>\d+), inclusive"
)


def check_input(service: str, operation: str, given: Mapping[str, Any]) -> None:
    """Raises ValidationError, or SerializationError, for a request that breaks its service's model."""
    model = service_model(service)
    if "input" not in model.operations.get(operation, {}):
        return
    try:
        model.check(operation, given)
    except ValidationError as refused:
        raise ValidationError(_reported(refused.fields, given)) from None


def of_form(service: str, operation: str, form: Mapping[str, str]) -> dict[str, Any]:
    """A form of the Query protocol as the operation's input."""
    model = service_model(service)
    if "input" not in model.operations.get(operation, {}):
        return {}
    shape = model.shape(model.operations[operation]["input"]["shape"])
    return _structure(service, shape, form, "")


def _structure(service: str, shape: Shape, form: Mapping[str, str], prefix: str) -> dict[str, Any]:
    found = {
        name: _value(service, member["shape"], form, f"{prefix}{name}")
        for name, member in shape["members"].items()
    }
    return {name: value for name, value in found.items() if value is not None}


def _value(service: str, shape_name: str, form: Mapping[str, str], name: str) -> Any:
    """The value under this name, or None. What is no number where one belongs stays a text."""
    shape = service_model(service).shape(shape_name)
    kind, text = shape["type"], form.get(name)
    if kind == "structure":
        return _structure(service, shape, form, f"{name}.") or None
    if kind == "list":
        numbers = _numbers(form, f"{name}.member.")
        items = [_value(service, shape["member"]["shape"], form, f"{name}.member.{n}") for n in numbers]
        return items if items or text == "" else None  # SDKs send an empty list as an empty parameter
    if text is None or kind == "string":
        return text
    if kind == "boolean":
        return text.lower() == "true"
    return int(text) if kind in ("integer", "long") and re.fullmatch(r"-?\d+", text) else None


def _numbers(form: Mapping[str, str], prefix: str) -> list[int]:
    found = (name.removeprefix(prefix).partition(".")[0] for name in form if name.startswith(prefix))
    return sorted({int(number) for number in found if number.isdigit()})


def _reported(fields: tuple[Field, ...], given: Mapping[str, Any]) -> str:
    """Violations as `Value 'a b' at 'roleSessionName' failed to satisfy constraint: ...`."""
    texts = []
    for field in fields:
        value: Any = given
        names = []
        for step in field.path.strip("/").split("/"):
            value = value.get(step) if isinstance(value, Mapping) else value[int(step)]
            names.append(f"{int(step) + 1}.member" if step.isdigit() else step[:1].lower() + step[1:])
        constraint = field.message.partition("constraint: ")[2]
        texts.append(
            f"Value {_shown(value)} at '{'.'.join(names)}' failed to satisfy constraint: "
            f"{_one_bound(constraint, value)}"
        )
    counted = f"{len(texts)} validation error{'s' if len(texts) > 1 else ''} detected: "
    return counted + "; ".join(texts)


def _shown(value: Any) -> str:
    return "null" if value is None else f"'{value}'"


def _one_bound(constraint: str, value: Any) -> str:
    """Of a range the bound that was broken."""
    found = _BETWEEN.fullmatch(constraint)
    if not found:
        return constraint
    measured = value if isinstance(value, int) else len(value)
    relation, bound = ("less", found["high"]) if measured > int(found["high"]) else ("greater", found["low"])
    verb = "have length " if found["verb"] == "have length " else "have value "
    return f"Member must {verb}{relation} than or equal to {bound}"
