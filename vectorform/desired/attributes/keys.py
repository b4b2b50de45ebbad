"""The attributes of a KMS key that the stacks create, and of the further statements of its policy."""

from __future__ import annotations

from vectorform.desired import kinds
from vectorform.desired.attributes.row import Attribute, Attributes
from vectorform.desired.model import Key, KeyStatement

_OF_THE_POLICY = "a statement of the key's policy, which changes in place"

KEY = Attributes(
    model=Key,
    kind=kinds.KMS_KEY,
    schema=("#/$defs/kms_key",),
    builder="Key",
    rows=(
        Attribute(field="key", key="", change="replaced", by="address", changes_fingerprint=True,
                  why="what is encrypted with a key cannot be moved to another"),
        Attribute(field="alias", change="recreated", by="argument", answer="AliasName", changes_fingerprint=True,
                  why="the alias is recreated, the key stays"),
        Attribute(field="description", change="in place", by="argument", argument="description",
                  answer="Description", why="KMS changes it in place"),
        Attribute(field="rotation", change="in place", by="argument", form="flag", argument="enable_key_rotation",
                  answer="KeyRotationEnabled", why="KMS changes it in place; the ARN stays"),
        Attribute(field="rotation_period_days", change="in place", by="argument", form="number",
                  argument="rotation_period_in_days", answer="RotationPeriodInDays",
                  why="KMS changes it in place"),
        Attribute(field="deletion_window_days", change="in place", by="argument", form="number",
                  argument="deletion_window_in_days", changes_fingerprint=False,
                  why="it counts once the key is deleted"),
        Attribute(field="statements", change="in place", by="document", why="the key's policy changes in place"),
        Attribute(field="deletion_protection", change="moved", by="address", form="flag", changes_fingerprint=True,
                  why="its block in Terraform changes: what is protected today is not deleted by the same apply"),
        Attribute(field="tags", change="in place", by="argument", argument="tags", answer="Tags",
                  why="tags change in place"),
        Attribute(field="source", key="", change="not deployed", by="nothing",
                  why="where it is written, for messages"),
    ),
)  # fmt: skip

KEY_STATEMENT = Attributes(
    model=KeyStatement,
    schema=("#/$defs/key_statement",),
    builder="KeyStatement",
    rows=(
        Attribute(field="effect", change="in place", by="document", form="text", why=_OF_THE_POLICY),
        Attribute(field="actions", change="in place", by="document", form="texts", why=_OF_THE_POLICY),
        Attribute(field="principals", change="in place", by="document", why=_OF_THE_POLICY),
        Attribute(field="roles", key="", change="in place", by="document", why=_OF_THE_POLICY),
        Attribute(field="sid", change="in place", by="document", form="text", why=_OF_THE_POLICY),
        Attribute(field="conditions", change="in place", by="document", why=_OF_THE_POLICY),
    ),
)  # fmt: skip
