"""When to stop asking AWS."""

from __future__ import annotations

from vectorform.desired import kinds
from vectorform.verifier.aws import CONCURRENCY
from vectorform.verifier.reading import Unreadable
from vectorform.verifier.report import Resource, ResourceType
from vectorform.verifier.workers import Stalled

FAILURES_IN_A_ROW = 2 * CONCURRENCY
# An answer may take its retries, each with READ_SECONDS; one that comes byte by byte never ends by itself.
PATIENCE_SECONDS = 120.0
TOTAL_SECONDS = 1800.0  # of one region; 10,000 indexes take about a minute


def too_slow(stalled: Stalled) -> Unreadable:
    """What is left then is not checked."""
    fix = "check the network and proxies, or AWS_ENDPOINT_URL, then run it again"
    return Unreadable(f"AWS has not answered within {stalled.seconds:.0f} s", fix, "everywhere")


IN_S3_VECTORS = frozenset[ResourceType](
    {kinds.VECTOR_BUCKET.noun, kinds.INDEX.noun, kinds.VECTOR_BUCKET_POLICY.noun}
)


class Failures:
    """Decides when to stop asking: what is left is then one finding instead of thousands of retries.

    So it is when S3 Vectors is silent from the first call on. IAM and KMS are other services, on other hosts:
    their silence says nothing about the vector buckets.
    """

    def __init__(self) -> None:
        self.final: Unreadable | None = None
        self._heard = False
        self._in_a_row = 0

    def succeeded(self) -> None:
        """Something could be read."""
        self._heard, self._in_a_row = True, 0

    def failed(self, error: Unreadable, resource: Resource) -> None:
        """This could not; `final` is set if nothing else is worth a try."""
        if error.scope == "this":
            return
        self._in_a_row += 1
        silent = error.scope == "silent" and resource.type in IN_S3_VECTORS and not self._heard
        if silent or error.scope == "everywhere" or self._in_a_row >= FAILURES_IN_A_ROW:
            self.final = self.final or error
