"""The attributes of the outputs for applications."""

from __future__ import annotations

from vectorform.desired import kinds
from vectorform.desired.attributes.row import Attribute, Attributes
from vectorform.desired.model import Outputs

OUTPUTS = Attributes(
    model=Outputs,
    kind=kinds.SSM_PARAMETER,
    schema=("#/properties/outputs",),
    builder="Outputs",
    also={"ssm": "its path"},
    rows=(
        Attribute(field="path", key="", change="recreated", by="argument", answer="Name",
                  changes_fingerprint=True, why="a parameter of another name is another one"),
        Attribute(field="values", change="in place", by="argument", answer="Value",
                  changes_fingerprint=True, why="the value of a parameter changes in place"),
        Attribute(field="source", key="", change="not deployed", by="nothing",
                  why="where it is written, for messages"),
    ),
)  # fmt: skip
