"""One stack: an environment in one region, as a handful of `for_each` blocks over its locals.

Some are for all of it, and the indexes of every vector bucket have their own (`desired.index_blocks`). They
are always there, even with nothing in them: `prevent_destroy` then also holds for an entry that was deleted
from the YAML (hashicorp/terraform#17599: it would vanish with its block). A vector bucket that is deleted
whole takes the blocks of its indexes along: the block of the vector buckets refuses that and, where a plan is
limited to the indexes (`-target`), the bucket's own policy.
"""

from __future__ import annotations

from vectorform.blocks.access import add_access
from vectorform.blocks.backends import add_backend
from vectorform.blocks.encryption_keys import add_encryption_keys
from vectorform.blocks.framework import Construct, TerraformStack
from vectorform.blocks.knowledge_bases import add_knowledge_bases
from vectorform.blocks.outputs import add_outputs, add_verification_command
from vectorform.blocks.parameters import add_parameters
from vectorform.blocks.provider import add_provider
from vectorform.blocks.search_settings import add_search_settings
from vectorform.blocks.vector_storage import add_vector_storage
from vectorform.blocks.verification import add_verification, remember_home_region
from vectorform.desired.model import Environment, Region


class RegionStack(TerraformStack):
    """Vector buckets, indexes, their policies and, in the home region, IAM; verified after the apply.

    `vectorform.blocks.document` completes what this synthesizes. Resources of your own go in here.
    """

    def __init__(self, scope: Construct, environment: Environment, region: Region) -> None:
        super().__init__(scope, environment.stack_id(region))
        add_provider(self, environment, region)
        add_backend(self, environment, region)
        others = [*add_encryption_keys(self), *add_access(self, environment, region)]
        if region.name == environment.home.name:
            others.append(remember_home_region(self, environment))
        others += add_knowledge_bases(self, region, others)
        deployed = [*others, *add_vector_storage(self, region, others)]
        deployed += add_parameters(self, region)
        deployed += add_search_settings(self, environment, region, deployed)
        add_outputs(self, region)
        if environment.verification.after_apply:
            add_verification(self, environment, region, deployed)
        else:
            add_verification_command(self, environment, region)
