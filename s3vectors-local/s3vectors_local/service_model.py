"""What a service model alone can say about a request: required members, lengths, ranges, enums, patterns.

The models are botocore's copies, so the rules are those of the SDK in use. Wording: the Smithy validation
protocol tests, the same as the live service's for length, range and enum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache
from typing import Any

from s3vectors_local.s3vectors.errors import Field, SerializationError, ValidationError

Shape = Mapping[str, Any]

# Classes that Python's re lacks or cannot know. \w is letters, numbers and the underscore, which the
# patterns of the models all allow.
_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": "",
    r"\p{Z}": "\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    # Bedrock's model has these where it means digits.
    "/d{": r"\d{",
    "/d+": r"\d+",
    # A code point above U+FFFF, as the model of STS writes it.
    r"\u10000-\u10FFFF": "\U00010000-\U0010ffff",
}
_JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float, str),
    "double": (int, float, str),
    "boolean": (bool,),
}


class ServiceModel:
    """One service's model; `name` is botocore's, e.g. "s3vectors". Loaded when it is first needed."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _model(self) -> Mapping[str, Any]:
        from botocore.loaders import Loader

        model: Mapping[str, Any] = Loader().load_service_model(self._name, "service-2")
        return model

    @property
    def operations(self) -> Mapping[str, Shape]:
        """Every operation of the service by name."""
        found: Mapping[str, Shape] = self._model["operations"]
        return found

    def present(self, operation: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """An operation's input without the members that are null: in rest-json as good as left out."""
        return dict(self._present(self.operations[operation]["input"]["shape"], given))

    def check(self, operation: str, request: Mapping[str, Any]) -> None:
        """Refuse a request that breaks a constraint of the operation's input shape.

        Raises SerializationError for a wrong JSON type, ValidationError with one field per violation.
        """
        shape = self.shape(self.operations[operation]["input"]["shape"])
        violations = list(self._structure(shape, request, ""))
        if violations:
            counted = f"{len(violations)} validation error{'s' if len(violations) > 1 else ''} detected. "
            raise ValidationError(counted + "; ".join(v.message for v in violations), *violations)

    def shape(self, name: str) -> Shape:
        """A shape of the model by its name."""
        shape: Shape = self._model["shapes"][name]
        return shape

    def _present(self, shape_name: str, value: Any) -> Any:
        shape = self.shape(shape_name)
        if shape.get("document"):
            return value  # null means something there
        if shape["type"] == "structure" and isinstance(value, dict):
            members = shape["members"]
            return {
                name: self._present(members[name]["shape"], item) if name in members else item
                for name, item in value.items()
                if item is not None
            }
        if shape["type"] == "list" and isinstance(value, list):
            member = shape["member"]["shape"]
            if self.shape(member)["type"] == "structure":
                return [self._present(member, item) for item in value]
        return value

    def _structure(self, shape: Shape, value: Mapping[str, Any], path: str) -> Iterator[Field]:
        for name in shape.get("required", ()):
            if value.get(name) is None:
                yield _violation(f"{path}/{name}", "", "Member must not be null")
        for name, member in shape["members"].items():
            if value.get(name) is not None:
                yield from self._value(member["shape"], value[name], f"{path}/{name}")

    def _value(self, shape_name: str, value: Any, path: str) -> Iterator[Field]:
        shape = self.shape(shape_name)
        if shape.get("document"):
            return
        kind = shape["type"]
        if kind not in _JSON_TYPES:
            return  # times and bytes: no request that is served here has one in its body
        _check_type(kind, value, path)
        if kind == "structure":
            yield from self._structure(shape, value, path)
        elif kind == "list":
            yield from _length(shape, value, path)
            yield from self._members(shape, value, path)
        elif kind == "map":
            for key, item in value.items():
                yield from self._value(shape["key"]["shape"], key, path)
                yield from self._value(shape["value"]["shape"], item, f"{path}/{key}")
        elif kind == "string":
            yield from _length(shape, value, path)
            yield from _text(shape, value, path)
        elif kind in ("integer", "long"):
            yield from _range(shape, value, path)

    def _members(self, shape: Shape, value: list[Any], path: str) -> Iterator[Field]:
        member = shape["member"]["shape"]
        if self.shape(member)["type"] == "float":
            return  # the components of a vector: there are many, and `vectors` looks at them with numpy
        for position, item in enumerate(value):
            yield from self._value(member, item, f"{path}/{position}")


@cache
def service_model(name: str) -> ServiceModel:
    """The one ServiceModel of a service in this process."""
    return ServiceModel(name)


def _check_type(kind: str, value: Any, path: str) -> None:
    if not isinstance(value, _JSON_TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        article = "an" if kind == "integer" else "a"
        raise SerializationError(f"{path} is not of the JSON type of {article} {kind}")


def _length(shape: Shape, value: str | list[Any], path: str) -> Iterator[Field]:
    low, high = shape.get("min"), shape.get("max")
    if (low is not None and len(value) < low) or (high is not None and len(value) > high):
        bounds = _bounds("have length ", low, high)
        yield _violation(path, f" with length {len(value)}", f"Member must {bounds}")


def _range(shape: Shape, value: int, path: str) -> Iterator[Field]:
    low, high = shape.get("min"), shape.get("max")
    if (low is not None and value < low) or (high is not None and value > high):
        yield _violation(path, "", f"Member must {_bounds('be ', low, high)}")


def _bounds(verb: str, low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"{verb}between {low} and {high}, inclusive"
    if low is not None:
        return f"{verb}greater than or equal to {low}"
    return f"{verb}less than or equal to {high}"


def _text(shape: Shape, value: str, path: str) -> Iterator[Field]:
    if "enum" in shape and value not in shape["enum"]:
        allowed = ", ".join(shape["enum"])
        yield _violation(path, "", f"Member must satisfy enum value set: [{allowed}]")
    if "pattern" in shape and not _compiled(shape["pattern"]).fullmatch(value):
        pattern = shape["pattern"]
        yield _violation(path, "", f"Member must satisfy regular expression pattern: {pattern}")


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    # The models are Java's, where \w and \d are ASCII.
    flags = 0 if r"\p{" in pattern else re.ASCII
    for class_name, characters in _CLASSES.items():
        pattern = pattern.replace(class_name, characters)
    try:
        return re.compile(pattern, flags)
    except re.error:  # some of Java's are not Python's: none of a request that is served here
        return re.compile(".*", re.DOTALL)


def _violation(path: str, detail: str, constraint: str) -> Field:
    return Field(path, f"Value{detail} at '{path}' failed to satisfy constraint: {constraint}")
