"""What the commands say, as objects for `--format json`; schemas/output/ says what each member means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vectorform.adoption.unknown import Unknown
    from vectorform.check import Check
    from vectorform.desired.model import Environment
    from vectorform.guard.losses import Judgement, Loss
    from vectorform.ingestion.jobs import Synchronized
    from vectorform.language.nodes import Node
    from vectorform.migration.places import Place
    from vectorform.migration.side_by_side import Outcome
    from vectorform.plans.changes import Change, Plan
    from vectorform.plans.unplanned import Unplanned
    from vectorform.rollout.progress import RegionProgress

Document = dict[str, Any]


def plan_summary(plans: Sequence[Plan], unplanned: Sequence[Unplanned] = ()) -> Document:
    """Plans, without what does not change and Terraform's own records."""
    from vectorform.desired.addresses import is_bookkeeping
    from vectorform.plans.reviewed import opened

    return {
        "stacks": [
            {
                "stack": plan.stack,
                "region": plan.region,
                "account_id": plan.account,
                "tool": plan.tool,
                "tool_version": plan.tool_version,
                "errored": plan.errored,
                "opens_access": opened(plan),
                "changes": [
                    _change(change) for change in plan.effective if not is_bookkeeping(change.address)
                ],
            }
            for plan in plans
        ],
        "unplanned": [
            {"stack": stack.stack, "reason": stack.reason, "why": stack.why} for stack in unplanned
        ],
    }


def rollout(
    environment: str,
    regions: Sequence[RegionProgress],
    plans: Sequence[Plan],
    unplanned: Sequence[Unplanned],
    dry_run: bool,
    seconds: float,
    exit_code: int,
) -> Document:
    """How far each region came and, of a dry run, what the plans change."""
    return {
        "environment": environment,
        "dry_run": dry_run,
        "exit_code": exit_code,
        "seconds": round(seconds, 3),
        "regions": [
            {
                "wave": progress.wave,
                "region": progress.region,
                "stack": progress.stack,
                "state": progress.phase,
                "planned": progress.planned,
                "applied": progress.applied,
                "seconds": round(progress.seconds, 3),
                "problems": progress.problems,
                "notes": progress.notes,
                "run": progress.run or None,
            }
            for progress in regions
        ],
        "plans": plan_summary(plans, unplanned) if dry_run else None,
    }


def _change(change: Change) -> Document:
    from vectorform.plans.differences import differences

    return {
        "address": change.address,
        "resource_type": change.type,
        "key": change.key,
        "action": change.action,
        "loses_vectors": change.loses_vectors,
        "replaced_because": change.replaced_because,
        "moved_from": change.moved_from,
        "differences": differences(change) if change.action in ("updated", "replaced") else [],
        "known_after_apply": change.unknown,
    }


def guard(judgements: Sequence[Judgement], exit_code: int) -> Document:
    """What plans would lose."""
    return {
        "exit_code": exit_code,
        "stacks": [
            {
                "stack": judgement.stack,
                "refused": judgement.refused,
                "known": judgement.known,
                "errored": judgement.errored,
                "too_many": judgement.too_many,
                "left_out": judgement.left_out,
                "notes": judgement.liftings,
                "models": judgement.models,
                "losses": [_loss(loss) for loss in judgement.losses],
            }
            for judgement in judgements
        ],
    }


def _loss(loss: Loss) -> Document:
    from vectorform.verifier.vectors import LIMIT

    many = loss.vectors is not None and loss.vectors > LIMIT
    return {
        "kind": loss.kind.noun,
        "key": loss.key,
        "address": loss.address,
        "name": loss.name,
        "vector_bucket": loss.bucket_name,
        "replaced": loss.replaced,
        "because": loss.because,
        "refused": loss.refused,
        "vectors": LIMIT if many else loss.vectors,
        "more_vectors": many,
        "compared": loss.look,
        "unknown_indexes": loss.others,
    }


def checks(environment: str, found: Sequence[Check], exit_code: int) -> Document:
    """What was found out about a backend."""
    return {"environment": environment, "exit_code": exit_code, "checks": found}


def adoption(stack: str, left: Unknown, dry_run: bool, exit_code: int) -> Document:
    """What was taken into a state, and what was not."""
    return {
        "stack": stack,
        "dry_run": dry_run,
        "exit_code": exit_code,
        "adopted": left.adoptable,
        "elsewhere": [
            {"address": it.address, "identifier": it.identifier, "stack": stack}
            for it, stack in left.elsewhere
        ],
        "occupied": [
            {"address": it.address, "identifier": it.identifier, "in_the_state": other}
            for it, other in left.occupied
        ],
    }


def migration(outcomes: Sequence[Outcome], left_out: Sequence[str], exit_code: int) -> Document:
    """How far the vectors of each region came."""
    return {
        "exit_code": exit_code,
        "left_out": left_out,
        "regions": [
            {
                "source": _place(outcome.source),
                "target": _place(outcome.target),
                "seconds": round(outcome.seconds, 3),
                "seen": outcome.result.seen if outcome.result else outcome.progress.seen,
                "copied": outcome.result.copied if outcome.result else outcome.progress.copied,
                "finished": outcome.result is not None,
                "compared": outcome.result.compared if outcome.result else None,
                "error": outcome.error or None,
            }
            for outcome in outcomes
        ],
    }


def synchronization(environment: str, found: Sequence[Synchronized], exit_code: int) -> Document:
    """How far the documents of each data source came."""
    from vectorform.ingestion.wording import COUNTS

    return {
        "environment": environment,
        "exit_code": exit_code,
        "data_sources": [
            {
                "knowledge_base": each.knowledge_base,
                "data_source": each.data_source,
                "region": each.region,
                "knowledge_base_id": each.ids.get("knowledgeBaseId"),
                "data_source_id": each.ids.get("dataSourceId"),
                "job_id": each.ids.get("ingestionJobId"),
                "status": each.status or None,
                "documents": {
                    word.replace(" ", "_"): each.statistics.get(name, 0) for name, word in COUNTS.items()
                },
                "reasons": each.reasons,
                "seconds": round(each.seconds, 3),
                "error": each.error or None,
            }
            for each in found
        ],
    }


def _place(place: Place) -> Document:
    return {"region": place.region, "vector_bucket": place.bucket, "index": place.index}


def explanation(environment: Environment, tree: Node, path: str) -> Document:
    """The effective configuration, and where each value was written."""
    from vectorform.language.origins import origins

    value, found = origins(environment, tree, path)
    return {"environment": environment.name, "path": path, "configuration": value, "values": found}
