"""One stack: an environment in one region, as a fixed handful of `for_each` blocks over its locals.

The blocks are always there, even with nothing in them: `prevent_destroy` then also holds for an entry
that was deleted from the YAML (hashicorp/terraform#17599: it would vanish with its block).
"""

from __future__ import annotations

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct

from environments.model import Environment, Region
from stacks.access import add_access
from stacks.backends import add_backend
from stacks.encryption_keys import add_encryption_keys
from stacks.outputs import add_outputs
from stacks.vector_storage import add_vector_storage
from stacks.verification import add_verification, remember_home_region

# Native state locks of the S3 backend and `removed` blocks need 1.10 (Terraform changelog).
TERRAFORM_VERSION = ">= 1.10"
# metadata_configuration and encryption_configuration of an index came after 6.25; 6.42 is the floor that
# terraform-aws-modules asks for as well.
AWS_PROVIDER_VERSION = ">= 6.42, < 7"


class RegionStack(TerraformStack):
    """Vector buckets, indexes, their policies and, in the home region, IAM; verified after the apply.

    `stacks.document` completes what this synthesizes.
    """

    def __init__(self, scope: Construct, environment: Environment, region: Region) -> None:
        super().__init__(scope, environment.stack_id(region))
        AwsProvider(
            self,
            "aws",
            region=region.name,
            allowed_account_ids=[environment.account_id],
            default_tags=[AwsProviderDefaultTags(tags=dict(environment.tags))],
        )
        self.add_override("terraform.required_version", TERRAFORM_VERSION)
        self.add_override("terraform.required_providers.aws.version", AWS_PROVIDER_VERSION)
        add_backend(self, environment, region)
        others = [*add_encryption_keys(self), *add_access(self)]
        if region.name == environment.home.name:
            others.append(remember_home_region(self, environment))
        deployed = [*others, *add_vector_storage(self, others)]
        if environment.verification.after_apply:
            add_verification(self, environment, region, deployed)
        add_outputs(self)
