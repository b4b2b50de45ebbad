from __future__ import annotations

import json
from pathlib import Path

import pytest

from vectorform.rehearsal.provider.data_sources import data_sources
from vectorform.rehearsal.provider.functions import FUNCTIONS
from vectorform.rehearsal.provider.resources import resources
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.unsupported import (
    identity_error,
    imports_by_identity,
    missing_types_error,
    unsupported_types,
)


def test_every_type_of_the_schema_has_its_calls() -> None:
    assert set(resources()) == set(provider_schema().resources)
    assert set(data_sources()) == set(provider_schema().data_sources)
    assert set(FUNCTIONS) == set(provider_schema().functions)


def test_what_a_configuration_uses_in_vain(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_instance" "b" {}\n  data "aws_ami" "me" {}\ndata "aws_region" "here" {}\n'
        'resource "aws_kms_key" "k" {}\n# resource "aws_sqs_queue" "q" {}\nresource "random_id" "r" {}\n'
    )
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"resource": {"aws_sns_topic": {}, "aws_iam_role": {}}}))
    (tmp_path / "broken.tf.json").write_text("{")
    (tmp_path / "odd.tf.json").write_text("[1]")
    found = unsupported_types(tmp_path)
    assert {type_name: path.name for type_name, path in found.items()} == {
        "aws_instance": "main.tf",
        "aws_sns_topic": "cdk.tf.json",
        "data.aws_ami": "main.tf",
    }
    error = missing_types_error(found)
    assert "aws_sns_topic (cdk.tf.json)" in error.summary
    assert "--provider registry" in error.detail


def used(directory: Path, text: str) -> list[str]:
    (directory / "main.tf").write_text(text)
    return sorted(unsupported_types(directory))


def test_comments_and_heredocs_are_no_blocks(tmp_path: Path) -> None:
    assert used(
        tmp_path,
        """/*
resource "aws_sqs_queue" "a" {}
*/
// resource "aws_sqs_queue" "b" {}
locals {
  url  = "https://example.com/*" # data "aws_ami" "c" {}
  text = <<-EOT
    resource "aws_sns_topic" "d" {}
  EOT
  more = <<END-OF-TEXT
data "aws_ami" "e" {
END-OF-TEXT
}
/* before */ resource "aws_eip" "f" {}
resource aws_vpc "g" {}
ephemeral "aws_secretsmanager_secret_version" "h" {}
# "an open quote
resource "aws_subnet" "i" {
  tags = { "https://example.com/*" = "*/" }
}
""",
    ) == ["aws_eip", "aws_subnet", "aws_vpc", "ephemeral.aws_secretsmanager_secret_version"]


def test_imports_by_an_identity_that_is_not_here_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text(
        'import {\n  to = aws_s3_bucket.one\n  identity = {\n    bucket = "documents"\n  }\n}\n'
    )
    block = {"to": "module.x.aws_ssm_parameter.one", "identity": {"name": "/documents"}}
    (tmp_path / "b.tf.json").write_text(json.dumps({"import": [block]}))
    (tmp_path / "c.tf").write_text(
        'import {\n  to = aws_s3_object.one\n  id = "a/b"\n}\n'
        'import {\n  to = aws_s3vectors_index.one\n  identity = {\n    index_arn = "arn:..."\n  }\n}\n'
        "import {\n  to = google_thing.one\n  identity = {}\n}\n# import { to = aws_x.y identity = {} }\n"
    )
    found = imports_by_identity(tmp_path)
    assert {name: path.name for name, path in found.items()} == {
        "aws_s3_bucket": "a.tf",
        "aws_ssm_parameter": "b.tf.json",
    }
    assert "aws_s3_bucket (a.tf), aws_ssm_parameter (b.tf.json)" in identity_error(found).summary


def test_modules_are_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / ".terraform/modules/remote/inner").mkdir(parents=True)
    (tmp_path / "local/a.tf").write_text('resource "aws_sqs_queue" "a" {}\n')
    (tmp_path / ".terraform/modules/remote/inner/b.tf.json").write_text(
        json.dumps({"data": [{"aws_ami": {}}, {"aws_region": {}}]})
    )
    listed = [{"Key": "", "Dir": "."}, {"Key": "l", "Dir": "local"}]
    listed += [{"Key": "r", "Dir": ".terraform/modules/remote/inner"}, {"Key": "gone", "Dir": "gone"}]
    (tmp_path / ".terraform/modules/modules.json").write_text(json.dumps({"Modules": listed}))
    found = unsupported_types(tmp_path)
    assert {name: str(path) for name, path in found.items()} == {
        "aws_sqs_queue": "local/a.tf",
        "data.aws_ami": ".terraform/modules/remote/inner/b.tf.json",
    }


BOTH = ("registry.opentofu.org", "registry.terraform.io")


@pytest.mark.parametrize(
    ("registries", "binary", "found"),
    [
        ((), "tofu", ["a.tf", "b.tf", "c.tf.json"]),
        (BOTH[1:], "tofu", ["a.tf", "b.tf", "c.tf.json"]),
        (BOTH[:1], "terraform", ["a.tofu", "b.tf", "c.tofu.json", "d.tofu"]),
        (BOTH, "tofu", ["a.tofu", "b.tf", "c.tofu.json", "d.tofu"]),
        (BOTH, "terraform", ["a.tf", "b.tf", "c.tf.json"]),
    ],
    ids=["not-initialised", "terraform", "opentofu", "both-now-opentofu", "both-now-terraform"],
)
def test_only_opentofu_reads_its_files(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    registries: tuple[str, ...],
    binary: str,
    found: list[str],
) -> None:
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", binary)
    for registry in registries:
        (tmp_path / ".terraform/providers" / registry).mkdir(parents=True)
    names = ("a.tf", "a.tofu", "b.tf", "c.tf.json", "c.tofu.json", "d.tofu", ".e.tf", ".f.tofu")
    for number, name in enumerate(names):
        block = {"resource": {f"aws_none_{number}": {}}}
        text = json.dumps(block) if name.endswith("json") else f'resource "aws_none_{number}" "it" {{}}\n'
        (tmp_path / name).write_text(text)
    assert sorted(path.name for path in unsupported_types(tmp_path).values()) == found
