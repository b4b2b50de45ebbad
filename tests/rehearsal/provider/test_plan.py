from __future__ import annotations

from typing import Any

import pytest

from vectorform.rehearsal.provider.plan import Behaviour, Plan, plan
from vectorform.rehearsal.provider.resources import resources
from vectorform.rehearsal.provider.schema import provider_schema
from vectorform.rehearsal.provider.tags import TagRules
from vectorform.rehearsal.provider.values import UNKNOWN, conform

INDEX = {
    "vector_bucket_name": "b",
    "index_name": "i",
    "data_type": "float32",
    "dimension": 3,
    "distance_metric": "cosine",
}
READ = {
    "region": "eu-west-1",
    "index_arn": "arn:...",
    "creation_time": "2026-01-01T00:00:00Z",
    "encryption_configuration": [{"sse_type": "AES256", "kms_key_arn": None}],
    "tags_all": {},
}


def planned(
    type_name: str,
    config: dict[str, Any],
    prior: dict[str, Any] | None = None,
    tag_rules: TagRules | None = None,
    behaviour: Behaviour | None = None,
) -> Plan:
    """The plan for `config`, given a proposed state made as Terraform makes it."""
    schema = provider_schema().resources[type_name]
    configured = conform(config, schema.block)
    before = None if prior is None else conform(prior, schema.block)
    proposed = dict(configured)
    for name, attribute in schema.block.attributes.items():
        if attribute.computed and configured[name] is None and before is not None:
            proposed[name] = before[name]
    return plan(
        schema,
        behaviour or resources()[type_name].behaviour,
        tag_rules or TagRules(),
        "eu-west-1",
        prior=before,
        proposed=proposed,
        config=configured,
    )


def test_creation_leaves_to_aws_what_is_computed_and_unset() -> None:
    state = planned("aws_s3vectors_index", INDEX).state
    unknown = {name for name, value in state.items() if value is UNKNOWN}
    assert unknown == {"creation_time", "encryption_configuration", "index_arn"}
    assert state["region"] == "eu-west-1"
    assert state["tags_all"] == {}
    assert state["metadata_configuration"] == []


def test_no_change_is_planned_where_there_is_none() -> None:
    result = planned("aws_s3vectors_index", INDEX, {**INDEX, **READ})
    assert result == Plan(
        conform({**INDEX, **READ}, provider_schema().resources["aws_s3vectors_index"].block)
    )


@pytest.mark.parametrize(
    ("change", "attribute"),
    [
        ({"dimension": 4}, "dimension"),
        ({"distance_metric": "euclidean"}, "distance_metric"),
        ({"index_name": "j"}, "index_name"),
        ({"vector_bucket_name": UNKNOWN}, "vector_bucket_name"),
        ({"region": "us-east-1"}, "region"),
        ({"metadata_configuration": [{"non_filterable_metadata_keys": ["k"]}]}, "metadata_configuration"),
        (
            {"encryption_configuration": [{"sse_type": "aws:kms", "kms_key_arn": "arn:..."}]},
            "encryption_configuration",
        ),
    ],
)
def test_what_an_index_cannot_change_replaces_it(change: dict[str, Any], attribute: str) -> None:
    assert planned("aws_s3vectors_index", {**INDEX, **change}, {**INDEX, **READ}).requires_replace == (
        attribute,
    )


def test_tags_change_in_place() -> None:
    result = planned(
        "aws_s3vectors_index",
        {**INDEX, "tags": {"a": "1"}},
        {**INDEX, **READ},
        TagRules(defaults={"e": "dev"}),
    )
    assert result.requires_replace == ()
    assert result.state["tags_all"] == {"a": "1", "e": "dev"}


def test_a_key_known_only_after_the_apply_makes_all_tags_unknown() -> None:
    state = planned("aws_s3vectors_index", {**INDEX, "tags": {"a": UNKNOWN}}).state
    assert state["tags_all"] is UNKNOWN


def test_encryption_taken_out_of_the_configuration_stays_as_it_is() -> None:
    bucket = {"vector_bucket_name": "b", "force_destroy": False}
    kms = [{"sse_type": "aws:kms", "kms_key_arn": "arn:..."}]
    prior = {**bucket, "region": "eu-west-1", "tags_all": {}, "encryption_configuration": kms}
    kept = planned("aws_s3vectors_vector_bucket", {"vector_bucket_name": "b"}, prior)
    assert (kept.state["encryption_configuration"], kept.requires_replace) == (kms, ())
    aes = [{"sse_type": "AES256", "kms_key_arn": None}]
    other = planned(
        "aws_s3vectors_vector_bucket", {"vector_bucket_name": "b", "encryption_configuration": aes}, prior
    )
    assert other.requires_replace == ("encryption_configuration",)


def test_the_order_of_a_set_is_no_change() -> None:
    def metadata(*keys: str) -> dict[str, Any]:
        return {"metadata_configuration": [{"non_filterable_metadata_keys": list(keys)}]}

    result = planned(
        "aws_s3vectors_index", {**INDEX, **metadata("a", "b")}, {**INDEX, **READ, **metadata("b", "a")}
    )
    assert result.requires_replace == ()


POLICY = {"name": "p", "policy": '{"Statement": {"Effect": "Allow", "Action": "a:B"}}'}


def test_a_policy_is_stored_in_one_spelling_and_compared_by_meaning() -> None:
    created = planned("aws_iam_policy", POLICY)
    assert created.state["policy"] == '{"Statement":{"Action":"a:B","Effect":"Allow"}}'
    assert created.state["path"] == "/"
    assert created.state["tags_all"] is UNKNOWN  # as the older SDK does with no tags
    prior = {
        **POLICY,
        "path": "/",
        "description": "",
        "policy": '{"Statement":[{"Effect":"Allow","Action":["a:B"]}]}',
    }
    assert planned("aws_iam_policy", POLICY, prior).state["policy"] == prior["policy"]
    assert planned("aws_iam_policy", POLICY, prior).state["description"] == ""


def test_a_bucket_policy_spelled_anew_is_written_anew() -> None:
    """A resource of the newer framework compares the configured text: only what AWS answers is by meaning."""
    arn = "arn:aws:s3vectors:eu-west-1:123456789012:bucket/b"
    prior = {"vector_bucket_arn": arn, "policy": '{"Statement":[]}', "region": "eu-west-1"}
    result = planned("aws_s3vectors_vector_bucket_policy", {**prior, "policy": '{ "Statement": [] }'}, prior)
    assert result.state["policy"] == '{ "Statement": [] }'
    assert result.requires_replace == ()


def test_an_alias_may_name_its_key_by_id_or_arn() -> None:
    prior = {"name": "alias/a", "target_key_id": "1234", "region": "eu-west-1"}
    config = {"name": "alias/a", "target_key_id": "arn:aws:kms:eu-west-1:123456789012:key/1234"}
    assert planned("aws_kms_alias", config, prior).state["target_key_id"] == "1234"


def test_inline_policies_of_a_role_without_any_are_left_to_aws() -> None:
    role = {"name": "r", "assume_role_policy": "{}"}
    assert planned("aws_iam_role", role).state["inline_policy"] is UNKNOWN
    inline = [{"name": "x", "policy": "{}"}]
    assert planned("aws_iam_role", role, {**role, "inline_policy": inline}).state["inline_policy"] == inline
