"""What Terraform, CloudFormation, the AWS API and other vector stores call what has another name here.

One table. Case, underscores and hyphens of a key do not count: `kmsKeyArn` and `kms_key_arn` are one.
"""

from __future__ import annotations

import re

# A key of ours in place of theirs. Of several the first that may stand at the place.
ALIASES: dict[str, tuple[str, ...]] = {
    "accountid": ("account_id",),
    "action": ("actions",),
    "arn": ("kms_key_arn",),
    "attachedpolicies": ("managed_policies",),
    "audience": ("audiences",),
    "awsaccountid": ("account_id",),
    "awsregion": ("regions",),
    "breakpointpercentilethreshold": ("breakpoint_percentile",),
    "bucketarn": ("arn",),
    "bucketname": ("name", "bucket"),
    "bucketowneraccountid": ("owner_account",),
    "buckets": ("vector_buckets",),
    "chunkingconfiguration": ("chunking",),
    "chunkingstrategy": ("strategy", "chunking"),
    "condition": ("conditions",),
    "datadeletionpolicy": ("deletion_policy",),
    "defaulttags": ("tags",),
    "dim": ("dimension",),
    "dimensions": ("dimension",),
    "dims": ("dimension",),
    "distance": ("distance_metric",),
    "embeddingmodelarn": ("embedding_model",),
    "embeddingmodelid": ("embedding_model",),
    "encryptionconfiguration": ("encryption",),
    "iamroles": ("access",),
    "inclusionprefixes": ("prefix",),
    "indexarn": ("index",),
    "indexname": ("name", "indexes"),
    "indices": ("indexes",),
    "inlinepolicies": ("statements",),
    "inlinepolicy": ("statements",),
    "kmskey": ("kms_key_arn",),
    "kmskeyid": ("kms_key_arn",),
    "kmsmasterkeyid": ("kms_key_arn",),
    "managedpolicyarns": ("managed_policies",),
    "maxtoken": ("max_tokens",),
    "metric": ("distance_metric",),
    "model": ("embedding_model",),
    "modelid": ("embedding_model",),
    "nonfilterablekeys": ("non_filterable_metadata_keys",),
    "oidcprovider": ("oidc",),
    "parsingconfiguration": ("parser",),
    "parsingprompt": ("prompt",),
    "parsingstrategy": ("strategy", "parser"),
    "policyarns": ("managed_policies",),
    "policyname": ("name",),
    "preventdestroy": ("deletion_protection",),
    "principal": ("principals",),
    "resource": ("resources",),
    "rolearn": ("assume_role",),
    "rolename": ("name",),
    "serversideencryptionconfiguration": ("encryption",),
    "similarity": ("distance_metric",),
    "ssealgorithm": ("sse_type",),
    "ssekmskeyid": ("kms_key_arn",),
    "statement": ("statements",),
    "subject": ("subjects",),
    "supplementaldatastorageconfiguration": ("supplemental_storage",),
    "vectorbucket": ("vector_buckets", "bucket"),
    "vectorbucketname": ("name", "bucket"),
    "vectordimension": ("dimension",),
    "vectorindexes": ("indexes",),
    "vectorindices": ("indexes",),
}
_ROLE = "write `role`: its trusted_services, trusted_principals or oidc make the trust policy"
_NAME = "write `name` at the access entry: policy and role have it"
_OWN_STATEMENTS = "its other permissions are `statements` of its `role`: [{actions: [...], resources: [...]}]"
# S3 Vectors replicates nothing; KMS Developer Guide, "Multi-Region keys": single-Region keys where those do.
_REGIONAL = (
    "leave it out: each region gets a key of its own, and S3 Vectors copies nothing between regions; for one "
    "key of several regions, make it and its replicas in stacks/, and write its ARN, with {region} in it, as "
    "kms_key_arn"
)
# No crawled pages in an S3 vector bucket: Amazon Bedrock User Guide, "Prerequisites for a vector store".
_OTHER_SOURCES = (
    "documents must be in an S3 bucket: Bedrock cannot crawl web pages into S3 Vectors; other sources "
    "(Confluence, "
    "SharePoint, Salesforce) need your own resources in stacks/"
)
# What has no key of its own, and what to write instead. The advice holds where the second text is a key.
ELSEWHERE: dict[str, tuple[str, str]] = {
    "confluenceconfiguration": (_OTHER_SOURCES, "deletion_policy"),
    "salesforceconfiguration": (_OTHER_SOURCES, "deletion_policy"),
    "sharepointconfiguration": (_OTHER_SOURCES, "deletion_policy"),
    "type": (_OTHER_SOURCES, "deletion_policy"),
    "url": (_OTHER_SOURCES, "deletion_policy"),
    "urls": (_OTHER_SOURCES, "deletion_policy"),
    "web": (_OTHER_SOURCES, "deletion_policy"),
    "webconfiguration": (_OTHER_SOURCES, "deletion_policy"),
    "assumerolepolicy": (
        "write trusted_services, trusted_principals or oidc: they make the trust policy",
        "oidc",
    ),
    "assumerolepolicydocument": (
        "write trusted_services, trusted_principals or oidc: they make the trust policy",
        "oidc",
    ),
    "encrypt": ("remove it: a state in S3 is always encrypted", "kms_key_id"),
    "dynamodbendpoint": (
        "remove it: the lock is an object next to the state, without a table",
        "kms_key_id",
    ),
    "headers": (
        "write no token into a file: set TF_HTTP_USERNAME and TF_HTTP_PASSWORD in the shell",
        "lock_address",
    ),
    "profile": ("remove it: set AWS_PROFILE in the shell", "kms_key_id"),
    "retrymax": ("remove it: Terraform reads TF_HTTP_RETRY_MAX from the shell", "lock_address"),
    "retrywaitmax": ("remove it: Terraform reads TF_HTTP_RETRY_WAIT_MAX from the shell", "lock_address"),
    "skipcertverification": (
        "trust the server's certificate: set SSL_CERT_FILE, or TF_HTTP_CLIENT_CA_CERTIFICATE_PEM, in the "
        "shell",
        "lock_address",
    ),
    "updatemethod": ("remove it: Terraform reads TF_HTTP_UPDATE_METHOD from the shell", "lock_address"),
    "workspacekeyprefix": ("remove it: each stack has its own `key`, and no workspace", "kms_key_id"),
    "dynamodbtable": ("remove it: the lock is an object next to the state, without a table", "kms_key_id"),
    "uselockfile": ("remove it: the lock is always an object next to the state", "kms_key_id"),
    "datatype": ("it is always float32: remove it", "dimension"),
    "environment": ("the file name is the name of the environment: config/dev.yaml is dev", "vector_buckets"),
    "identifiers": ("write principals: {AWS: [...]}, or {Service: [...]}", "AWS"),
    "metadataconfiguration": (
        "write non_filterable_metadata_keys: [...], without a wrapper",
        "non_filterable_metadata_keys",
    ),
    "kmskeyarn": ('write encryption: {sse_type: "aws:kms", kms_key_arn: ...}', "encryption"),
    "kmskeyid": ('write encryption: {sse_type: "aws:kms", kms_key_arn: ...}', "encryption"),
    "kmsmasterkeyid": ('write encryption: {sse_type: "aws:kms", kms_key_arn: ...}', "encryption"),
    "name": (_NAME, "trusted_services"),
    "rolename": (_NAME, "trusted_services"),
    "notprincipal": (
        'write principals: "*" and conditions: {ArnNotEquals: {aws:PrincipalArn: [...]}}',
        "principals",
    ),
    "notprincipals": (
        'write principals: "*" and conditions: {ArnNotEquals: {aws:PrincipalArn: [...]}}',
        "principals",
    ),
    "multiregion": (_REGIONAL, "deletion_window_days"),
    "primaryregion": (_REGIONAL, "deletion_window_days"),
    "replicaregions": (_REGIONAL, "deletion_window_days"),
    "replicas": (_REGIONAL, "deletion_window_days"),
    "password": ("write no password into a file: set TF_HTTP_PASSWORD in the shell", "lock_address"),
    "policy": (_OWN_STATEMENTS, "grants"),
    "policydocument": (_OWN_STATEMENTS, "grants"),
    "principal": ("remove it: the inline policy of a role applies to the role", "not_actions"),
    "principals": ("remove it: the inline policy of a role applies to the role", "not_actions"),
    "resource": (
        "it applies to this vector bucket; `indexes` limits it to some of its indexes",
        "allow_lockout",
    ),
    "resources": (
        "it applies to this vector bucket; `indexes` limits it to some of its indexes",
        "allow_lockout",
    ),
    "assumedby": (_ROLE, "grants"),
    "ssealgorithm": ('write encryption: {sse_type: AES256}, or {sse_type: "aws:kms", ...}', "encryption"),
    "ssetype": ('write encryption: {sse_type: AES256}, or {sse_type: "aws:kms", ...}', "encryption"),
    "trustpolicy": (_ROLE, "grants"),
    "version": ("remove it: it is always 2012-10-17", "statements"),
}


def folded(key: str) -> str:
    """A key without what spellings differ in."""
    return re.sub("[_-]", "", key).casefold()


def alias(key: str, known: list[str]) -> str | None:
    """The key of ours that another one stands for, of those that may stand there."""
    own = {folded(option): option for option in known}
    return own.get(folded(key)) or next(
        (name for name in ALIASES.get(folded(key), ()) if name in known), None
    )


def instead(key: str, known: list[str]) -> str | None:
    """What to write in place of a key that has none of ours."""
    advice, needed = ELSEWHERE.get(folded(key), ("", ""))
    return advice if advice and needed in known else None
