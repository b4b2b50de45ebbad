"""The attributes of an access entry, of what it grants, and of its role."""

from __future__ import annotations

from dataclasses import fields

from vectorform.desired import kinds
from vectorform.desired.attributes.row import Attribute, Attributes
from vectorform.desired.model import Access, Grant, Oidc, PodIdentity, Role, Statement

_OF_THE_POLICY = "a part of the entry's IAM policy, which changes in place"
_OF_THE_TRUST = "a part of the role's trust policy, which changes in place"

ACCESS = Attributes(
    model=Access,
    kind=kinds.IAM_POLICY,
    schema=("#/$defs/access_entry",),
    builder="Access",
    also={"permissions_boundary": "that of its role"},
    rows=(
        Attribute(field="key", key="", change="recreated", by="address", changes_fingerprint=True,
                  why="another entry: its policy and role have other names"),
        Attribute(field="policy_name", key="name", change="recreated", by="argument", argument="name",
                  answer="PolicyName", why="IAM cannot rename a policy"),
        Attribute(field="permissions", change="in place", by="document", form="text", why=_OF_THE_POLICY),
        Attribute(field="grants", change="in place", by="document", why=_OF_THE_POLICY),
        Attribute(field="actions", change="in place", by="document", form="texts", why=_OF_THE_POLICY),
        Attribute(field="path", change="recreated", by="argument", argument="path", answer="Path",
                  why="IAM cannot move a policy or a role to another path"),
        Attribute(field="description", change="recreated", by="argument", form="text", argument="description",
                  answer="Description",
                  why="IAM cannot change that of a policy; that of the role changes in place"),
        Attribute(field="role", change="in place", by="argument", answer="RoleName",
                  why="the role is made, or deleted"),
        Attribute(field="tags", change="in place", by="argument", argument="tags", answer="Tags",
                  why="tags change in place"),
        Attribute(field="knowledge_base", key="", change="not deployed", by="nothing",
                  why="whose role it is, for messages"),
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
        Attribute(field="index_prefix", change="in place", by="document", why=_OF_THE_POLICY),
    ),
)  # fmt: skip

ROLE = Attributes(
    model=Role,
    kind=kinds.IAM_ROLE,
    schema=("#/$defs/access_entry/properties/role",),
    builder="Role",
    rows=(
        Attribute(field="name", key="", change="recreated", by="argument", argument="name",
                  answer="RoleName", why="IAM cannot rename a role"),
        Attribute(field="path", key="", change="recreated", by="argument", argument="path", answer="Path",
                  why="IAM cannot move a policy or a role to another path"),
        Attribute(field="permissions_boundary", key="", change="in place", by="argument",
                  argument="permissions_boundary", answer="PermissionsBoundary.PermissionsBoundaryArn",
                  why="IAM replaces a boundary in place"),
        Attribute(field="max_session_duration", change="in place", by="argument", form="number",
                  argument="max_session_duration", answer="MaxSessionDuration",
                  why="the next sessions may last so long"),
        Attribute(field="trusted_services", change="in place", by="document", form="texts", why=_OF_THE_TRUST),
        Attribute(field="trusted_principals", change="in place", by="document", why=_OF_THE_TRUST),
        Attribute(field="trusted_roles", key="", change="in place", by="document", why=_OF_THE_TRUST),
        Attribute(field="trusted_actions", change="in place", by="document", form="texts", why=_OF_THE_TRUST),
        Attribute(field="external_id", change="in place", by="document", why=_OF_THE_TRUST),
        Attribute(field="oidc", change="in place", by="document", why=_OF_THE_TRUST),
        Attribute(field="eks_pod_identity", change="in place", by="document", why=_OF_THE_TRUST),
        Attribute(field="conditions", change="in place", by="document", why=_OF_THE_TRUST),
        Attribute(field="managed_policies", change="in place", by="argument", answer="AttachedPolicies", why="attached to the role, or detached from it"),
        Attribute(field="statements", change="in place", by="document",
                  why="a policy of its own within the role, which changes in place"),
    ),
)  # fmt: skip

_OF_THE_STATEMENTS = "a part of the policy within the role, which changes in place"

STATEMENT = Attributes(
    model=Statement,
    schema=("#/$defs/iam_statement",),
    builder="Statement",
    rows=(
        Attribute(field="effect", change="in place", by="document", form="text", why=_OF_THE_STATEMENTS),
        Attribute(field="sid", change="in place", by="document", form="text", why=_OF_THE_STATEMENTS),
        Attribute(field="actions", change="in place", by="document", form="texts", why=_OF_THE_STATEMENTS),
        Attribute(field="not_actions", change="in place", by="document", form="texts",
                  why=_OF_THE_STATEMENTS),
        Attribute(field="resources", change="in place", by="document", why=_OF_THE_STATEMENTS),
        Attribute(field="not_resources", change="in place", by="document", why=_OF_THE_STATEMENTS),
        Attribute(field="conditions", change="in place", by="document", why=_OF_THE_STATEMENTS),
    ),
)  # fmt: skip

OIDC = Attributes(
    model=Oidc,
    schema=("#/$defs/access_entry/properties/role/properties/oidc",),
    builder="Oidc",
    rows=tuple(
        Attribute(field=field.name, change="in place", by="document", why=_OF_THE_TRUST)
        for field in fields(Oidc)
    ),
)

_OF_THE_ASSOCIATION = "EKS recreates the association, and the trust changes in place"

POD_IDENTITY = Attributes(
    model=PodIdentity,
    schema=("#/$defs/access_entry/properties/role/properties/eks_pod_identity",),
    builder="PodIdentity",
    rows=(
        Attribute(field="cluster", change="recreated", by="document", why=_OF_THE_ASSOCIATION),
        Attribute(field="namespace", change="recreated", by="document", why=_OF_THE_ASSOCIATION),
        Attribute(field="service_account", change="recreated", by="document", why=_OF_THE_ASSOCIATION),
        Attribute(field="regions", change="recreated", by="argument", answer="associations",
                  why="each region has an association of its own"),
    ),
)  # fmt: skip
