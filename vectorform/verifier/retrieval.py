"""The smoke test of a knowledge base: a question, which only reads. Any answer will do, none as well."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from vectorform.desired.model import Environment, KnowledgeBase, Region
from vectorform.verifier import inventory
from vectorform.verifier.aws import Aws
from vectorform.verifier.knowledge_bases import KnowledgeBases
from vectorform.verifier.reading import Missing, Unreadable, member, read
from vectorform.verifier.report import Finding, Report, Retrieval

_QUESTION = "What is this about?"
_STEP = "smoke test (retrieve)"


def retrieve(
    environment: Environment, regions: Sequence[Region], report: Report, aws: Aws
) -> Iterator[Retrieval | Finding]:
    """Ask every knowledge base that the report has not found missing."""
    missing = {finding.resource for finding in report.findings if finding.kind == "missing"}
    looked_at = {resource for region in report.regions for resource in region.checked}
    for region in regions:
        known = KnowledgeBases(environment, region, aws) if region.knowledge_bases else None
        for of in region.knowledge_bases:
            resource = inventory.of_knowledge_base(environment, region, of)
            if known is not None and resource in looked_at and resource not in missing:
                yield _asked(environment, region, of, known, aws)


def _asked(
    environment: Environment, region: Region, of: KnowledgeBase, known: KnowledgeBases, aws: Aws
) -> Retrieval | Finding:
    runtime = aws.bedrock_agent_runtime(region.name)
    resource = inventory.of_knowledge_base(environment, region, of)
    start = time.monotonic()
    try:
        answer = read(runtime.retrieve, knowledgeBaseId=known.id_of(of), retrievalQuery={"text": _QUESTION})
        results = len(member(answer, "retrievalResults"))
    except Missing as error:
        return Finding("unreadable", resource, "run it again", _STEP, None, str(error))
    except Unreadable as error:
        return Finding("unreadable", resource, error.fix, _STEP, None, error.reason)
    return Retrieval(region.name, of.key, results, time.monotonic() - start)
