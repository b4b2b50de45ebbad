"""A row of the tables: where an attribute comes from, where it goes, and what a change of it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from vectorform.desired.kinds import Kind

# What the next apply does about another value:
#   in place      AWS changes it, or the policy document that has it, and nothing is lost
#   replaced      AWS cannot change it: Terraform would put an empty one in its place, which the guard refuses
#   recreated     the same of something that holds no vectors: nothing is lost
#   moved         nothing changes in AWS; Terraform's state has it elsewhere
#   not deployed  no resource has it: the `why` says who reads it
Effect = Literal["in place", "replaced", "recreated", "moved", "not deployed"]

# How it gets into what is deployed:
#   argument  an argument of its resource
#   document  a policy document that is made of it
#   step      a command of ours within the apply (`vectorform.search_settings`): the provider has no argument for it
#   address   where Terraform has the resource, or whether it has it
#   stack     settings of the whole stack: provider, backend, order; the golden files hold them
#   nothing
Deployer = Literal["argument", "document", "step", "address", "stack", "nothing"]

# The shape of a value that is passed on as it is: from the YAML, to Terraform, from AWS. None: a template, a map,
# or whatever else is read, deployed or compared by hand.
Form = Literal["text", "number", "flag", "texts"]


class _Absent:
    """Not in AWS's answer."""


ABSENT = _Absent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One field of a class of the model.

    `change` is what another value does, and `why` says so to a person: for what is replaced it is a whole
    sentence ("S3 Vectors cannot change a dimension"). `key` is its key in the YAML: None is the field's name,
    "" none at all. `answer` is the path of the member in AWS's answer, `argument` the argument in Terraform,
    `inside` the member where that is a block. `newer`: the framework's bindings do not know the argument, and
    an old boto3 not the answer. `computed`: the provider fills it in where it is left out, so that a plan may
    not know it. `fits_copies`: vectors can be copied into an index that has another value.
    `changes_fingerprint` is whether the fingerprint of a stack names it, by itself or in a document.
    """

    field: str
    change: Effect
    why: str
    by: Deployer
    key: str | None = None
    form: Form | None = None
    argument: str = ""
    inside: str = ""
    answer: str = ""
    newer: bool = False
    computed: bool = False
    fits_copies: bool = True
    changes_fingerprint: bool | None = None

    @property
    def yaml_key(self) -> str:
        """Its key in the YAML; "" where there is none."""
        return self.field if self.key is None else self.key

    @property
    def noun(self) -> str:
        """What messages call it: `distance metric`."""
        return self.field.replace("_", " ")

    @property
    def path(self) -> str:
        """What a plan calls the value: `metadata_configuration[0].non_filterable_metadata_keys`."""
        return f"{self.argument}[0].{self.inside}" if self.inside else self.argument

    @property
    def in_fingerprint(self) -> bool:
        """Whether another value makes another fingerprint."""
        if self.changes_fingerprint is not None:
            return self.changes_fingerprint
        return self.by in ("argument", "document", "step")

    @property
    def verified(self) -> bool:
        """Whether the verifier sees another value in AWS."""
        return bool(self.answer) or self.by == "document"

    def of(self, described: Any) -> Any:
        """Its value in the model, as JSON has it; the order of texts tells nothing and is not kept."""
        return self.plain(getattr(described, self.field))

    def found_in(self, answer: Mapping[str, Any]) -> Any:
        """Its value in AWS's answer; ABSENT where that has none. Texts that are left out are none."""
        found: Any = answer
        for step in self.answer.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
        if found is None:
            return [] if self.form == "texts" else ABSENT
        return self.plain(found)

    def plain(self, value: Any) -> Any:
        """A value as JSON has it."""
        return sorted(value) if self.form == "texts" and value is not None else value


@dataclass(frozen=True, slots=True)
class Attributes:
    """The rows of one class of the model.

    `kind` is the resource type that has its arguments. `schema` are the places of the schema that describe what is written for it, `builder` the class of
    `vectorform.builders`. `also` are further keys in the YAML, which become no field of their own, each with
    what becomes of it.
    """

    model: type[Any]
    rows: tuple[Attribute, ...]
    kind: Kind | None = None
    schema: tuple[str, ...] = ()
    builder: str = ""
    also: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, field: str) -> Attribute:
        """The row of a field. Raises KeyError."""
        for row in self.rows:
            if row.field == field:
                return row
        raise KeyError(f"{self.model.__name__}.{field} has no row in vectorform.desired.attributes")

    def __iter__(self) -> Iterator[Attribute]:
        return iter(self.rows)

    @property
    def fixed(self) -> tuple[Attribute, ...]:
        """What AWS cannot change, and whose change would lose what is there."""
        return tuple(row for row in self.rows if row.change == "replaced")

    @property
    def passed_on(self) -> tuple[Attribute, ...]:
        """Arguments that get the value as it is."""
        return tuple(
            row
            for row in self.rows
            if row.by == "argument" and row.form in ("text", "number") and row.argument
        )

    @property
    def compared(self) -> tuple[Attribute, ...]:
        """What AWS's answer has as it is."""
        return tuple(row for row in self.rows if row.answer and row.form is not None)
