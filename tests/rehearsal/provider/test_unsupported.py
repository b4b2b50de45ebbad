from __future__ import annotations

import json
from pathlib import Path

from vectorform.rehearsal.provider.resources import resources
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.unsupported import missing_types_error, unsupported_types


def test_every_type_of_the_schema_has_its_calls() -> None:
    assert set(resources()) == set(provider_schema().resources)


def test_what_a_configuration_uses_in_vain(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_s3_bucket" "b" {}\n  data "aws_caller_identity" "me" {}\n'
        'resource "aws_kms_key" "k" {}\n# resource "aws_sqs_queue" "q" {}\nresource "random_id" "r" {}\n'
    )
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": {"aws_sns_topic": {}, "aws_iam_role": {}}}))
    (tmp_path / "broken.tf.json").write_text("{")
    (tmp_path / "odd.tf.json").write_text("[1]")
    found = unsupported_types(tmp_path)
    assert {type_name: path.name for type_name, path in found.items()} == {
        "aws_s3_bucket": "main.tf",
        "aws_sns_topic": "cdk.tf.json",
        "data.aws_caller_identity": "main.tf",
    }
    error = missing_types_error(found)
    assert "aws_sns_topic (cdk.tf.json)" in error.summary
    assert "--provider registry" in error.detail
