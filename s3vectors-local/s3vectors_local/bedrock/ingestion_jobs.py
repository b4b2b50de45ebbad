"""Ingestion jobs: start, get, list, stop. A job runs in a thread of its own, as AWS runs it by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from s3vectors_local.bedrock.context import Answer, Request
from s3vectors_local.bedrock.data_sources import named
from s3vectors_local.bedrock.errors import not_found
from s3vectors_local.bedrock.ingestion import Ingestion
from s3vectors_local.bedrock.pages import page
from s3vectors_local.bedrock.resources import IngestionJob, new_id
from s3vectors_local.bedrock.role import assume
from s3vectors_local.s3vectors.errors import AccessDenied, Conflict, ValidationError


def start_ingestion_job(request: Request) -> Answer:
    """Start a job. Raises ValidationError where the role cannot be assumed or may not invoke the model."""
    asked, store = request.input, request.services.store
    with store.lock:
        source = named(request)
        for job in store.jobs(request.scope, source.id):
            token = asked.get("clientToken")
            if token is not None and job.client_token == token:
                return {"ingestionJob": job.to_wire()}
            if not job.over:
                raise Conflict(
                    f"Ongoing ingestion job {job.id} found. Wait for it to complete, then submit another job."
                )
        knowledge_base = store.knowledge_base(request.scope, source.knowledge_base)
        role = assume(request.services, knowledge_base.role_arn, knowledge_base.arn)
        try:
            role.check_model(knowledge_base.model_arn)
        except AccessDenied as denied:
            raise ValidationError(
                f"Knowledge base role {knowledge_base.role_arn} is not able to call specified embedding "
                f"model {knowledge_base.model_arn}: {denied.message} "
                "(Service: BedrockRuntime, Status Code: 403)"
            ) from None
        now = request.clock()
        job = IngestionJob(
            id=new_id(),
            status="STARTING",
            created=now,
            updated=now,
            knowledge_base=knowledge_base.id,
            data_source=source.id,
            description=asked.get("description"),
            client_token=asked.get("clientToken"),
        )
        store.save(request.scope, job)
    run = Ingestion(request.services, request.scope, knowledge_base, source, job.id, role)
    threading.Thread(target=run.run, name=f"ingestion job {job.id}", daemon=True).start()
    return {"ingestionJob": job.to_wire()}


def get_ingestion_job(request: Request) -> Answer:
    """The state of a job."""
    return {"ingestionJob": _named(request).to_wire()}


def list_ingestion_jobs(request: Request) -> Answer:
    """A page of the jobs of a data source, the newest first unless `sortBy` says otherwise."""
    found = request.services.store.jobs(request.scope, named(request).id)
    for wanted in request.input.get("filters") or ():
        found = [job for job in found if (job.status in wanted["values"])]  # STATUS EQ is all there is
    sort = request.input.get("sortBy")
    if sort:
        found.sort(key=_SORTED_BY[sort["attribute"]], reverse=sort["order"] == "DESCENDING")
    return page(request, "ingestionJobSummaries", [job.summary() for job in found])


def stop_ingestion_job(request: Request) -> Answer:
    """Stop a job after the document that it is at. Raises Conflict for one that has ended."""
    store = request.services.store
    with store.lock:
        job = _named(request)
        if job.over:
            raise Conflict(f"Ingestion job {job.id} cannot be stopped: its status is {job.status}.")
        stopping = replace(job, status="STOPPING", updated=request.clock())
        store.save(request.scope, stopping)
    return {"ingestionJob": stopping.to_wire()}


_SORTED_BY: Mapping[str, Callable[[IngestionJob], Any]] = {
    "STATUS": lambda job: job.status,
    "STARTED_AT": lambda job: job.created,
}


def _named(request: Request) -> IngestionJob:
    source = named(request)
    job = request.services.store.find(IngestionJob, request.scope, request.input["ingestionJobId"])
    if job is None or job.data_source != source.id:
        raise not_found()
    return job
