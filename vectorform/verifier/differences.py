"""Reads one resource from AWS and yields how it differs from the file."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vectorform.desired.arns import ROLE_STATEMENTS, alias_arn, role_arn
from vectorform.desired.attributes import ROLE
from vectorform.desired.created_keys import created_key
from vectorform.desired.embedding_models import index_tags
from vectorform.desired.model import (
    Access,
    Encryption,
    Environment,
    Index,
    Key,
    KnowledgeBase,
    PodIdentity,
    Region,
    Role,
    VectorBucket,
)
from vectorform.desired.parameters import Parameter
from vectorform.desired.policies import bucket_policy, has_role_policy
from vectorform.verifier import compare
from vectorform.verifier.aws import Aws
from vectorform.verifier.compare import Difference
from vectorform.verifier.reading import Missing, Unreadable, member, read


class Differences:
    """The resources of one region; every method reads when iterated and raises Missing or Unreadable."""

    def __init__(self, environment: Environment, region: Region, aws: Aws) -> None:
        self._environment = environment
        self._region = region
        self._aws = aws
        self._s3vectors = aws.s3vectors(region.name)
        self._key_arns: dict[str, str] = {}
        self._key_lock = threading.Lock()

    def bucket(self, arn: str, bucket: VectorBucket) -> Iterator[Difference]:
        """A vector bucket's encryption and tags."""
        answer = read(self._s3vectors.get_vector_bucket, vectorBucketName=bucket.name)
        expected = replace(bucket, encryption=self._encryption(bucket, bucket.encryption))
        yield from compare.bucket(expected, member(answer, "vectorBucket"))
        yield from self._tags(arn, bucket.tags)

    def bucket_policy(self, bucket: VectorBucket) -> Iterator[Difference]:
        """A vector bucket's resource policy, by meaning."""
        answer = read(self._s3vectors.get_vector_bucket_policy, vectorBucketName=bucket.name)
        expected = bucket_policy(self._environment, self._region, bucket)
        yield from compare.policy(expected, str(member(answer, "policy")))

    def index(self, arn: str, bucket: VectorBucket, index: Index) -> Iterator[Difference]:
        """All that is fixed when an index is created, and its tags."""
        answer = read(self._s3vectors.get_index, vectorBucketName=bucket.name, indexName=index.name)
        if index.text_search is not None and not self._reads_text_search():
            raise Unreadable("this boto3 does not read text search", "pip install -U boto3")
        inherited = self._encryption(bucket, bucket.encryption)
        if index.encryption is not None:
            index = replace(index, encryption=self._encryption(bucket, index.encryption))
        yield from compare.index(index, inherited, member(answer, "index"))
        yield from self._tags(arn, index_tags(index))

    def access(self, arn: str, access: Access) -> Iterator[Difference]:
        """The default version of an IAM policy, by meaning, and its tags."""
        iam = self._aws.iam(self._region.name)
        policy = member(read(iam.get_policy, PolicyArn=arn), "Policy")
        version = member(policy, "DefaultVersionId")
        answer = read(iam.get_policy_version, PolicyArn=arn, VersionId=version)
        document = member(member(answer, "PolicyVersion"), "Document")
        yield from compare.access(self._environment, access, policy, document)

    def role(self, access: Access, role: Role) -> Iterator[Difference]:
        """An IAM role's trust, what is attached to it, and its tags."""
        iam = self._aws.iam(self._region.name)
        actual = member(read(iam.get_role, RoleName=role.name), "Role")
        yield from compare.role(self._environment, access, role, actual, self._attached(role))
        if has_role_policy(self._environment, access):
            yield from compare.statements(self._environment, access, self._statements(role))

    def pods(self, access: Access, role: Role, pods: PodIdentity) -> Iterator[Difference]:
        """The association of a service account's pods with the role, and its tags."""
        eks = self._aws.eks(self._region.name)
        named = {"clusterName": pods.cluster}
        whose = {"namespace": pods.namespace, "serviceAccount": pods.service_account}
        found = member(read(eks.list_pod_identity_associations, **named, **whose), "associations")
        if not found:
            raise Missing("no association of this service account")
        which = {"associationId": member(found[0], "associationId")}
        answer = member(read(eks.describe_pod_identity_association, **named, **which), "association")
        arn = role_arn(self._environment, role)
        if answer.get("roleArn") != arn:
            yield Difference("role", arn, answer.get("roleArn"))
        yield from compare.tags(self._environment, access.tags, answer.get("tags") or {})

    def parameters(self, chunk: Sequence[Parameter]) -> Callable[[], Mapping[str, str]]:
        """What AWS has of at most ten parameters, by their names; asked for once, when it is first needed."""

        @functools.cache
        def found() -> Mapping[str, str]:
            ssm = self._aws.ssm(self._region.name)
            answer = read(ssm.get_parameters, Names=[parameter.name for parameter in chunk])
            return {member(each, "Name"): member(each, "Value") for each in member(answer, "Parameters")}

        return found

    def parameter(
        self,
        expected: Parameter,
        found: Callable[[], Mapping[str, str]],
        id_of: Callable[[KnowledgeBase], str] | None,
    ) -> Iterator[Difference]:
        """A parameter's value; `id_of` finds the id of a knowledge base.

        Raises Missing for one that is not there.
        """
        actual = found().get(expected.name)
        if actual is None:
            raise Missing(expected.name)
        value = expected.value
        if expected.knowledge_base and id_of:
            of = next(each for each in self._region.knowledge_bases if each.key == expected.knowledge_base)
            try:
                value = id_of(of)
            except Missing:  # it is a finding of its own
                return
        elif expected.reference:
            bucket = next(b for b in self._region.vector_buckets if b.key == expected.bucket)
            value = self._encryption(bucket, bucket.encryption).kms_key_arn or value
        if actual != value:
            yield Difference("value", value, actual)

    def created_key(self, alias: str, expected: Key) -> Iterator[Difference]:
        """A KMS key that the environment creates, by the ARN of its alias: policy, rotation and tags."""
        kms = self._aws.kms(self._region.name)
        metadata = member(read(kms.describe_key, KeyId=alias), "KeyMetadata")
        key = member(metadata, "Arn")  # an alias does not do for the others
        rotation = read(kms.get_key_rotation_status, KeyId=key)
        policy = member(read(kms.get_key_policy, KeyId=key, PolicyName="default"), "Policy")
        yield from compare.created_key(self._environment, self._region, expected, metadata, rotation, policy)
        tags = member(read(kms.list_resource_tags, KeyId=key), "Tags")
        found = {member(tag, "TagKey"): member(tag, "TagValue") for tag in tags}
        yield from compare.tags(self._environment, expected.tags, found)

    def brought_key(self, arn: str) -> Iterator[Difference]:
        """A KMS key that somebody else keeps: whether S3 Vectors may use it."""
        kms = self._aws.kms(self._region.name)
        metadata = member(read(kms.describe_key, KeyId=arn), "KeyMetadata")
        answer = read(kms.get_key_policy, KeyId=arn, PolicyName="default")
        yield from compare.key(self._environment, self._region, arn, metadata, member(answer, "Policy"))

    def _tags(self, arn: str, own: Mapping[str, str]) -> Iterator[Difference]:
        answer = read(self._s3vectors.list_tags_for_resource, resourceArn=arn)
        yield from compare.tags(self._environment, own, member(answer, "tags"))

    def _reads_text_search(self) -> bool:
        """An older boto3 drops it from the answer, as if there were none."""
        return "UpdateMetadataConfiguration" in self._s3vectors.meta.service_model.operation_names

    def _statements(self, role: Role) -> str | Mapping[str, Any] | None:
        """The document of the policy within a role; None where the role has no such policy."""
        iam = self._aws.iam(self._region.name)
        try:
            answer = read(iam.get_role_policy, RoleName=role.name, PolicyName=ROLE_STATEMENTS)
        except Missing:
            return None
        document: str | Mapping[str, Any] = member(answer, "PolicyDocument")
        return document

    def _attached(self, role: Role) -> list[str]:
        """The ARNs of all managed policies of a role."""
        iam = self._aws.iam(self._region.name)
        arns: list[str] = []
        marker: dict[str, str] = {}
        while True:
            page = read(iam.list_attached_role_policies, RoleName=role.name, **marker)
            arns += [member(policy, "PolicyArn") for policy in member(page, ROLE["managed_policies"].answer)]
            if not page.get("IsTruncated"):
                return arns
            marker = {"Marker": member(page, "Marker")}

    def _encryption(self, bucket: VectorBucket, encryption: Encryption) -> Encryption:
        """What the bucket or an index is to be encrypted with; a created key is found by its alias, once."""
        created = created_key(self._region, bucket, encryption)
        if created is None:
            return encryption
        alias = alias_arn(self._environment, self._region, created[1].alias)
        with self._key_lock:
            if alias not in self._key_arns:
                try:
                    answer = read(self._aws.kms(self._region.name).describe_key, KeyId=alias)
                    self._key_arns[alias] = str(member(member(answer, "KeyMetadata"), "Arn"))
                except Missing:
                    self._key_arns[alias] = alias
        return Encryption("aws:kms", self._key_arns[alias])
