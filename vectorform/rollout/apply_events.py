"""What Terraform's events tell of an apply: its operations, and the steps of ours that run within it."""

from __future__ import annotations

from dataclasses import dataclass, field

from vectorform.desired import addresses
from vectorform.processes.terraform import Event, address_of
from vectorform.rollout.row import Row


@dataclass
class ApplyEvents:
    """The events of one `terraform apply -json`. `verified`: the verifier ran in it, and found nothing."""

    row: Row
    verified: bool = field(default=False, init=False)
    _verifier_output: list[str] = field(default_factory=list, init=False)
    _search_output: list[str] = field(default_factory=list, init=False)

    def event(self, event: Event) -> None:
        """Put an event on the board."""
        match event.get("type"):
            case "apply_start":
                self.row.update(doing=f"{event['hook']['action']} {address_of(event)}")
            case "apply_complete" if not addresses.is_bookkeeping(address_of(event)):
                self.row.update(applied=self.row.progress.applied + 1)
            case "provision_start" | "provision_progress" | "provision_complete" as moment:
                if address_of(event) in addresses.SEARCH_STEPS:
                    self._search_step(moment, event)
                elif address_of(event) == addresses.VERIFICATION:
                    self._verification(moment, event)
            case _:
                pass

    @property
    def failure(self) -> str:
        """What a step of ours printed that did not succeed; empty if none failed.

        Terraform repeats that too, as one long line.
        """
        lines = _printed(self._search_output)
        if lines:
            return "index modes and text search could not be set:\n" + "\n".join(lines)
        lines = _printed(self._verifier_output)
        if lines and not self.verified:
            return "the verification failed:\n" + "\n".join(lines)
        return ""

    def _search_step(self, moment: str, event: Event) -> None:
        match moment:
            case "provision_start":
                self.row.update(doing="setting index modes and text search")
            case "provision_progress":
                self._search_output.append(event["hook"].get("output", ""))
            case _:
                self._search_output.clear()

    def _verification(self, moment: str, event: Event) -> None:
        match moment:
            case "provision_start":
                self.row.update(phase="verifying", doing="")
            case "provision_progress":
                self._verifier_output.append(event["hook"].get("output", ""))
            case _:
                self.verified = True


def _printed(output: list[str]) -> list[str]:
    """What the step printed, without the line by which Terraform announces its command."""
    return [line for line in output if not line.startswith("Executing: ")]
