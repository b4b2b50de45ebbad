"""Ingestion jobs: started in AWS, followed to their end, and left alone by Ctrl-C.

A job embeds what is new or has changed in a data source since the last one, and deletes the vectors of
what is gone. Bedrock runs one for a knowledge base at a time, and five in an account and region (Amazon
Bedrock User Guide, "Quotas"): the data sources of a knowledge base are synchronized one after the other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vectorform.desired import commands
from vectorform.desired.model import DataSource, Environment, KnowledgeBase, Region
from vectorform.verifier.aws import READS, Aws
from vectorform.verifier.knowledge_bases import KnowledgeBases
from vectorform.verifier.reading import Missing, Unreadable, member, read

OPERATIONS = READS | {"GetIngestionJob", "ListIngestionJobs", "StartIngestionJob"}
AT_ONCE = 5
_RUNNING = ("STARTING", "IN_PROGRESS", "STOPPING")
_FIRST_LOOK_SECONDS, _LAST_LOOK_SECONDS, _SLOWER = 0.2, 5.0, 1.5


@dataclass(frozen=True, slots=True)
class Synchronized:
    """One data source in one region, as far as its job came.

    `status` is AWS's; "" where there is no job, and `error` then says why. `statistics` count documents,
    under AWS's names. `reasons` are AWS's, with the documents that failed.
    """

    knowledge_base: str
    data_source: str
    region: str
    ids: Mapping[str, str] = field(default_factory=dict)
    status: str = ""
    statistics: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0

    @property
    def address(self) -> str:
        """Its path in the YAML."""
        return f"{self.knowledge_base}/{self.data_source}"

    @property
    def running(self) -> bool:
        """Whether its job continues."""
        return self.status in _RUNNING

    @property
    def exit_code(self) -> int:
        """0: all documents are in; 1: some are not; 2: it is unknown."""
        if self.error or not self.status or self.running:
            return 2
        failed = self.statistics.get("numberOfDocumentsFailed", 0)
        return 0 if self.status == "COMPLETE" and not failed else 1


Task = tuple[Region, KnowledgeBase, tuple[DataSource, ...]]
OnChange = Callable[[Synchronized], None]


def tasks(regions: Iterable[Region], chosen: Callable[[str, str], bool]) -> list[Task]:
    """The data sources to synchronize, by region and knowledge base. `chosen` gets the keys of both."""
    return [
        (region, of, sources)
        for region in regions
        for of in region.knowledge_bases
        if (sources := tuple(source for source in of.data_sources if chosen(of.key, source.key)))
    ]


class Sync:
    """The jobs of an environment under way. `on_change` is called from several threads."""

    def __init__(self, environment: Environment, on_change: OnChange, aws: Aws | None = None) -> None:
        self._environment = environment
        self._on_change = on_change
        self._aws = aws or Aws.of(environment, OPERATIONS)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._running: dict[tuple[str, str], Synchronized] = {}

    def stop(self) -> None:
        """Look no further. Jobs go on in AWS: `left` says which."""
        self._stopped.set()

    @property
    def left(self) -> list[Synchronized]:
        """What was under way when it was last checked."""
        with self._lock:
            return [found for found in self._running.values() if found.running]

    def run(self, task: Task) -> list[Synchronized]:
        """Synchronize data sources of one knowledge base, one after the other."""
        region, of, sources = task
        found = KnowledgeBases(self._environment, region, self._aws)
        return [self._one(region, of, source, found) for source in sources if not self._stopped.is_set()]

    def _one(
        self, region: Region, of: KnowledgeBase, source: DataSource, known: KnowledgeBases
    ) -> Synchronized:
        names = (of.key, source.key, region.name)
        start = time.monotonic()
        try:
            base, source_id = known.id_of_source(of, source)
            ids = {"knowledgeBaseId": base, "dataSourceId": source_id}
            return self._followed(names, self._started(region, ids), start)
        except Missing:
            deploy = commands.deploy(self._environment, region)
            return self._told(Synchronized(*names, error=f"it is not deployed: {deploy}"))
        except Unreadable as error:
            return self._told(Synchronized(*names, error=f"{error.reason}; {error.fix}"))

    def _started(self, region: Region, ids: dict[str, str]) -> dict[str, str]:
        """The ids of a new job; of the one that runs already, where there is one."""
        agent = self._aws.bedrock_agent(region.name)
        running = {"attribute": "STATUS", "operator": "EQ", "values": list(_RUNNING)}
        listed = read(agent.list_ingestion_jobs, **ids, filters=[running])
        jobs = member(listed, "ingestionJobSummaries")
        if not jobs:
            jobs = [member(read(agent.start_ingestion_job, **ids), "ingestionJob")]
        return {**ids, "ingestionJobId": str(member(jobs[0], "ingestionJobId"))}

    def _followed(self, names: tuple[str, str, str], ids: dict[str, str], start: float) -> Synchronized:
        agent = self._aws.bedrock_agent(names[2])
        pause = _FIRST_LOOK_SECONDS
        before: Any = None
        while True:
            job = member(read(agent.get_ingestion_job, **ids), "ingestionJob")
            found = _found(names, ids, job, time.monotonic() - start)
            if (found.status, found.statistics) != before:
                before = (found.status, found.statistics)
                self._told(found)
            if not found.running or self._stopped.wait(pause):
                return found
            pause = min(pause * _SLOWER, _LAST_LOOK_SECONDS)

    def _told(self, found: Synchronized) -> Synchronized:
        with self._lock:
            self._running[found.address, found.region] = found
        self._on_change(found)
        return found


def _found(
    names: tuple[str, str, str], ids: Mapping[str, str], job: Mapping[str, Any], seconds: float
) -> Synchronized:
    return Synchronized(
        *names,
        ids=ids,
        status=str(member(job, "status")),
        statistics=dict(job.get("statistics") or {}),
        reasons=tuple(map(str, job.get("failureReasons") or ())),
        seconds=seconds,
    )
