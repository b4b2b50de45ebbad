"""The last ingestion of each data source of knowledge bases, as Bedrock has it.

Amazon Bedrock API reference, `ListIngestionJobs`. The ids come from the states.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vectorform.check import Check
from vectorform.desired.model import Environment
from vectorform.state.status.deadline import by_the_deadline
from vectorform.state.status.seen import Recorded, SourceIds

_SECONDS = 2  # for a connection, and for an answer


@dataclass(frozen=True, slots=True)
class Ingestion:
    """The last ingestion job of a data source, "knowledge base/data source"; `status` "never": there is none.

    `documents_failed` could not be read, embedded or written.
    """

    region: str
    data_source: str
    status: str
    at: datetime | None = None
    documents_failed: int = 0


@dataclass(frozen=True, slots=True)
class _Looked:
    found: tuple[Ingestion, ...] = ()
    checks: tuple[Check, ...] = ()


def ingestions(
    environment: Environment, recorded: Mapping[str, Recorded | None], seconds: float
) -> tuple[tuple[Ingestion, ...], tuple[Check, ...]]:
    """Of every region whose state has data sources; the checks say what failed, and what was not seen."""
    regions = {region: record.data_sources for region, record in recorded.items() if record}
    regions = {region: sources for region, sources in regions.items() if sources}
    if not regions:
        return (), ()
    look = functools.partial(_look, environment)
    tasks = {region: functools.partial(look, region, sources) for region, sources in regions.items()}
    looked = by_the_deadline(tasks, seconds, _unseen)
    late = _Looked(checks=(Check("unknown", "no answer in time", "check the network, then run it again"),))
    each = {region: looked.get(region, late) for region in regions}
    return (
        tuple(ingestion for found in each.values() for ingestion in found.found),
        tuple(_of(region, check) for region, found in each.items() for check in found.checks),
    )


def _of(region: str, check: Check) -> Check:
    what = f"{region}: ingestions: {check.what}" if check.outcome == "unknown" else f"{region}: {check.what}"
    return Check(check.outcome, what, check.fix)


def _look(environment: Environment, region: str, sources: tuple[SourceIds, ...]) -> _Looked:
    from botocore.config import Config

    from vectorform.sessions import session

    config: Any = Config(
        connect_timeout=_SECONDS, read_timeout=_SECONDS, retries={"total_max_attempts": 1, "mode": "standard"}
    )
    by = environment.provider
    reached: Any = session(by.assume_role, by.external_id, region, account=environment.account_id)
    client = reached.client("bedrock-agent", region_name=region, config=config)
    found = [(ids, _last(client.list_ingestion_jobs, region, ids)) for ids in sources]
    checks = (check for ids, ingestion in found for check in _wrong(ids, ingestion))
    return _Looked(tuple(ingestion for _, ingestion in found), tuple(checks))


def _last(list_ingestion_jobs: Callable[..., Any], region: str, ids: SourceIds) -> Ingestion:
    answer = list_ingestion_jobs(
        knowledgeBaseId=ids.knowledge_base,
        dataSourceId=ids.data_source,
        sortBy={"attribute": "STARTED_AT", "order": "DESCENDING"},
        maxResults=1,
    )
    for job in answer["ingestionJobSummaries"]:
        failed = int(job.get("statistics", {}).get("numberOfDocumentsFailed", 0))
        return Ingestion(region, ids.key, str(job["status"]), job["updatedAt"], failed)
    return Ingestion(region, ids.key, "never")


def _wrong(ids: SourceIds, ingestion: Ingestion) -> Iterator[Check]:
    names = f"--knowledge-base-id {ids.knowledge_base} --data-source-id {ids.data_source}"
    region = f"--region {ingestion.region}"
    if ingestion.status == "FAILED":
        jobs = f"`aws bedrock-agent list-ingestion-jobs {region} {names}`"
        why = f"{jobs} names the job, and `aws bedrock-agent get-ingestion-job` says why"
        yield Check("wrong", f"the last ingestion of {ids.key} failed", why)
    if ingestion.status == "never":
        start = f"`aws bedrock-agent start-ingestion-job {region} {names}`"
        yield Check("wrong", f"{ids.key} was never ingested: searches do not find its documents", start)


def _unseen(error: Exception) -> _Looked:
    what = " ".join(str(error).split())
    fix = "allow the caller bedrock:ListIngestionJobs, check the network and the credentials"
    return _Looked(checks=(Check("unknown", what, fix),))
