"""`aws_s3vectors_vector_bucket_policy`."""

from __future__ import annotations

from vectorform.rehearsal.provider import policy
from vectorform.rehearsal.provider.aws import Aws
from vectorform.rehearsal.provider.diagnostics import Diagnostic
from vectorform.rehearsal.provider.plan import Behaviour
from vectorform.rehearsal.provider.resources.imports import regional_arn
from vectorform.rehearsal.provider.resources.s3vectors import S3VECTORS
from vectorform.rehearsal.provider.validators import arn, iam_policy_json
from vectorform.rehearsal.provider.values import Object


class VectorBucketPolicy:
    """`aws_s3vectors_vector_bucket_policy`."""

    behaviour = Behaviour(policies=("policy",))

    def validate(self, config: Object) -> list[Diagnostic]:
        """The policy is JSON, the bucket an ARN."""
        return [
            *iam_policy_json(("policy",), config["policy"]),
            *arn(("vector_bucket_arn",), config["vector_bucket_arn"]),
        ]

    def create(self, aws: Aws, planned: Object) -> Object:
        """PutVectorBucketPolicy."""
        self._put(aws, planned, "creating")
        return {}

    def read(self, aws: Aws, state: Object) -> Object | None:
        """GetVectorBucketPolicy; a text that means the same as the known one is no change."""
        bucket_arn = state["vector_bucket_arn"]
        client = aws.client("s3vectors", state["region"])
        doing = f"reading S3 Vectors Vector Bucket Policy ({bucket_arn})"
        answer = S3VECTORS.call_unless_gone(
            doing, client.get_vector_bucket_policy, vectorBucketArn=bucket_arn
        )
        if answer is None or not answer.get("policy"):
            return None
        return {"policy": policy.keep_if_equivalent(state["policy"], answer["policy"])}

    def update(self, aws: Aws, _prior: Object, planned: Object) -> Object:
        """PutVectorBucketPolicy again."""
        self._put(aws, planned, "updating")
        return {}

    def delete(self, aws: Aws, state: Object) -> None:
        """DeleteVectorBucketPolicy."""
        bucket_arn = state["vector_bucket_arn"]
        client = aws.client("s3vectors", state["region"])
        doing = f"deleting S3 Vectors Vector Bucket Policy ({bucket_arn})"
        S3VECTORS.call_unless_gone(doing, client.delete_vector_bucket_policy, vectorBucketArn=bucket_arn)

    def import_state(self, identifier: str) -> Object:
        """By the bucket's ARN."""
        return regional_arn("vector_bucket_arn", identifier)

    def _put(self, aws: Aws, planned: Object, doing: str) -> None:
        bucket_arn = planned["vector_bucket_arn"]
        client = aws.client("s3vectors", planned["region"])
        S3VECTORS.call(
            f"{doing} S3 Vectors Vector Bucket Policy ({bucket_arn})",
            client.put_vector_bucket_policy,
            at=("policy",),
            vectorBucketArn=bucket_arn,
            policy=planned["policy"],
        )
