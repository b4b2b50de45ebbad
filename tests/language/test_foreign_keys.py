"""What people bring from Terraform, CloudFormation and the AWS API, and what it is called here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language.projects import project
from vectorform import language
from vectorform.language.foreign_keys import ALIASES, ELSEWHERE, folded

PLACES = {
    "environment": "{entry}\n",
    "bucket": "vector_buckets: {{documents: {{{entry}}}}}\n",
    "encryption": "vector_buckets: {{documents: {{encryption: {{{entry}}}}}}}\n",
    "index": "vector_buckets: {{documents: {{indexes: {{pages: {{{entry}}}}}}}}}\n",
    "policy": "vector_buckets: {{documents: {{policy: {{{entry}}}}}}}\n",
    "statement": "vector_buckets: {{documents: {{policy: {{statements: [{{{entry}}}]}}}}}}\n",
    "principals": "vector_buckets: {{a: {{policy: {{statements: [{{principals: {{{entry}}}}}]}}}}}}\n",
    "access": "access: {{search: {{{entry}}}}}\n",
    "grant": "access: {{search: {{grants: [{{{entry}}}]}}}}\n",
    "role": "access: {{search: {{role: {{{entry}}}}}}}\n",
    "oidc": "access: {{search: {{role: {{oidc: {{{entry}}}}}}}}}\n",
    "own": "access: {{search: {{role: {{statements: [{{{entry}}}]}}}}}}\n",
    "key": "keys: {{documents: {{{entry}}}}}\n",
    "backend": "backend: {{type: s3, {entry}}}\n",
    "knowledge base": "knowledge_bases: {{handbook: {{{entry}}}}}\n",
    "data source": "knowledge_bases: {{handbook: {{data_sources: {{manuals: {{{entry}}}}}}}}}\n",
    "chunking": "knowledge_bases: {{a: {{data_sources: {{b: {{chunking: {{{entry}}}}}}}}}}}\n",
    "parser": "knowledge_bases: {{a: {{data_sources: {{b: {{parser: {{{entry}}}}}}}}}}}\n",
}
TRUST = "write trusted_services, trusted_principals or oidc"
ENCRYPTION = "write encryption: {sse_type: "
ROWS = [
    ("knowledge base", "embedding_model_arn: x", "embedding_model"),
    ("knowledge base", "indexArn: x", "index"),
    ("knowledge base", "supplementalDataStorageConfiguration: {}", "supplemental_storage"),
    ("data source", "bucket_arn: x", "arn"),
    ("data source", "bucketOwnerAccountId: x", "owner_account"),
    ("data source", "data_deletion_policy: RETAIN", "deletion_policy"),
    ("data source", "inclusion_prefixes: [a/]", "prefix"),
    ("data source", "chunkingConfiguration: {}", "chunking"),
    ("data source", "chunking_strategy: NONE", "chunking"),
    ("data source", "parsing_configuration: {}", "parser"),
    ("data source", "parsingStrategy: x", "parser"),
    ("chunking", "max_token: 300", "max_tokens"),
    ("chunking", "breakpointPercentileThreshold: 95", "breakpoint_percentile"),
    ("chunking", "chunking_strategy: NONE", "strategy"),
    ("parser", "parsing_prompt: x", "prompt"),
    ("parser", "parsing_strategy: x", "strategy"),
    ("data source", "confluence_configuration: x", "own resources in stacks/"),
    ("data source", "salesforceConfiguration: x", "own resources in stacks/"),
    ("data source", "share_point_configuration: x", "own resources in stacks/"),
    ("data source", "type: x", "own resources in stacks/"),
    ("data source", "url: x", "own resources in stacks/"),
    ("data source", "urls: x", "own resources in stacks/"),
    ("data source", "web: x", "own resources in stacks/"),
    ("data source", "web_configuration: x", "own resources in stacks/"),
    ("environment", "accountId: x", "account_id"),
    ("environment", "aws_account_id: x", "account_id"),
    ("environment", "AWSRegion: x", "regions"),
    ("environment", "buckets: x", "vector_buckets"),
    ("environment", "vector_bucket: x", "vector_buckets"),
    ("environment", "default_tags: x", "tags"),
    ("environment", "iam_roles: x", "access"),
    ("environment", "environment: dev", "config/dev.yaml is dev"),
    ("bucket", "vector_bucket_name: x", "name"),
    ("bucket", "vectorBucketName: x", "name"),
    ("bucket", "bucket_name: x", "name"),
    ("bucket", "encryption_configuration: {}", "encryption"),
    ("bucket", "server_side_encryption_configuration: {}", "encryption"),
    ("bucket", "sse_algorithm: AES256", ENCRYPTION),
    ("bucket", "sseType: AES256", ENCRYPTION),
    ("bucket", "forceDestroy: true", "force_destroy"),
    ("bucket", "prevent_destroy: true", "deletion_protection"),
    ("bucket", "Tags: [{Key: Team, Value: search}]", "tags: {Team: search}"),
    ("bucket", "indices: {}", "indexes"),
    ("bucket", "vectorIndexes: {}", "indexes"),
    ("bucket", "vector_indices: {}", "indexes"),
    ("encryption", "sse_algorithm: aws:kms", "sse_type: aws:kms"),
    ("encryption", "sseType: SSE-KMS", "sse_type: aws:kms"),
    ("encryption", "kms_key_id: x", "kms_key_arn"),
    ("encryption", "kmsKeyArn: x", "kms_key_arn"),
    ("encryption", "kms_master_key_id: x", "kms_key_arn"),
    ("encryption", "sse_kms_key_id: x", "kms_key_arn"),
    ("encryption", "kms_key: x", "kms_key_arn"),
    ("encryption", "arn: x", "kms_key_arn"),
    ("index", "embeddingModelArn: x", "embedding_model"),
    ("index", "embedding_model_id: x", "embedding_model"),
    ("index", "model: x", "embedding_model"),
    ("index", "modelId: x", "embedding_model"),
    ("index", "index_name: x", "name"),
    ("index", "data_type: float32", "always float32"),
    ("index", "dataType: float32", "always float32"),
    ("index", "distanceMetric: COSINE", "distance_metric: cosine"),
    ("index", "metric: l2", "distance_metric: euclidean"),
    ("index", "similarity: cosine", "distance_metric: cosine"),
    ("index", "distance: cosine", "distance_metric: cosine"),
    ("index", "dim: 4", "dimension"),
    ("index", "dims: 4", "dimension"),
    ("index", "dimensions: 4", "dimension"),
    ("index", "vector_dimension: 4", "dimension"),
    ("index", "metadata_configuration: {}", "write non_filterable_metadata_keys"),
    ("index", "metadataConfiguration: {}", "write non_filterable_metadata_keys"),
    ("index", "nonFilterableMetadataKeys: []", "non_filterable_metadata_keys"),
    ("index", "non_filterable_keys: []", "non_filterable_metadata_keys"),
    ("index", "kmsKeyArn: x", ENCRYPTION),
    ("index", "kms_key_id: x", ENCRYPTION),
    ("index", "kms_master_key_id: x", ENCRYPTION),
    ("policy", "Version: x", "remove it"),
    ("policy", "Statement: []", "statements"),
    ("statement", "Effect: Allow", "effect"),
    ("statement", "Action: x", "actions"),
    ("statement", "Principal: x", "principals"),
    ("statement", "Condition: {}", "conditions"),
    ("statement", "Resource: x", "`indexes` limits it"),
    ("statement", "resources: x", "`indexes` limits it"),
    ("statement", "NotPrincipal: x", "{ArnNotEquals: {"),
    ("statement", "not_principals: x", "{ArnNotEquals: {"),
    ("principals", "identifiers: []", "write principals: {AWS: [...]}"),
    ("access", "policy: {}", "`statements` of its `role`"),
    ("access", "policy_document: {}", "`statements` of its `role`"),
    ("access", "policy_name: x", "name"),
    ("access", "role_name: x", "name"),
    ("access", "trust_policy: {}", "write `role`"),
    ("access", "assumed_by: {}", "write `role`"),
    ("grant", "vector_bucket: x", "bucket"),
    ("grant", "vectorBucketName: x", "bucket"),
    ("grant", "index_name: x", "indexes"),
    ("role", "assume_role_policy: {}", TRUST),
    ("role", "AssumeRolePolicyDocument: {}", TRUST),
    ("role", "name: x", "write `name` at the access entry"),
    ("role", "RoleName: x", "write `name` at the access entry"),
    ("role", "managed_policy_arns: []", "managed_policies"),
    ("role", "policy_arns: []", "managed_policies"),
    ("role", "attached_policies: []", "managed_policies"),
    ("role", "inline_policy: {}", "statements"),
    ("role", "inlinePolicies: {}", "statements"),
    ("role", "oidc_provider: x", "oidc"),
    ("role", "MaxSessionDuration: 3600", "max_session_duration"),
    ("oidc", "subject: x", "subjects"),
    ("oidc", "audience: x", "audiences"),
    ("own", "Resource: x", "resources"),
    ("own", "NotAction: x", "not_actions"),
    ("own", "Principal: x", "applies to the role"),
    ("own", "principals: x", "applies to the role"),
    ("own", "Sid: x", "sid"),
    ("key", "multi_region: true", "copies nothing between regions"),
    ("key", "primary_region: x", "copies nothing between regions"),
    ("key", "replica_regions: []", "copies nothing between regions"),
    ("key", "replicas: []", "copies nothing between regions"),
    ("backend", "role_arn: x", "assume_role"),
    ("backend", "dynamodb_endpoint: x", "without a table"),
    ("backend", "headers: {}", "and TF_HTTP_PASSWORD"),
    ("backend", "profile: x", "set AWS_PROFILE"),
    ("backend", "retry_max: 3", "reads TF_HTTP_RETRY_MAX"),
    ("backend", "retry_wait_max: 3", "reads TF_HTTP_RETRY_WAIT_MAX"),
    ("backend", "skip_cert_verification: true", "set SSL_CERT_FILE"),
    ("backend", "update_method: PUT", "reads TF_HTTP_UPDATE_METHOD"),
    ("backend", "workspace_key_prefix: x", "and no workspace"),
    ("backend", "password: x", "set TF_HTTP_PASSWORD"),
    ("backend", "encrypt: true", "always encrypted"),
    ("backend", "dynamodb_table: x", "without a table"),
    ("backend", "use_lockfile: true", "always an object next to the state"),
]


@pytest.mark.parametrize("place, entry, said", ROWS, ids=lambda text: str(text).partition(":")[0])
def test_the_message_says_what_it_is_called_here(tmp_path: Path, place: str, entry: str, said: str) -> None:
    key = entry.partition(":")[0]
    problems = language.check("dev", project(tmp_path, dev=PLACES[place].format(entry=entry))).problems
    (found,) = [problem for problem in problems if problem.message == f"unknown key `{key}`"]
    assert said in found.hint if " " in said else found.hint == f"did you mean `{said}`?", found.hint


def test_every_row_of_the_table_is_tried() -> None:
    tried = {folded(entry.partition(":")[0]) for _, entry, _ in ROWS}
    assert {*ALIASES, *ELSEWHERE} - tried == set()


@pytest.mark.parametrize("value", ["KMS", "AWS_KMS", "aws_kms", "SSE-KMS", "aws-kms"])
def test_an_encryption_by_another_name(tmp_path: Path, value: str) -> None:
    text = PLACES["encryption"].format(entry=f"sse_type: {value}")
    (found,) = [p for p in language.check("dev", project(tmp_path, dev=text)).problems if p.rule == "VF206"]
    assert found.hint == "write aws:kms"
