"""Ingestion jobs: what cannot be started, what is left running, and who may."""

from __future__ import annotations

import json

from s3vectors_local.process import LocalAws
from tests.verifier.test_created_keys_and_roles import desired
from tests.verifier.test_knowledge_bases import with_knowledge_base
from vectorform.desired.permissions import syncer
from vectorform.ingestion.jobs import Sync, Synchronized, tasks
from vectorform.ingestion.wording import left_running, result

IDS = {"knowledgeBaseId": "KB", "dataSourceId": "DS", "ingestionJobId": "JOB"}


def test_what_is_not_deployed_is_named_with_the_command(aws: LocalAws) -> None:
    environment = with_knowledge_base(desired())
    told: list[Synchronized] = []
    [task] = tasks(environment.regions, lambda base, source: True)
    [found] = Sync(environment, told.append).run(task)
    assert found.exit_code == 2 and told == [found]
    assert list(result(found)) == ["handbook/manuals [ap-southeast-2]: it is not deployed: cdktf deploy dev"]


def test_nothing_is_started_after_a_stop(aws: LocalAws) -> None:
    environment = with_knowledge_base(desired())
    [task] = tasks(environment.regions, lambda base, source: True)
    sync = Sync(environment, lambda found: None)
    sync.stop()
    assert sync.run(task) == [] and sync.left == []


def test_a_choice_of_data_sources() -> None:
    regions = with_knowledge_base(desired()).regions
    assert tasks(regions, lambda base, source: source == "drawings") == []
    [(region, of, sources)] = tasks(regions, lambda base, source: base == "handbook")
    assert (region.name, of.key, [source.key for source in sources]) == (
        "ap-southeast-2",
        "handbook",
        ["manuals"],
    )


def test_a_job_that_goes_on_is_told_with_the_command_that_stops_it() -> None:
    found = Synchronized("handbook", "manuals", "eu-west-1", IDS, "IN_PROGRESS")
    assert found.running and found.exit_code == 2
    assert left_running(found).endswith(
        "aws bedrock-agent stop-ingestion-job --region eu-west-1 --knowledge-base-id KB "
        "--data-source-id DS --ingestion-job-id JOB"
    )


def test_who_synchronizes_starts_jobs_and_changes_nothing_else() -> None:
    actions = json.dumps(syncer(with_knowledge_base(desired())))
    assert "bedrock:StartIngestionJob" in actions
    assert not any(verb in actions for verb in ("Create", "Delete", "Update", "Put", "iam:"))
    assert syncer(desired())["Statement"] == []
