"""What a project's own `stacks/` take from the framework: one place, so that it can be changed."""

from __future__ import annotations

from cdktf import App, TerraformResource, TerraformStack
from constructs import Construct

__all__ = ["App", "Construct", "TerraformResource", "TerraformStack"]
