"""One stack: an environment in one region, as a fixed handful of `for_each` blocks over its locals.

The blocks are always there, even with nothing in them: `prevent_destroy` then also holds for an entry
that was deleted from the YAML (hashicorp/terraform#17599: it would vanish with its block).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from cdktf import (
    LocalExecProvisioner,
    Postcondition,
    TerraformIterator,
    TerraformOutput,
    TerraformResource,
    TerraformResourceLifecycle,
    TerraformStack,
    Token,
)
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from cdktf_cdktf_provider_aws.s3_vectors_index import S3VectorsIndex
from cdktf_cdktf_provider_aws.s3_vectors_vector_bucket import S3VectorsVectorBucket
from cdktf_cdktf_provider_aws.s3_vectors_vector_bucket_policy import S3VectorsVectorBucketPolicy
from constructs import Construct

from environments import addresses
from environments.fingerprint import fingerprint
from environments.model import Environment, Region
from stacks.backends import add_backend
from stacks.bindings import override

# Native state locks of the S3 backend and `removed` blocks need 1.10 (Terraform changelog).
TERRAFORM_VERSION = ">= 1.10"
# metadata_configuration and encryption_configuration of an index came after 6.25; 6.42 is the floor that
# terraform-aws-modules asks for as well.
AWS_PROVIDER_VERSION = ">= 6.42, < 7"

# The longest that KMS waits before it deletes a key, and until then it can be kept (kms:CancelKeyDeletion).
KEY_DELETION_DAYS = 30

# The attribute is a list of objects with every member present, or null; an empty list is neither.
_ENCRYPTION = (
    "${length(each.value.encryption_configuration) == 0 ? null : each.value.encryption_configuration}"
)


class RegionStack(TerraformStack):
    """Vector buckets, indexes, their policies and, in the home region, IAM; verified after the apply."""

    def __init__(self, scope: Construct, environment: Environment, region: Region) -> None:
        super().__init__(scope, environment.stack_id(region))
        self._environment = environment
        self._region = region
        self._add_provider()
        add_backend(self, environment, region)
        deployed = [
            *self._add_encryption_keys(),
            *self._add_vector_buckets(),
            *self._add_indexes(),
            self._add_vector_bucket_policies(),
            self._add_access_policies(),
            *self._add_access_roles(),
        ]
        if region.name == environment.home.name:
            self._remember_home_region()
        if environment.verification.after_apply:
            self._add_verification(deployed)
        self._add_outputs()

    def _add_provider(self) -> None:
        AwsProvider(
            self,
            "aws",
            region=self._region.name,
            allowed_account_ids=[self._environment.account_id],
            default_tags=[AwsProviderDefaultTags(tags=dict(self._environment.tags))],
        )
        override(
            self,
            {
                "terraform.required_version": TERRAFORM_VERSION,
                "terraform.required_providers.aws.version": AWS_PROVIDER_VERSION,
            },
        )

    def _add_encryption_keys(self) -> list[Any]:
        """Without its key a bucket's vectors cannot be read: it is protected like the bucket."""
        blocks: list[Any] = []
        for keys, aliases, protected in (
            (addresses.ENCRYPTION_KEYS, addresses.ENCRYPTION_KEY_ALIASES, True),
            (addresses.UNPROTECTED_ENCRYPTION_KEYS, addresses.UNPROTECTED_ENCRYPTION_KEY_ALIASES, False),
        ):
            each = _for_each(keys)
            key = KmsKey(
                self,
                _name(keys),
                for_each=each,
                description=_each("description"),
                policy=_each("policy"),
                enable_key_rotation=True,
                deletion_window_in_days=KEY_DELETION_DAYS,
                tags=_each_map("tags"),
                lifecycle=_lifecycle(protected),
            )
            alias = KmsAlias(
                self,
                _name(aliases),
                for_each=each,
                name=_each("alias"),
                target_key_id=f"${{{keys}[each.key].key_id}}",
                lifecycle=_lifecycle(protected),
            )
            blocks += [key, alias]
        return blocks

    def _add_vector_buckets(self) -> list[S3VectorsVectorBucket]:
        blocks = []
        for block, protected in (
            (addresses.VECTOR_BUCKETS, True),
            (addresses.UNPROTECTED_VECTOR_BUCKETS, False),
        ):
            buckets = S3VectorsVectorBucket(
                self,
                _name(block),
                for_each=_for_each(block),
                vector_bucket_name=_each("name"),
                tags=_each_map("tags"),
                lifecycle=_lifecycle(protected),
            )
            override(buckets, {"encryption_configuration": _ENCRYPTION})
            blocks.append(buckets)
        return blocks

    def _add_indexes(self) -> list[S3VectorsIndex]:
        blocks = []
        for block, buckets, protected in (
            (addresses.INDEXES, addresses.VECTOR_BUCKETS, True),
            # Only what is moved on from here, once its deletion is confirmed, can be deleted.
            (addresses.RETIRED_INDEXES, addresses.VECTOR_BUCKETS, True),
            (addresses.UNPROTECTED_INDEXES, addresses.UNPROTECTED_VECTOR_BUCKETS, False),
        ):
            indexes = S3VectorsIndex(
                self,
                _name(block),
                for_each=_for_each(block),
                index_name=_each("name"),
                vector_bucket_name=_each("vector_bucket_name"),
                data_type=_each("data_type"),
                dimension=_each_number("dimension"),
                distance_metric=_each("distance_metric"),
                tags=_each_map("tags"),
                lifecycle=_lifecycle(protected),
            )
            override(
                indexes,
                {
                    "encryption_configuration": _ENCRYPTION,
                    "dynamic.metadata_configuration": {
                        "for_each": _each("metadata_configuration"),
                        "content": {
                            "non_filterable_metadata_keys": (
                                "${metadata_configuration.value.non_filterable_metadata_keys}"
                            )
                        },
                    },
                    "depends_on": [buckets],
                },
            )
            blocks.append(indexes)
        return blocks

    def _add_vector_bucket_policies(self) -> S3VectorsVectorBucketPolicy:
        block = addresses.VECTOR_BUCKET_POLICIES
        policies = S3VectorsVectorBucketPolicy(
            self,
            _name(block),
            for_each=_for_each(block),
            vector_bucket_arn=_each("vector_bucket_arn"),
            policy=_each("policy"),
        )
        # The ARN is built from names, so that a policy may name its own bucket without a cycle; what it
        # therefore does not refer to, it must be told to wait for. It waits for the indexes as well: what
        # was protected before an apply is so until everything else in it is done (environments.policies).
        override(
            policies,
            {
                "depends_on": [
                    addresses.VECTOR_BUCKETS,
                    addresses.UNPROTECTED_VECTOR_BUCKETS,
                    addresses.INDEXES,
                    addresses.RETIRED_INDEXES,
                    addresses.UNPROTECTED_INDEXES,
                ]
            },
        )
        return policies

    def _add_access_policies(self) -> IamPolicy:
        block = addresses.ACCESS_POLICIES
        return IamPolicy(
            self,
            _name(block),
            for_each=_for_each(block),
            name=_each("name"),
            description=_each("description"),
            policy=_each("policy"),
            tags=_each_map("tags"),
        )

    def _add_access_roles(self) -> list[Any]:
        each = _for_each(addresses.ACCESS_ROLES)
        roles = IamRole(
            self,
            _name(addresses.ACCESS_ROLES),
            for_each=each,
            name=_each("name"),
            description=_each("description"),
            assume_role_policy=_each("assume_role_policy"),
            tags=_each_map("tags"),
        )
        attachments = IamRolePolicyAttachment(
            self,
            _name(addresses.ACCESS_ROLE_POLICIES),
            for_each=each,
            role=f"${{{addresses.ACCESS_ROLES}[each.key].name}}",
            policy_arn=f"${{{addresses.ACCESS_POLICIES}[each.key].arn}}",
        )
        return [roles, attachments]

    def _remember_home_region(self) -> None:
        """Refuse another home region, whose plan would carry everything in this state off to it.

        The state keeps the first home: changes of `input` are ignored, so `output` never follows the file.
        """
        home = self._region.name
        message = (
            f"{self._environment.name} lists {home} first, but the home region of this state is "
            "${self.output}: its vector buckets and IAM are there. Nothing was changed. Put ${self.output} "
            f"first again; docs/regions.md has the steps that make {home} the home region and lose nothing."
        )
        condition = f'${{self.output == "{home}"}}'
        remembered = TerraformResource(
            self,
            _name(addresses.HOME_REGION),
            terraform_resource_type="terraform_data",
            lifecycle=TerraformResourceLifecycle(
                ignore_changes=["input"],
                postcondition=[Postcondition(condition=condition, error_message=message)],
            ),
        )
        override(remembered, {"input": home})

    def _add_verification(self, deployed: list[Any]) -> None:
        """Run the verifier after every apply that changed the desired state.

        A failed provisioner taints the resource (Terraform, "Provisioners"), so the next deploy
        verifies again. The command finds the project by walking up, and this checkout's virtual
        environment first: no path of the machine is in it.
        """
        state = fingerprint(self._environment, self._region)
        # CDKTF's own DataResource class runs `terraform version` for every stack at every synth.
        verification = TerraformResource(
            self,
            _name(addresses.VERIFICATION),
            terraform_resource_type="terraform_data",
            depends_on=deployed,
            provisioners=[
                LocalExecProvisioner(
                    type="local-exec",
                    command=(
                        'PATH="../../../.venv/bin:$PATH" '
                        f"vectorform verify {self._environment.name} --region {self._region.name} "
                        f"--desired-state {state}"
                    ),
                )
            ],
        )
        override(verification, {"triggers_replace": {"desired_state": state}})

    def _add_outputs(self) -> None:
        self._output(
            "vector_buckets",
            "Name and ARN of every vector bucket, by its key in the YAML.",
            _merged(addresses.VECTOR_BUCKETS, addresses.UNPROTECTED_VECTOR_BUCKETS),
            "{ name = it.vector_bucket_name, arn = it.vector_bucket_arn }",
        )
        self._output(
            "indexes",
            "Name and ARN of every index, by its path in the YAML.",
            _merged(addresses.INDEXES, addresses.RETIRED_INDEXES, addresses.UNPROTECTED_INDEXES),
            "{ name = it.index_name, arn = it.index_arn }",
        )
        self._output(
            "access_policies",
            "Name and ARN of every IAM policy, by its access entry in the YAML.",
            addresses.ACCESS_POLICIES,
            "{ name = it.name, arn = it.arn }",
        )
        self._output(
            "access_roles",
            "Name and ARN of every IAM role, by its access entry in the YAML.",
            addresses.ACCESS_ROLES,
            "{ name = it.name, arn = it.arn }",
        )

    def _output(self, name: str, description: str, instances: str, value: str) -> None:
        expression = f"${{{{ for key, it in {instances} : key => {value} }}}}"
        output = TerraformOutput(self, f"{name}_output", value=expression, description=description)
        output.override_logical_id(name)


# Iterators and tokens are the same for every stack, and cost calls to Node: they are made once.
@functools.cache
def _for_each(block: str) -> TerraformIterator:
    """The local of the same name, which `stacks.document` writes."""
    return TerraformIterator.from_map(Token.as_any_map(f"${{local.{_name(block)}}}"))


def _each(member: str) -> str:
    """A member of the row. Iterators have methods for that, at one call to Node each."""
    return f"${{each.value.{member}}}"


@functools.cache
def _each_map(member: str) -> Mapping[str, str]:
    return Token.as_string_map(_each(member))


@functools.cache
def _each_number(member: str) -> Any:
    return Token.as_number(_each(member))


def _name(block: str) -> str:
    """The name of a block: the last part of its address."""
    return block.rpartition(".")[2]


def _merged(*blocks: str) -> str:
    return f"merge({', '.join(blocks)})"


def _lifecycle(protected: bool) -> TerraformResourceLifecycle | None:
    return TerraformResourceLifecycle(prevent_destroy=True) if protected else None
