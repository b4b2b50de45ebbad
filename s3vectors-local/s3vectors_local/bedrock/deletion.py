"""What happens to the vectors of a data source that is deleted.

Source: Amazon Bedrock User Guide, "Delete a data source from your knowledge base": with the policy RETAIN
they stay; with DELETE they go first, and where they cannot, the data source stays too.
"""

from __future__ import annotations

from dataclasses import replace

from s3vectors_local.bedrock.context import Request
from s3vectors_local.bedrock.resources import DataSource, KnowledgeBase
from s3vectors_local.bedrock.role import Role, assume
from s3vectors_local.s3vectors.errors import ServiceError

_MOST_KEYS = 500  # of one DeleteVectors


def delete_data_source(
    request: Request, knowledge_base: KnowledgeBase, source: DataSource
) -> tuple[str, ...]:
    """Forget a data source, its jobs and, by its policy, its vectors.

    Returns why it cannot be deleted, or nothing.
    """
    store, scope = request.services.store, request.scope
    ingested = store.ingested(scope, source.id)
    if source.deletion_policy == "DELETE":
        try:
            role = assume(request.services, knowledge_base.role_arn, knowledge_base.arn)
            role.vectors("GetIndex", indexArn=knowledge_base.index_arn)
            delete_vectors(role, knowledge_base, [key for document in ingested for key in document.keys])
        except ServiceError as refused:
            reason = (
                f"Unable to delete data from vector store for data source with ID {source.id}. Check your "
                "vector store configurations and permissions and retry your request. If the issue persists, "
                "consider updating the dataDeletionPolicy of the data source to RETAIN and retry your "
                f"request. ({refused.message})"
            )
            failed = replace(source, status="DELETE_UNSUCCESSFUL", failure_reasons=(reason,))
            store.save(scope, failed)
            return (reason,)
    for document in ingested:
        store.remove(scope, document)
    for job in store.jobs(scope, source.id):
        store.remove(scope, job)
    store.remove(scope, source)
    return ()


def delete_vectors(role: Role, knowledge_base: KnowledgeBase, keys: list[str]) -> None:
    """DeleteVectors as the role, in as many calls as it takes. Raises ServiceError."""
    for start in range(0, len(keys), _MOST_KEYS):
        role.vectors(
            "DeleteVectors", indexArn=knowledge_base.index_arn, keys=keys[start : start + _MOST_KEYS]
        )
