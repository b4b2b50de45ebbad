"""The for_each maps, as data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.model import access, environment, index, region, vector_bucket
from vectorform.blocks import rows
from vectorform.blocks.document import complete
from vectorform.blocks.maps import additions, maps
from vectorform.blocks.moves import moves, removals
from vectorform.desired.addresses import INDEXES, RETIRED_INDEXES, UNPROTECTED_INDEXES
from vectorform.desired.model import Encryption, Grant, PolicyStatement, Region, Retirement
from vectorform.desired.policies import access_policy

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_a_bucket_is_in_the_map_of_its_protection_and_in_no_other() -> None:
    protected = region(vector_bucket(index("pages")))
    assert list(rows.vector_bucket_rows(protected, protected=True)) == ["documents"]
    assert rows.vector_bucket_rows(protected, protected=False) == {}
    assert list(rows.index_rows(protected, INDEXES)) == ["documents/pages"]
    assert rows.index_rows(protected, UNPROTECTED_INDEXES) == {}


def test_every_row_of_a_map_has_the_same_members() -> None:
    plain, full = rows.index_rows(
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
        ),
        INDEXES,
    ).values()
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
    found = rows.index_rows(region(bucket), INDEXES).values()
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
        other = "unprotected_encryption_keys" if protected else "encryption_keys"
        assert [f'{other}["documents"]', f'{block}["documents"]'] in chains(home)
        assert len(chains(home)) == 3


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
    document = json.loads(rows.access_policy_rows(both, home)["reader"]["policy"])
    assert document["Statement"][1]["Resource"] == [
        "arn:aws:s3vectors:eu-west-1:123456789012:bucket/documents/index/*",
        "arn:aws:s3vectors:us-east-1:123456789012:bucket/documents/index/*",
    ]
    assert rows.access_policy_rows(both, further) == {}


def chains(of: Region, **values: object) -> list[list[str]]:
    """The moves, joined to chains and shortened to block and key."""
    joined: list[list[str]] = []
    for move in moves(replace(environment(of), **values), of):
        origin, target = (move[end].partition(".")[2] for end in ("from", "to"))
        if joined and joined[-1][-1] == origin:
            joined[-1].append(target)
        else:
            joined.append([origin, target])
    return joined


def test_a_chain_of_moves_ends_where_the_resource_is_now() -> None:
    on, off = (
        region(vector_bucket(index("pages"), deletion_protection=protected)) for protected in (True, False)
    )
    assert chains(on) == [
        ['unprotected_vector_buckets["documents"]', 'vector_buckets["documents"]'],
        [
            'unprotected_indexes["documents/pages"]',
            'retired_indexes["documents/pages"]',
            'indexes["documents/pages"]',
        ],
    ]
    assert chains(off) == [
        ['vector_buckets["documents"]', 'unprotected_vector_buckets["documents"]'],
        [
            'indexes["documents/pages"]',
            'retired_indexes["documents/pages"]',
            'unprotected_indexes["documents/pages"]',
        ],
    ]


def test_a_retired_index_is_still_deployed_and_its_denial_alone_is_lifted() -> None:
    of = region(vector_bucket(index("pages"), index("old", retirement=Retirement("replaced"))))
    assert list(rows.index_rows(of, INDEXES)) == ["documents/pages"]
    assert list(rows.index_rows(of, RETIRED_INDEXES)) == ["documents/old"]
    assert chains(of)[-1][-1] == 'retired_indexes["documents/old"]'
    arn = "arn:aws:s3vectors:eu-west-1:123456789012:bucket/documents"
    assert deletable(of) == [f"{arn}/index/vectorform-smoke-*", f"{arn}/index/old"]


def test_a_confirmed_deletion_starts_from_the_retired_alone() -> None:
    """One that is still protected in the state has no way out, so Terraform refuses to delete it."""
    old = index("old", retirement=Retirement("replaced", confirm_destroy=True))
    of = region(vector_bucket(leaving=(old,)))
    assert rows.index_rows(of, RETIRED_INDEXES) == rows.index_rows(of, INDEXES) == {}
    assert chains(of)[1:] == [['retired_indexes["documents/old"]', 'confirmed_deletions["documents/old"]']]
    assert removals(environment(of), of) == []
    assert deletable(of)[-1].endswith("/index/old")


def test_a_kept_index_is_forgotten_from_wherever_it_is_and_stays_protected() -> None:
    of = region(vector_bucket(leaving=(index("old", retirement=Retirement("given away", keep=True)),)))
    (chain,) = chains(of)[1:]
    assert [address.partition("[")[0] for address in chain[:-1]] == [
        "indexes",
        "unprotected_indexes",
        "retired_indexes",
    ]
    (removal,) = removals(environment(of), of)
    assert removal == {"from": f"aws_s3vectors_index.{chain[-1]}", "lifecycle": {"destroy": False}}
    assert not deletable(of)[-1].endswith("/index/old")


def test_a_vector_bucket_that_is_let_go_takes_everything_along() -> None:
    keep = Retirement("not ours", keep=True)
    kept = index("old", retirement=keep)
    bucket = vector_bucket(
        index("pages"),
        leaving=(kept,),
        encryption=Encryption("aws:kms", create_key=True),
        retirement=keep,
    )
    of = replace(region(vector_bucket(index("notes", bucket="second"), key="second")), leaving=(bucket,))
    assert all("documents" not in key for block in maps(environment(of), of).values() for key in block)
    removed = [removal["from"].partition(".kept_")[0] for removal in removals(environment(of), of)]
    assert sorted(removed) == [
        "aws_kms_alias",
        "aws_kms_key",
        "aws_s3vectors_index",
        "aws_s3vectors_index",
        "aws_s3vectors_vector_bucket",
        "aws_s3vectors_vector_bucket_policy",
    ]
    ends = {move["to"] for move in moves(environment(of), of)} - {
        move["from"] for move in moves(environment(of), of)
    }
    assert {removal["from"] for removal in removals(environment(of), of)} <= ends
    granted = access(grants=(Grant("documents", ("pages",)),))
    document = json.dumps(access_policy(environment(of, access=(granted,)), granted))
    assert f"bucket/{bucket.name}/index/pages" in document


def test_an_index_moves_with_its_bucket() -> None:
    of = region(vector_bucket(index("pages")))
    moved = {"files": "documents", "files/one": "files/pages", "documents/leaves": "documents/pages"}
    keys = [address.split("[")[1] for address in chains(of, moved=moved)[-1]]
    assert list(dict.fromkeys(keys)) == ['"files/leaves"]', '"documents/leaves"]', '"documents/pages"]']
    assert ['vector_bucket_policies["files"]', 'vector_bucket_policies["documents"]'] in chains(
        of, moved=moved
    )


def test_no_address_is_the_target_of_two_moves() -> None:
    """Terraform refuses that as ambiguous."""
    leaving = (
        index("c", retirement=Retirement("why", confirm_destroy=True)),
        index("d", retirement=Retirement("why", keep=True)),
    )
    of = region(vector_bucket(index("a"), index("b", retirement=Retirement("why")), leaving=leaving))
    targets = [
        move["to"]
        for move in moves(replace(environment(of), moved={"old": "documents", "old/x": "old/a"}), of)
    ]
    assert len(targets) == len(set(targets)) > 10


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
    for block, _ in additions(maps(environment(empty), empty)):
        kind, name = block.split(".")
        resources.setdefault(kind, {})[name] = {"tags": "${each.value.tags}"}
    path.write_text(json.dumps({"terraform": {"backend": {}}, "resource": resources}))
    complete(path, environment(empty), empty)
    document = json.loads(path.read_text())
    assert document["terraform"] == {"backend": {}}
    assert document["resource"]["aws_iam_role_policy_attachment"]["access_role_policies"] == {
        "for_each": "${local.access_roles}",
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
        "access_policies": {},
        "access_roles": {},
    }
    assert "moved" not in document
    assert list(tmp_path.iterdir()) == [path]
