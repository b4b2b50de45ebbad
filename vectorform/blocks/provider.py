"""The AWS provider of a stack, and the versions of Terraform and of the provider that it needs."""

from __future__ import annotations

from vectorform.blocks.framework import AwsProvider, AwsProviderDefaultTags, TerraformStack
from vectorform.desired.backends import AWS_PROVIDER_VERSION, OLDEST_TERRAFORM
from vectorform.desired.model import Environment, Region

TERRAFORM_VERSION = f">= {OLDEST_TERRAFORM}"


def add_provider(stack: TerraformStack, environment: Environment, region: Region) -> None:
    """The provider for one region, which refuses every account but the environment's."""
    AwsProvider(
        stack,
        "aws",
        region=region.name,
        allowed_account_ids=[environment.account_id],
        default_tags=[AwsProviderDefaultTags(tags=dict(environment.tags))],
    )
    reached = environment.provider
    if reached.assume_role:
        role = {"role_arn": reached.assume_role, "external_id": reached.external_id}
        stack.add_override(
            "provider.aws.0.assume_role", [{key: value for key, value in role.items() if value}]
        )
    ignored = {"keys": reached.ignored_tag_keys, "key_prefixes": reached.ignored_tag_prefixes}
    if any(ignored.values()):
        stack.add_override(
            "provider.aws.0.ignore_tags", [{key: list(texts) for key, texts in ignored.items() if texts}]
        )
    stack.add_override("terraform.required_version", TERRAFORM_VERSION)
    # The bindings write it as they like, `aws` or in full.
    stack.add_override("terraform.required_providers.aws.source", "hashicorp/aws")
    stack.add_override("terraform.required_providers.aws.version", AWS_PROVIDER_VERSION)
