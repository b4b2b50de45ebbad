"""What runs with every apply: the check of the home region, and the verifier."""

from __future__ import annotations

from collections.abc import Sequence

from vectorform import __version__
from vectorform.blocks.framework import (
    Construct,
    LocalExecProvisioner,
    Postcondition,
    TerraformResource,
    TerraformResourceLifecycle,
)
from vectorform.desired import addresses
from vectorform.desired.addresses import block_name
from vectorform.desired.fingerprint import fingerprint
from vectorform.desired.model import Environment, Region


def remember_home_region(stack: Construct, environment: Environment) -> TerraformResource:
    """Refuse another home region, whose plan would carry everything in this state off to it.

    The state keeps the first home: changes of `input` are ignored, so `output` never follows the file.
    """
    home = environment.home.name
    message = (
        f"{environment.name} lists {home} first, but the home region of this state is "
        "${self.output}: its vector buckets and IAM are there. Nothing was changed. Put ${self.output} "
        f"first again; `vectorform docs regions` has the steps that make {home} the home region "
        "and lose nothing."
    )
    condition = f'${{self.output == "{home}"}}'
    remembered = TerraformResource(
        stack,
        block_name(addresses.HOME_REGION),
        terraform_resource_type="terraform_data",
        lifecycle=TerraformResourceLifecycle(
            ignore_changes=["input"],
            postcondition=[Postcondition(condition=condition, error_message=message)],
        ),
    )
    remembered.add_override("input", home)
    return remembered


def add_verification(
    stack: Construct, environment: Environment, region: Region, deployed: Sequence[TerraformResource]
) -> None:
    """Run the verifier after every apply that changed the desired state.

    A failed provisioner taints the resource (Terraform, "Provisioners"), so the next deploy
    verifies again. The command is found on PATH, the project by walking up: no path of the machine is in it.
    """
    state = fingerprint(environment, region)
    # CDKTF's own DataResource class runs `terraform version` for every stack at every synth.
    verification = TerraformResource(
        stack,
        block_name(addresses.VERIFICATION),
        terraform_resource_type="terraform_data",
        depends_on=deployed,
        provisioners=[
            LocalExecProvisioner(
                type="local-exec",
                command=(
                    f"vectorform verify {environment.name} --region {region.name} "
                    f"--desired-state {state} --tool-version {__version__}"
                ),
            )
        ],
    )
    verification.add_override("triggers_replace", {"desired_state": state})
