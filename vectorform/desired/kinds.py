"""The resource types of Terraform that our stacks deploy: one row for each, and all that others need of it.

A further type is a further row, and a block in `vectorform.blocks` that builds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Noun = Literal[
    "vector bucket",
    "index",
    "bucket policy",
    "IAM policy",
    "IAM role",
    "IAM role policy",
    "IAM attachment",
    "pod identity association",
    "parameter",
    "knowledge base",
    "data source",
    "KMS key",
    "KMS alias",
]
# What a deletion loses for good: the vectors in it, or the key without which nobody can read them.
Loss = Literal["vectors", "key"]

# Families of types, those of a project's own resources among them: who says who may do what, and who has a
# policy document in an attribute of that name, even where it cannot be read.
_GRANTING = ("aws_iam_", "aws_kms_")
_WITH_POLICIES = (*_GRANTING, "aws_s3")
_MEMBER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A resource type.

    `import_id` is what Terraform imports it by, in terms of its attributes in a state (AWS provider, section
    "Import" of each resource). `asked_by` is what of the YAML it deploys, and `built_by` the line of a
    project's own stack that builds it. `loses` is what is gone with it. `refused_twice`: AWS refuses a second
    one of the same name.
    """

    type: str
    noun: Noun
    plural: str
    import_id: str
    asked_by: str
    built_by: str
    loses: Loss | None = None
    refused_twice: bool = False

    def block(self, name: str) -> str:
        """The address of a block of this type."""
        return f"{self.type}.{name}"

    def identifier(self, attributes: Mapping[str, Any]) -> str:
        """What Terraform imports the resource with these attributes by. Raises KeyError for a missing one."""
        return _MEMBER.sub(lambda member: str(attributes[member[1]]), self.import_id)


_STORAGE = "deployed = [*others, *add_vector_storage(self, region, others)]"
_ACCESS = "others += add_access(self, environment, region)"
_KNOWLEDGE = "others += add_knowledge_bases(self, region, others)"
_KEYS = "others += add_encryption_keys(self)"

VECTOR_BUCKET = Kind(
    type="aws_s3vectors_vector_bucket",
    noun="vector bucket",
    plural="vector buckets",
    import_id="{vector_bucket_arn}",
    asked_by="vector_buckets",
    built_by=_STORAGE,
    loses="vectors",
    refused_twice=True,
)
INDEX = Kind(
    type="aws_s3vectors_index",
    noun="index",
    plural="indexes",
    import_id="{index_arn}",
    asked_by="indexes",
    built_by=_STORAGE,
    loses="vectors",
    refused_twice=True,
)
VECTOR_BUCKET_POLICY = Kind(
    type="aws_s3vectors_vector_bucket_policy",
    noun="bucket policy",
    plural="bucket policies",
    import_id="{vector_bucket_arn}",
    asked_by="vector_buckets",
    built_by=_STORAGE,
)
IAM_POLICY = Kind(
    type="aws_iam_policy",
    noun="IAM policy",
    plural="IAM policies",
    import_id="{arn}",
    asked_by="access",
    built_by=_ACCESS,
    refused_twice=True,
)
IAM_ROLE = Kind(
    type="aws_iam_role",
    noun="IAM role",
    plural="IAM roles",
    import_id="{name}",
    asked_by="access.*.role",
    built_by=_ACCESS,
    refused_twice=True,
)
IAM_ROLE_POLICY_ATTACHMENT = Kind(
    type="aws_iam_role_policy_attachment",
    noun="IAM attachment",
    plural="IAM attachments",
    import_id="{role}/{policy_arn}",
    asked_by="access.*.role",
    built_by=_ACCESS,
)
IAM_ROLE_POLICY = Kind(
    type="aws_iam_role_policy",
    noun="IAM role policy",
    plural="IAM role policies",
    import_id="{role}:{name}",
    asked_by="access.*.role",
    built_by=_ACCESS,
)
EKS_POD_IDENTITY_ASSOCIATION = Kind(
    type="aws_eks_pod_identity_association",
    noun="pod identity association",
    plural="pod identity associations",
    import_id="{cluster_name},{association_id}",
    asked_by="access.*.role.eks_pod_identity",
    built_by=_ACCESS,
    refused_twice=True,
)
SSM_PARAMETER = Kind(
    type="aws_ssm_parameter",
    noun="parameter",
    plural="parameters",
    import_id="{name}",
    asked_by="outputs",
    built_by="deployed += add_parameters(self, region)",
    refused_twice=True,
)
KNOWLEDGE_BASE = Kind(
    type="aws_bedrockagent_knowledge_base",
    noun="knowledge base",
    plural="knowledge bases",
    import_id="{id}",
    asked_by="knowledge_bases",
    built_by=_KNOWLEDGE,
    refused_twice=True,
)
DATA_SOURCE = Kind(
    type="aws_bedrockagent_data_source",
    noun="data source",
    plural="data sources",
    import_id="{id}",
    asked_by="knowledge_bases.*.data_sources",
    built_by=_KNOWLEDGE,
    refused_twice=True,
)
KMS_KEY = Kind(
    type="aws_kms_key",
    noun="KMS key",
    plural="KMS keys",
    import_id="{key_id}",
    asked_by="encryption with create_key",
    built_by=_KEYS,
    loses="key",
)
KMS_ALIAS = Kind(
    type="aws_kms_alias",
    noun="KMS alias",
    plural="KMS aliases",
    import_id="{name}",
    asked_by="encryption with create_key",
    built_by=_KEYS,
    refused_twice=True,
)

KINDS: tuple[Kind, ...] = (
    VECTOR_BUCKET,
    INDEX,
    VECTOR_BUCKET_POLICY,
    IAM_POLICY,
    IAM_ROLE,
    IAM_ROLE_POLICY_ATTACHMENT,
    IAM_ROLE_POLICY,
    EKS_POD_IDENTITY_ASSOCIATION,
    SSM_PARAMETER,
    KNOWLEDGE_BASE,
    DATA_SOURCE,
    KMS_KEY,
    KMS_ALIAS,
)
_BY_TYPE: dict[str, Kind] = {kind.type: kind for kind in KINDS}
_BY_NOUN: dict[str, Kind] = {kind.noun: kind for kind in KINDS}


def of_type(type_: str) -> Kind | None:
    """The row of a resource type; None for one that is not ours, such as a project's own."""
    return _BY_TYPE.get(type_)


def of_block(address: str) -> Kind | None:
    """The row of the type in an address: of a block, or of one of its instances."""
    return of_type(address.partition(".")[0])


def plural(noun: str) -> str:
    """The plural of a noun, of a resource or another one."""
    kind = _BY_NOUN.get(noun)
    return kind.plural if kind is not None else f"{noun}s"


def grants(type_: str) -> bool:
    """Whether resources of a type say who may do what."""
    return type_.startswith(_GRANTING)


def may_have_policy(type_: str) -> bool:
    """Whether an attribute called `policy` of such a resource is a policy document."""
    return type_.startswith(_WITH_POLICIES)
