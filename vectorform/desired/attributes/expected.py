"""The attributes of what is expected of an index: no part of what is deployed."""

from __future__ import annotations

from dataclasses import fields

from vectorform.desired.attributes.row import Attribute, Attributes
from vectorform.desired.model import Expected

EXPECTED = Attributes(
    model=Expected,
    schema=("#/$defs/expected",),
    builder="Expected",
    rows=tuple(
        Attribute(
            field=field.name,
            change="not deployed",
            by="nothing",
            form="number",
            why="`vectorform cost` alone reads it",
        )
        for field in fields(Expected)
    ),
)
