"""An entry with for_each stands for its members: the same as if each had been written by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.projects import HEAD, loaded, messages
from vectorform.desired.model import Environment

_INDEX = "dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]"


def _without_sources(environment: Environment) -> Environment:
    return replace(environment, source=None)


@settings(max_examples=30, deadline=None)
@given(
    names=st.lists(st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True), min_size=1, max_size=6, unique=True)
)
def test_a_definition_is_its_members_written_out(tmp_path_factory: object, names: list[str]) -> None:
    root: Path = tmp_path_factory.mktemp("many")  # type: ignore[attr-defined]
    entry = f"indexes: {{pages: {{{_INDEX}}}}}"
    many = f'{HEAD}vector_buckets:\n  "t-{{each}}":\n    for_each: {names}\n    {entry}\n'
    each = f"{HEAD}vector_buckets:\n" + "".join(f"  t-{name}:\n    {entry}\n" for name in names)
    assert _without_sources(loaded(root, many)) == _without_sources(loaded(root, each))


def test_a_value_that_is_one_template_keeps_its_type(tmp_path: Path) -> None:
    text = f"""{HEAD}variables:
  tenants: {{a: {{size: 512, kept: [text, raw], open: false}}}}
vector_buckets:
  "{{each}}-docs":
    for_each: tenants
    deletion_protection: "{{each.open}}"
    indexes:
      pages:
        dimension: "{{each.size}}"
        distance_metric: cosine
        non_filterable_metadata_keys: "{{each.kept}}"
"""
    (bucket,) = loaded(tmp_path, text).home.vector_buckets
    assert (bucket.key, bucket.deletion_protection) == ("a-docs", False)
    assert (bucket.indexes[0].dimension, bucket.indexes[0].non_filterable_metadata_keys) == (
        512,
        ("text", "raw"),
    )


def test_a_definition_in_a_definition_has_its_own_each(tmp_path: Path) -> None:
    text = f"""{HEAD}variables:
  tenants: {{a: {{shards: [0, 1]}}, b: {{shards: [7]}}}}
vector_buckets:
  "{{each}}-docs":
    for_each: tenants
    indexes:
      "shard-{{each}}": {{for_each: "{{each.shards}}", {_INDEX}, tags: {{Shard: "{{bucket}} {{each}}"}}}}
"""
    found = {
        i.address: i.tags["Shard"] for b in loaded(tmp_path, text).home.vector_buckets for i in b.indexes
    }
    assert found == {
        "a-docs/shard-0": "a-docs 0",
        "a-docs/shard-1": "a-docs 1",
        "b-docs/shard-7": "b-docs 7",
    }


def test_a_region_overrides_the_definition_or_a_member(tmp_path: Path) -> None:
    text = f"""project: aspexa
account_id: "123456789012"
regions:
  - eu-west-1
  - name: us-east-1
    vector_buckets:
      "t-{{each}}": {{for_each: [a, b], deletion_protection: false}}
      t-b: {{deletion_protection: true}}
  - name: us-west-2
    vector_buckets: {{t-a: null}}
vector_buckets:
  "t-{{each}}":
    for_each: [a, b, c]
    indexes: {{pages: {{{_INDEX}}}}}
"""
    found = {
        region.name: {bucket.key: bucket.deletion_protection for bucket in region.vector_buckets}
        for region in loaded(tmp_path, text).regions
    }
    assert found == {
        "eu-west-1": {"t-a": True, "t-b": True, "t-c": True},
        "us-east-1": {"t-a": False, "t-b": True},
        "us-west-2": {"t-b": True, "t-c": True},
    }


def test_iam_variables_are_left_alone(tmp_path: Path) -> None:
    text = f"""{HEAD}vector_buckets:
  "t-{{each}}":
    for_each: [a]
    policy:
      statements:
        - effect: Allow
          principals: {{AWS: "{{account_id}}"}}
          actions: [s3vectors:QueryVectors]
          conditions: {{StringEquals: {{"aws:PrincipalTag/tenant": "${{aws:PrincipalTag/each}}"}}}}
"""
    (bucket,) = loaded(tmp_path, text).home.vector_buckets
    condition = bucket.policy_statements[0].conditions["StringEquals"]
    assert condition == {"aws:PrincipalTag/tenant": ("${aws:PrincipalTag/each}",)}


def test_a_refused_definition_causes_no_second_error(tmp_path: Path) -> None:
    text = f"""{HEAD}vector_buckets:
  "t-{{each}}":
    for_each: tenant
    indexes: {{pages: {{{_INDEX}}}}}
access:
  app: {{permissions: read, grants: [{{bucket: t-a}}]}}
"""
    (message,) = messages(tmp_path, text)
    assert "there is no variable `tenant`" in message
