"""The for_each maps, as data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.model import access, environment, index, region, vector_bucket
from vectorform.blocks import access_rows, rows
from vectorform.blocks.document import complete
from vectorform.blocks.maps import additions, maps
from vectorform.desired.addresses import RETIRED_INDEXES
from vectorform.desired.model import Encryption, PolicyStatement, Region, Retirement

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


KEYED = "aws_s3vectors_index.indexes_documents"
KEYLESS = "aws_s3vectors_index.keyless_indexes_documents"


def test_a_bucket_is_in_the_map_of_its_protection_and_in_no_other() -> None:
    protected = region(vector_bucket(index("pages")))
    assert list(rows.vector_bucket_rows(protected, protected=True)) == ["documents"]
    assert rows.vector_bucket_rows(protected, protected=False) == {}


def test_every_index_is_in_one_block_and_every_block_is_there() -> None:
    keyed = index("keyed", non_filterable_metadata_keys=("text",))
    for protected, prefix in ((True, ""), (False, "unprotected_")):
        bucket = vector_bucket(index("plain"), keyed, deletion_protection=protected)
        blocks = rows.index_rows(region(bucket, vector_bucket(key="empty")))
        assert {block.partition(".")[2]: list(found) for block, found in blocks.items()} == {
            "indexes": [],
            "unprotected_indexes": [],
            "retired_indexes": [],
            f"{prefix}indexes_documents": ["documents/keyed"],
            f"{prefix}keyless_indexes_documents": ["documents/plain"],
            "indexes_empty": [],
            "keyless_indexes_empty": [],
        }


def test_every_row_of_a_map_has_the_same_members() -> None:
    blocks = rows.index_rows(
        region(
            vector_bucket(
                index("plain"),
                index(
                    "full",
                    non_filterable_metadata_keys=("text",),
                    encryption=Encryption("aws:kms", KEY),
                    tags={"Kind": "Page"},
                ),
            )
        )
    )
    plain, full = blocks[KEYLESS]["documents/plain"], blocks[KEYED]["documents/full"]
    assert plain.keys() == full.keys()
    assert plain["encryption_configuration"] == []
    assert full["encryption_configuration"] == [{"sse_type": "aws:kms", "kms_key_arn": KEY}]
    assert full["metadata_configuration"] == [{"non_filterable_metadata_keys": ["text"]}]


def test_an_index_says_what_it_does_not_inherit() -> None:
    bucket = vector_bucket(
        index("inherits"),
        index("same", encryption=Encryption("aws:kms", KEY)),
        index("plain", encryption=Encryption()),
        encryption=Encryption("aws:kms", KEY),
    )
    found = rows.index_rows(region(bucket))[KEYLESS].values()
    configurations = [row["encryption_configuration"] for row in found]
    assert configurations == [[], [], [{"sse_type": "AES256", "kms_key_arn": None}]]


def test_a_created_key_is_protected_like_its_bucket_which_refers_to_it() -> None:
    created = Encryption("aws:kms", create_key=True)
    for protected, block in ((True, "encryption_keys"), (False, "unprotected_encryption_keys")):
        home = region(vector_bucket(encryption=created, deletion_protection=protected))
        assert list(rows.encryption_key_rows(environment(home), home, protected=protected)) == ["documents"]
        assert rows.encryption_key_rows(environment(home), home, protected=not protected) == {}
        (row,) = rows.vector_bucket_rows(home, protected=protected).values()
        reference = f'${{aws_kms_key.{block}["documents"].arn}}'
        assert row["encryption_configuration"] == [{"sse_type": "aws:kms", "kms_key_arn": reference}]


def test_variables_of_iam_are_not_terraform_expressions() -> None:
    statement = PolicyStatement(
        effect="Deny",
        actions=("s3vectors:*",),
        principals="*",
        conditions={"StringNotLike": {"aws:userid": ("${aws:username}", "%{x}")}},
    )
    bucket_region = region(vector_bucket(policy_statements=(statement,)))
    row = rows.vector_bucket_policy_rows(environment(bucket_region), bucket_region)["documents"]
    assert "$${aws:username}" in row["policy"]
    assert "%%{x}" in row["policy"]


def test_iam_is_in_the_home_stack_only_and_covers_every_region() -> None:
    home, further = region(vector_bucket()), region(vector_bucket(), name="us-east-1")
    both = environment(home, further, access=(access("reader"),))
    document = json.loads(access_rows.access_policy_rows(both, home)["reader"]["policy"])
    assert document["Statement"][1]["Resource"] == [
        "arn:aws:s3vectors:eu-west-1:123456789012:bucket/documents/index/*",
        "arn:aws:s3vectors:us-east-1:123456789012:bucket/documents/index/*",
    ]
    assert access_rows.access_policy_rows(both, further) == {}


def test_a_retired_index_is_still_deployed_and_its_denial_alone_is_lifted() -> None:
    of = region(vector_bucket(index("pages"), index("old", retirement=Retirement("replaced"))))
    blocks = rows.index_rows(of)
    assert list(blocks[KEYLESS]) == ["documents/pages"]
    assert list(blocks[RETIRED_INDEXES]) == ["documents/old"]
    arn = "arn:aws:s3vectors:eu-west-1:123456789012:bucket/documents"
    assert deletable(of) == [f"{arn}/index/vectorform-smoke-*", f"{arn}/index/old"]


@pytest.mark.parametrize(
    ("retirement", "may_be_deleted"),
    [
        (Retirement("replaced", confirm_destroy=True), True),
        (Retirement("given away", keep=True), False),
    ],
)
def test_what_is_leaving_is_in_no_map(retirement: Retirement, may_be_deleted: bool) -> None:
    of = region(vector_bucket(leaving=(index("old", retirement=retirement),)))
    assert not any(rows.index_rows(of).values())
    assert deletable(of)[-1].endswith("/index/old") is may_be_deleted


def test_a_statement_about_indexes_of_which_none_is_left_is_dropped() -> None:
    statement = PolicyStatement("Deny", ("s3vectors:PutVectors",), "*", indexes=("old",))
    old = index("old", retirement=Retirement("replaced", confirm_destroy=True))
    of = region(vector_bucket(policy_statements=(statement,), leaving=(old,)))
    assert [statement["Sid"] for statement in policy(of)["Statement"]] == ["DeletionProtection"]


def policy(of: Region) -> dict[str, Any]:
    row = rows.vector_bucket_policy_rows(environment(of), of)["documents"]
    return json.loads(row["policy"])


def deletable(of: Region) -> list[str]:
    return policy(of)["Statement"][0]["NotResource"]


def test_an_empty_region_is_still_valid_json_with_all_maps(tmp_path) -> None:
    path = tmp_path / "cdk.tf.json"
    empty = region()
    resources: dict[str, dict[str, Any]] = {}
    for block, _ in additions(maps(environment(empty), empty, state_is_known=True)):
        kind, name = block.split(".")
        resources.setdefault(kind, {})[name] = {"tags": "${each.value.tags}"}
    path.write_text(json.dumps({"terraform": {"backend": {}}, "resource": resources}))
    complete(path, environment(empty), empty, {})
    document = json.loads(path.read_text())
    assert document["terraform"] == {"backend": {}}
    assert document["resource"]["aws_iam_role_policy_attachment"]["access_role_policies"] == {
        "for_each": "${local.access_role_policies}",
        "tags": "${each.value.tags}",
    }
    assert document["locals"] == {
        "vector_buckets": {},
        "unprotected_vector_buckets": {},
        "indexes": {},
        "retired_indexes": {},
        "unprotected_indexes": {},
        "vector_bucket_policies": {},
        "encryption_keys": {},
        "unprotected_encryption_keys": {},
        "index_blocks": {},
        "index_blocks_remembered": {},
        "access_policies": {},
        "access_roles": {},
        "access_role_policies": {},
        "access_role_managed_policies": {},
        "access_role_statements": {},
        "pod_identities": {},
        "outputs": {},
        "knowledge_bases": {},
    }
    assert "moved" not in document
    assert list(tmp_path.iterdir()) == [path]
