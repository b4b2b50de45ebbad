"""The attributes of an access entry, of what it grants, and of its role."""

from __future__ import annotations

from vectorform.desired import kinds
from vectorform.desired.attributes.row import Attribute, Attributes
from vectorform.desired.model import Access, Grant, Role

_OF_THE_POLICY = "a part of the entry's IAM policy, which changes in place"
_OF_THE_TRUST = "a part of the role's trust policy, which changes in place"

ACCESS = Attributes(
    model=Access,
    kind=kinds.IAM_POLICY,
    schema=("#/$defs/access_entry",),
    builder="Access",
    rows=(
        Attribute(field="key", key="", change="made anew", by="address", changes_fingerprint=True,
                  why="another entry: its policy and role have other names"),
        Attribute(field="policy_name", key="", change="made anew", by="argument", argument="name",
                  answer="PolicyName", why="IAM cannot rename a policy"),
        Attribute(field="permissions", change="in place", by="document", form="text", why=_OF_THE_POLICY),
        Attribute(field="grants", change="in place", by="document", why=_OF_THE_POLICY),
        Attribute(field="description", change="made anew", by="argument", form="text", argument="description",
                  answer="Description",
                  why="IAM cannot change that of a policy; that of the role changes in place"),
        Attribute(field="role", change="in place", by="argument", answer="RoleName",
                  why="the role is made, or deleted"),
        Attribute(field="tags", change="in place", by="argument", argument="tags", answer="Tags",
                  why="tags change in place"),
        Attribute(field="source", key="", change="not deployed", by="nothing",
                  why="where it is written, for messages"),
    ),
)  # fmt: skip

GRANT = Attributes(
    model=Grant,
    schema=("#/$defs/access_entry/properties/grants/items",),
    builder="Grant",
    rows=(
        Attribute(field="bucket", change="in place", by="document", form="text", why=_OF_THE_POLICY),
        Attribute(field="indexes", change="in place", by="document", form="texts", why=_OF_THE_POLICY),
    ),
)  # fmt: skip

ROLE = Attributes(
    model=Role,
    kind=kinds.IAM_ROLE,
    schema=("#/$defs/access_entry/properties/role",),
    builder="Role",
    rows=(
        Attribute(field="name", key="", change="made anew", by="argument", argument="name",
                  answer="RoleName", why="IAM cannot rename a role"),
        Attribute(field="trusted_services", change="in place", by="document", form="texts", why=_OF_THE_TRUST),
        Attribute(field="trusted_principals", change="in place", by="document", why=_OF_THE_TRUST),
        Attribute(field="external_id", change="in place", by="document", form="text", why=_OF_THE_TRUST),
    ),
)  # fmt: skip
