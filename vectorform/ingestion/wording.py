"""What is said of the synchronization of a data source."""

from __future__ import annotations

from collections.abc import Iterator

from vectorform.ingestion.jobs import Synchronized
from vectorform.wording import printable

# AWS's name -> ours, in the order in which they are said.
COUNTS = {
    "numberOfDocumentsScanned": "scanned",
    "numberOfNewDocumentsIndexed": "new",
    "numberOfModifiedDocumentsIndexed": "changed",
    "numberOfMetadataDocumentsModified": "with changed metadata",
    "numberOfDocumentsDeleted": "deleted",
    "numberOfDocumentsFailed": "failed",
    "numberOfDocumentsSkipped": "skipped",
}
_ALWAYS = ("numberOfDocumentsScanned", "numberOfNewDocumentsIndexed")


def progress(found: Synchronized) -> str:
    """One line on how far it is."""
    where = f"{found.address} [{found.region}]"
    if found.error:
        return f"{where}: {printable(found.error)}"
    counts = ", ".join(
        f"{found.statistics.get(name, 0)} {word}"
        for name, word in COUNTS.items()
        if name in _ALWAYS or found.statistics.get(name)
    )
    return f"{where}: {found.status.lower().replace('_', ' ')}, documents: {counts}"


def result(found: Synchronized) -> Iterator[str]:
    """How it ended: a line, and one for each of AWS's reasons."""
    duration = f", {found.seconds:.0f} s" if found.ids else ""
    yield f"{progress(found)}{duration}"
    for reason in found.reasons:
        yield f"    {printable(reason)}"


def left_running(found: Synchronized) -> str:
    """That a job continues, and how to stop it."""
    ids = found.ids
    stop = (
        f"aws bedrock-agent stop-ingestion-job --region {found.region} "
        f"--knowledge-base-id {ids['knowledgeBaseId']} --data-source-id {ids['dataSourceId']} "
        f"--ingestion-job-id {ids['ingestionJobId']}"
    )
    return f"{found.address} [{found.region}]: its job keeps running in AWS; to stop it: {stop}"
