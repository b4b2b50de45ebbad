"""What to do about an error of Terraform's, told after the error."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vectorform import engine
from vectorform.plans import diagnostics


@dataclass(frozen=True, slots=True)
class Remedies:
    """For the stack of one region.

    `lock` is what `terraform force-unlock` wants, `folder` where it runs; `key_statement` is what the policy
    of a KMS key has to say there.
    """

    environment: str
    stack: str
    folder: Path
    lock: str
    key_statement: str

    def told(self, error: str) -> str:
        """The error, and the way on where there is one to tell."""
        advice = self._advice(error)
        return f"{error}\n{advice}" if advice else error

    def _advice(self, error: str) -> str:
        if diagnostics.is_locked(error):
            return (
                f"Another deploy of {self.stack} is running: wait, then roll out again. If that deploy was "
                f"killed: {engine.binary()} -chdir={self.folder} force-unlock {self.lock}"
            )
        if diagnostics.is_refusal_to_destroy(error):
            return f"What would be lost, and the safe way: vectorform guard {self.stack}"
        if diagnostics.lacks_state_storage(error):
            return f"To see what is missing: vectorform backend check {self.environment}"
        if diagnostics.refuses_indexing(error):
            return f"The policy of its KMS key needs this statement: {self.key_statement}"
        if diagnostics.is_locked_out(error):
            return (
                "A Deny in the bucket's own policy refuses it, and no Allow overrides that: run this as a "
                "role that the Deny exempts (protection_lifted_by), or let such a role change the policy"
            )
        if diagnostics.exists_already(error):
            return f"It is in AWS, but not in the state. Import it: vectorform adopt {self.stack}"
        return ""
