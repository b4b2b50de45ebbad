"""What is a loss, why, and which loss is allowed: on plans as data."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests import model
from tests.model import index, region, vector_bucket
from vectorform.cli.app import app
from vectorform.desired.model import Embedding, Environment, Index, Replacement, Retirement, Source
from vectorform.errors import UserError
from vectorform.guard.consent import verdict
from vectorform.guard.judgement import judge
from vectorform.guard.losses import Judgement
from vectorform.guard.origin import require_own
from vectorform.guard.refusal import parse_refusals
from vectorform.guard.report import report
from vectorform.guard.successors import compared
from vectorform.migration.successors import Look
from vectorform.plans.changes import parse_plan

INDEX = "aws_s3vectors_index"
BUCKET = "aws_s3vectors_vector_bucket"


def desired(*indexes: Index, leaving: tuple[Index, ...] = (), **values: Any) -> Environment:
    home = region(vector_bucket(*indexes, name="search-documents", leaving=leaving))
    return model.environment(home, name="dev", **values)


def change(address: str, *actions: str, before: Any = None, after: Any = None, **more: Any) -> dict[str, Any]:
    kind, _, rest = address.partition(".")
    key = rest.partition('["')[2].removesuffix('"]')
    replaced = more.pop("replace_paths", [])
    return {
        "address": address,
        "type": kind,
        "index": key,
        "change": {"actions": list(actions), "before": before, "after": after, "replace_paths": replaced},
        **more,
    }


LAST = (
    change('aws_s3vectors_vector_bucket_policy.vector_bucket_policies["documents"]', "no-op"),
    change("terraform_data.verification", "create", after={}),
)


def judged(environment: Environment, *changes: dict[str, Any]) -> Judgement:
    document = {"format_version": "1.2", "planned_values": {}, "resource_changes": list(changes)}
    return judge(parse_plan(json.dumps(document), "plan.json", "dev"), environment, environment.home)


def said(environment: Environment, *changes: dict[str, Any]) -> str:
    return report(judged(environment, *changes), environment, environment.home)


def test_a_resource_of_the_project_s_own_is_no_loss() -> None:
    own = change("aws_sqs_queue.own", "delete", before={"name": "jobs"})
    found = judged(desired(index("a")), *LAST, own)
    assert not found.losses and not found.refused and found.known


def test_a_plan_that_deletes_nothing() -> None:
    environment = desired(index("a"))
    created = change(f'{INDEX}.indexes_documents["documents/a"]', "create", after={"dimension": 4})
    assert said(environment, created, *LAST) == "dev: no vector is lost\n"
    assert not judged(environment, created).refused


def test_leaving_protection_and_going_at_once_is_refused() -> None:
    environment = desired(index("a"))
    moved = change(
        f'{INDEX}.unprotected_indexes_documents["documents/a"]',
        "delete",
        "create",
        before={"index_name": "a", "vector_bucket_name": "search-documents", "dimension": 4},
        after={"index_name": "a", "vector_bucket_name": "search-documents", "dimension": 8},
        replace_paths=[["dimension"]],
        previous_address=f'{INDEX}.indexes_documents["documents/a"]',
    )
    assert "apply deletion_protection: false alone first" in said(environment, moved)
    moved.pop("previous_address")
    assert not judged(environment, moved).refused


def test_a_confirmed_deletion_of_a_retired_index_is_allowed_and_counted() -> None:
    going = tuple(index(key, retirement=Retirement("old", confirm_destroy=True)) for key in "ab")
    changes = [
        change(
            f'{INDEX}.confirmed_deletions["documents/{key}"]',
            "delete",
            before={"index_name": key, "vector_bucket_name": "search-documents"},
            previous_address=f'{INDEX}.retired_indexes["documents/{key}"]',
        )
        for key in "ab"
    ]
    one = judged(desired(leaving=going), changes[0])
    assert (one.refused, one.losses[0].refused) == (False, None)
    two = judged(desired(leaving=going), *changes)
    assert two.refused and two.too_many == "it deletes 2 vector buckets and indexes; max_deletions allows 1"
    assert not judged(desired(leaving=going, max_deletions=2), *changes).refused


def test_a_deletion_that_the_yaml_has_not_confirmed_is_refused() -> None:
    """The plan was made before someone changed their mind in the YAML."""
    stale = change(
        f'{INDEX}.confirmed_deletions["documents/a"]',
        "delete",
        before={"index_name": "a"},
        previous_address=f'{INDEX}.retired_indexes["documents/a"]',
    )
    assert judged(desired(index("a")), stale).refused
    assert judged(desired(index("a", retirement=Retirement("old"))), stale).refused


def test_a_renamed_key_is_recognised() -> None:
    same = {"dimension": 4, "distance_metric": "cosine", "vector_bucket_name": "search-documents"}
    text = said(
        desired(index("new")),
        change(f'{INDEX}.indexes_documents["documents/old"]', "delete", before={**same, "index_name": "old"}),
        change(f'{INDEX}.indexes_documents["documents/new"]', "create", after={**same, "index_name": "new"}),
    )
    assert "keep its name in AWS (`name: old`)" in text
    assert "  moved:\n      documents/old: documents/new\n" in text.replace("    moved", "  moved")


def test_the_command_that_fills_the_second_index_is_one_that_migrate_takes() -> None:
    environment = desired(index("a"))
    edited = change(
        f'{INDEX}.indexes_documents["documents/a"]',
        "delete",
        "create",
        before={"distance_metric": "euclidean"},
        after={"distance_metric": "cosine"},
        replace_paths=[["distance_metric"]],
    )
    away = region(*environment.home.vector_buckets, name="us-east-1")
    environment = replace(environment, regions=(environment.home, away))
    migrate = typer.main.get_group(app).commands["migrate"]
    for where in (environment.home, away):
        text = report(judged(environment, edited), environment, where)
        told = text.partition("vectorform migrate ")[2].partition(";")[0]
        asked = migrate.make_context("migrate", told.split()).params
        assert (asked["environment"], bool(asked["region"])) == ("dev", False)  # so every region
        assert (asked["source"], asked["target"]) == ("documents/a", "documents/a-v2")


@pytest.mark.parametrize(
    ("others", "known", "refused"), [(None, False, False), ((), True, False), (("tenant-a",), True, True)]
)
def test_a_bucket_that_could_not_be_looked_into_is_not_allowed(
    others: tuple[str, ...] | None, known: bool, refused: bool
) -> None:
    """AWS deletes none that holds indexes of an application's, and says so too late."""
    environment = desired(index("a"))
    going = change(
        f'{BUCKET}.unprotected_vector_buckets["old"]', "delete", before={"vector_bucket_name": "b"}
    )
    judgement = judged(environment, going, *LAST)
    loss = replace(judgement.losses[0], refused=None, others=others, looked_inside=True)
    judgement = replace(judgement, losses=(loss,))
    assert (judgement.known, judgement.refused) == (known, refused)
    text = report(judgement, environment, environment.home)
    assert ("  unknown: " in text, "this may lose vectors" in text) == (not known, not known)


def test_a_bucket_and_its_key() -> None:
    text = said(
        desired(),
        change(f'{BUCKET}.vector_buckets["documents"]', "delete", before={"vector_bucket_name": "x"}),
        change('aws_kms_key.encryption_keys["documents"]', "delete", before={}),
    )
    assert "vector bucket documents would be deleted\n" in text
    assert "KMS key documents would be deleted; without it, nobody can read the bucket's vectors" in text
    assert "deletion_protection: false" in text


def test_a_key_of_the_files_keys_that_was_renamed() -> None:
    kms = "aws_kms_key.encryption_keys"
    gone = change(f'{kms}["keys/papers"]', "delete", before={})
    text = said(desired(), gone, change(f'{kms}["keys/documents"]', "create", after={}))
    assert "  moved:\n" in text and "    keys/papers: keys/documents\n" in text
    assert "  keys:\n" in text and "    papers:\n" in text
    assert "  moved:\n" not in said(desired(), gone)


def test_the_destruction_of_the_home_region_names_what_else_goes() -> None:
    environment = desired(index("a"))
    deleted = change(f'{BUCKET}.vector_buckets["documents"]', "delete", before={"vector_bucket_name": "x"})
    assert "IAM" not in said(environment, deleted)
    away = region(*environment.home.vector_buckets, name="us-east-1")
    both = replace(environment, regions=(environment.home, away), waves=(("eu-west-1",), ("us-east-1",)))
    text = report(judged(both, deleted), both, both.home)
    assert "  cdktf destroy dev --ignore-missing-stack-dependencies\n" in text
    assert text.endswith("IAM goes with it, that of all regions; all of them: cdktf destroy dev 'dev-*'\n")


REFUSAL = """\
dev  Terraform will perform the following actions:
dev    # aws_s3vectors_index.indexes_documents (indexes_documents)["documents/a"] must be replaced
dev  -/+ resource "aws_s3vectors_index" "indexes_documents" {
dev        ~ distance_metric    = "cosine" -> "euclidean" # forces replacement
dev        ~ index_arn          = "arn" -> (known after apply)
dev        ~ metadata_configuration { # forces replacement
dev      }
dev    # aws_s3vectors_index.indexes_documents (indexes_documents)["documents/b"] will be destroyed
dev      - index_name         = "b" -> null
dev  ╷
dev  │ Error: Instance cannot be destroyed
dev  │   on cdk.tf.json line 87, in resource.aws_s3vectors_index.indexes_documents (indexes_documents):
dev  │ Resource aws_s3vectors_index.indexes_documents["documents/a"] has
dev  │ lifecycle.prevent_destroy set, but the plan calls for this resource to be
dev  ╵
dev  │ Resource aws_s3vectors_index.indexes_documents["documents/b"] has
dev  │ lifecycle.prevent_destroy set, but the plan calls for this resource to be
dev  │ Resource aws_s3vectors_index.indexes_documents["documents/unseen"] has
dev  │ lifecycle.prevent_destroy set, but the plan calls for this resource to be
"""


def test_the_refusal_of_terraform_is_read_as_a_plan() -> None:
    (plan,) = parse_refusals(REFUSAL, "stdin", None, {"dev", "prod"})
    first, second, third = plan.losses
    assert plan.stack == "dev"
    assert (first.action, first.replaced_because) == (
        "replaced",
        ("distance_metric", "metadata_configuration"),
    )
    assert (first.before or {})["distance_metric"] == "cosine"
    assert (second.action, second.before) == ("destroyed", {"index_name": "b"})
    assert (third.key, third.action, third.before) == ("documents/unseen", "destroyed", None)


def test_the_same_without_the_cdktf_command_line() -> None:
    bare = "".join(line.removeprefix("dev  ") + "\n" for line in REFUSAL.splitlines())
    (plan,) = parse_refusals(bare, "stdin", "dev", {"dev"})
    assert len(plan.losses) == 3
    with pytest.raises(UserError, match="name it: --stack"):
        parse_refusals(bare, "stdin", None, {"dev"})


def test_several_stacks_in_one_output() -> None:
    """`cdktf deploy prod 'prod-*'`: each refusal counts for its own stack."""
    other = REFUSAL.replace("dev  ", "dev-us-east-1  ").replace("documents/", "media/")
    lines = [line for pair in zip(REFUSAL.splitlines(), other.splitlines(), strict=True) for line in pair]
    plans = parse_refusals("\n".join(lines), "stdin", None, {"dev", "dev-us-east-1"})
    assert {plan.stack: {str(loss.key).partition("/")[0] for loss in plan.losses} for plan in plans} == {
        "dev": {"documents"},
        "dev-us-east-1": {"media"},
    }
    (one,) = parse_refusals("\n".join(lines), "stdin", "dev", {"dev", "dev-us-east-1"})
    assert one.stack == "dev" and len(one.losses) == 3


REAL = sorted((Path(__file__).parents[1] / "cases" / "guard").glob("refusal-*.txt"))
ADDRESS = f'{INDEX}.indexes_bypass-knowledge["bypass-knowledge/episodes"]'


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
@pytest.mark.parametrize("wrapped", [False, True], ids=["cdktf", "bare"])
def test_a_refusal_cut_anywhere_never_says_that_nothing_is_lost(path: Path, wrapped: bool) -> None:
    """At every line from both ends, and at every character of the sentence that has the address."""
    text = path.read_text(encoding="utf-8")
    if wrapped:
        text = "".join(f"│ {line.removeprefix('dev  ')}\n" for line in text.splitlines())
    lines = text.splitlines(keepends=True)
    heading = text.index("must be replaced")
    near = [*range(heading - 100, heading + 30), *range(text.rindex("Resource "), text.rindex("destroyed"))]
    cuts = ["".join(lines[:number]) for number in range(len(lines) + 1)]
    cuts += ["".join(lines[number:]) for number in range(len(lines) + 1)]
    cuts += [part for number in near for part in (text[:number], text[number:])]
    for cut in cuts:
        assert _verdict(cut) in ("refused", "unknown")
    assert _verdict(text) == _verdict("".join(lines[: -len(lines) // 4])) == "refused"


def _verdict(text: str) -> str:
    try:
        plans = parse_refusals(text, "stdin", "dev", {"dev"})
    except UserError as error:
        assert error.exit_code == 2 and "unknown" in str(error)
        return "unknown"
    environment = desired(index("episodes"))
    for plan in plans:
        assert [loss.address for loss in plan.losses] == [ADDRESS]
        shown = report(judge(plan, environment, environment.home), environment, environment.home)
        assert "refused: it is protected" in shown and "no vector is lost" not in shown
        # What the text does not show is no reason to advise a deletion.
        assert "deletion_protection: false" not in shown and "dev destroy" not in shown
    return "refused"


@pytest.mark.parametrize(
    "text",
    [
        "Error: lifecycle.prevent_destroy refuses this",
        "Error: Resource instance cannot be destroyed",
        "",
        "No changes. Your infrastructure matches the configuration.",
        "Resource aws_s3_bucket.logs has lifecycle.prevent_destroy set, but the plan calls for this",
        'Resource aws_kms_alias.encryption_key_aliases["a"] has lifecycle.prevent_destroy set, but',
        f'# {INDEX}.unprotected_indexes_a["a/b"] will be destroyed',
    ],
)
def test_prose_without_a_loss_in_it_is_not_known(text: str) -> None:
    with pytest.raises(UserError, match="unknown") as refused:
        parse_refusals(text, "stdin", "dev", {"dev"})
    assert refused.value.exit_code == 2


def test_a_resource_of_ones_own_that_is_refused_is_a_loss() -> None:
    text = "Resource instance module.a[0].aws_s3vectors_index.own has prevent_destroy set, but the plan calls"
    (plan,) = parse_refusals(text, "stdin", "dev", {"dev"})
    environment = desired()
    judgement = judge(plan, environment, environment.home)
    assert judgement.refused and judgement.losses[0].key == "module.a[0].aws_s3vectors_index.own"


def test_a_plan_that_stopped_with_an_error_proves_nothing() -> None:
    environment = desired(index("a"))
    document = {"format_version": "1.2", "planned_values": {}, "resource_changes": [], "errored": True}
    judgement = judge(parse_plan(json.dumps(document), "p", "dev"), environment, environment.home)
    assert not judgement.known
    assert "unknown" in report(judgement, environment, environment.home)
    plan = parse_plan(json.dumps(document), "p", "dev")
    assert verdict(environment, 0, plan, "eu-west-1", threading.Event()).refused


def test_a_plan_of_a_part_says_what_it_leaves_out() -> None:
    """OpenTofu's advice about a refusal, followed: -exclude."""
    environment = desired(index("a"))
    text = said(environment, change(f'{INDEX}.indexes_documents["documents/b"]', "create", after={}))
    assert text.startswith(
        "dev: no vector is lost\ndev: this plan does not cover the whole stack; it leaves out "
    )
    assert 'vector_bucket_policies["documents"], terraform_data.verification\n' in text


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ({"region": "eu-west-1", "allowed_account_ids": ["123456789012"]}, ""),
        ({"region": "us-east-1"}, "of region us-east-1, but dev belongs to eu-west-1"),
        ({"region": "eu-west-1", "allowed_account_ids": ["210987654321"]}, "of account 210987654321"),
    ],
)
def test_a_plan_of_another_stack_is_not_judged(settings: dict[str, Any], refused: str) -> None:
    """The name of a file, or --stack, may be of another region than the plan in it."""
    expressions = {name: {"constant_value": value} for name, value in settings.items()}
    provider = {"provider_config": {"aws": {"expressions": expressions}}}
    document = {
        "format_version": "1.2",
        "planned_values": {},
        "resource_changes": [],
        "configuration": provider,
    }
    environment = desired(index("a"))
    plan = parse_plan(json.dumps(document), "p", "dev")
    with pytest.raises(UserError, match=refused) if refused else contextlib.nullcontext():
        require_own(plan, environment, environment.home)


@pytest.mark.parametrize("lines", [1, 2])
def test_the_messages_of_plan_json_are_no_plan(lines: int, tmp_path: Path) -> None:
    """They are what is at hand where a plan is refused; a plan cannot be made there."""
    (tmp_path / "config").mkdir()
    (tmp_path / "cdktf.json").write_text("{}")
    (tmp_path / "dev.json").write_text('{"@level":"error","@message":"Error: Instance cannot be"}\n' * lines)
    with contextlib.chdir(tmp_path):
        done = CliRunner().invoke(app, ["guard", "dev.json", "--stack", "dev"])
    assert isinstance(done.exception, UserError) and done.stdout == ""
    assert str(done.exception).endswith(
        "let guard plan the stack, even if the plan is refused: vectorform guard dev"
    )


def test_the_index_that_a_plan_deletes_is_the_one_that_is_compared() -> None:
    """A plan of another environment in the same region: nothing is looked up for it."""
    old = index("a", retirement=Retirement("old", True, replaced_by=Replacement("documents/b")))
    environment = desired(index("b"), leaving=(old,))
    going = change(
        f'{INDEX}.confirmed_deletions["documents/a"]',
        "delete",
        before={"index_name": "a", "vector_bucket_name": "search-documents-staging"},
        previous_address=f'{INDEX}.retired_indexes["documents/a"]',
    )
    judgement = compared(
        judged(environment, going, *LAST), environment, environment.home, 1000, threading.Event()
    )
    assert not judgement.known and not judgement.refused
    text = report(judgement, environment, environment.home)
    assert "not compared with documents/b: the plan is of search-documents-staging/a" in text


def test_a_key_that_is_missing_is_copied_and_compared_not_retired_again() -> None:
    old = index("a", retirement=Retirement("old", True, replaced_by=Replacement("documents/b")))
    environment = desired(index("b"), leaving=(old,))
    going = change(
        f'{INDEX}.confirmed_deletions["documents/a"]',
        "delete",
        before={"index_name": "a", "vector_bucket_name": "search-documents"},
        previous_address=f'{INDEX}.retired_indexes["documents/a"]',
    )
    judgement = judged(environment, going, *LAST)
    problem = (
        "1 of 2 keys are not in documents/b, for example k: vectorform migrate -e dev documents/a documents/b"
    )
    look = Look("eu-west-1", "documents/a", "documents/b", problem=problem)
    loss = replace(judgement.losses[0], look=look, refused=problem)
    text = report(replace(judgement, losses=(loss,)), environment, environment.home)
    assert "apply the retirement alone" not in text
    assert text.endswith("then compare the two again: vectorform retire dev documents/a\n")


def test_a_retired_index_that_is_edited_is_not_to_be_retired_again() -> None:
    old = index("a", dimension=8, retirement=Retirement("old", replaced_by=Replacement("documents/b")))
    environment = desired(index("b"), old)
    here = {"index_name": "a", "vector_bucket_name": "search-documents"}
    edited = change(
        f'{INDEX}.retired_indexes["documents/a"]',
        "delete",
        "create",
        before={**here, "dimension": 4},
        after={**here, "dimension": 8},
        replace_paths=[["dimension"]],
    )
    text = said(environment, edited)
    assert "  restore `dimension: 4` at documents/a: a retired index stays as it is until" in text
    assert "apply the retirement" not in text
    edited["change"]["replace_paths"] = []
    assert "untaint" in said(environment, edited)


def test_a_tainted_index_is_kept_by_a_command() -> None:
    environment = desired(index("a"))
    tainted = change(f'{INDEX}.indexes_documents["documents/a"]', "delete", "create", before={}, after={})
    assert f"untaint '{INDEX}.indexes_documents[\"documents/a\"]'" in said(environment, tainted)


FIXED = {"dimension": 4, "distance_metric": "cosine", "index_name": "a", "vector_bucket_name": "documents"}
KEYED = {**FIXED, "metadata_configuration": [{"non_filterable_metadata_keys": ["text"]}]}


def test_an_index_that_goes_and_comes_in_another_block_is_replaced_and_no_destroy_of_the_stack() -> None:
    """Without its non-filterable keys it would be among those that have none."""
    environment = desired(index("a"))
    text = said(
        environment,
        change(f'{INDEX}.indexes_documents["documents/a"]', "delete", before=KEYED),
        change(
            f'{INDEX}.keyless_indexes_documents["documents/a"]',
            "create",
            after={**FIXED, "metadata_configuration": []},
        ),
        *LAST,
    )
    assert "index documents/a would be replaced by an empty one" in text
    assert "S3 Vectors cannot change non-filterable metadata keys" in text
    assert "refused: it is protected" in text and "a destroy is refused" not in text


@pytest.mark.parametrize("block", ["indexes", "retired_indexes", "indexes_documents_7"])
def test_an_index_that_only_lacks_a_move_gets_it(block: str) -> None:
    environment = desired(index("a"))
    text = said(
        environment,
        change(f'{INDEX}.{block}["documents/a"]', "delete", before=KEYED),
        change(f'{INDEX}.indexes_documents["documents/a"]', "create", after=KEYED),
        *LAST,
    )
    assert "refused: " in text and "index_blocks: [1, 1]" in text
    assert "retire" not in text.partition("only its block")[2] and "untaint" not in text


def test_the_prose_of_a_refusal_does_not_take_it_for_a_destroy_of_the_stack() -> None:
    text = REFUSAL + f'dev    # {INDEX}.keyless_indexes_documents["documents/b"] will be created\n'
    (plan,) = parse_refusals(text, "stdin", "dev", {"dev"})
    environment = desired(index("a"), index("b"))
    shown = report(judge(plan, environment, environment.home), environment, environment.home)
    assert "this output does not show what changes; see: vectorform guard dev" in shown
    assert "a destroy is refused" not in shown


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        ('{"Statement": ' + "[" * 100_000 + "]" * 100_000 + "}", "it nests too deeply"),
        ("{", "it is not a JSON object"),
        ("[]", "it is not a JSON object"),
        ('{"Statement": ["x"]}', "a statement is not an object"),
    ],
    ids=["nested", "cut-off", "list", "text"],
)
def test_a_policy_that_cannot_be_read_is_named(policy: str, why: str) -> None:
    address = 'aws_s3vectors_vector_bucket_policy.vector_bucket_policies["documents"]'
    with pytest.raises(UserError, match=why) as caught:
        judged(desired(index("pages")), change(address, "update", before={"policy": policy}, after={}))
    assert str(caught.value).startswith(f"{address}: its policy cannot be read")


def test_what_a_plan_brings_does_not_reach_the_terminal_raw() -> None:
    address = f'{INDEX}.protected_vector_indexes["documents/pa\x1b[31mges"]'
    text = said(desired(index("pages")), change(address, "delete", before={}), *LAST)
    assert "documents/pa\\u001b[31mges would be deleted" in text
    assert "\x1b" not in text


# --- another embedding model


TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-english-v3"
PAGES = 'aws_s3vectors_index.indexes_documents["documents/pages"]'


def of_model(name: str | None) -> dict[str, Any]:
    tags = {"Team": "one", **({"vectorform:embedding-model": name} if name else {})}
    return {"index_name": "pages", "tags": tags}


def with_model(name: str, *was: str) -> Environment:
    pages = index(
        embedding_model=Embedding(name, was),
        written={"embedding_model": name},
        source=Source("config/dev.yaml", 9, 7),
    )
    return desired(pages)


def test_another_embedding_model_is_refused_with_the_ways_out() -> None:
    environment = with_model(COHERE)
    updated = change(PAGES, "update", before=of_model(TITAN), after=of_model(COHERE))
    found = judged(environment, updated, *LAST)
    assert found.refused and found.losses == ()
    assert (
        report(found, environment, environment.home)
        == f"""\
dev: index documents/pages would be marked with another embedding model
  embedding_model {TITAN} -> {COHERE} (config/dev.yaml:9): vectors of two models cannot be compared
  refused: the vectors in it are of {TITAN}; Terraform refuses the plan, wherever it runs
  restore `embedding_model: "{TITAN}"` at documents/pages, and add a second index next to it:
    vector_buckets:
      documents:
        indexes:
          pages-v2:
            embedding_model: {COHERE}
  deploy, then embed the texts again into it: vectors of another embedding model cannot be copied;
  once nothing reads the old index any more, retire it:
    retired:
      documents/pages:
        reason: "replaced by pages-v2"
        replaced_by: documents/pages-v2
  if the new vectors have other keys: replaced_by: {{index: documents/pages-v2, other_keys: why}}
  deploy; then compare the two in every region: vectorform retire dev documents/pages;
  it writes the result into the YAML; then add confirm_destroy: true, and deploy again
  or, if all vectors in it have been of {COHERE} from the start, write at documents/pages:
    embedding_model: {{name: {COHERE}, was: "{TITAN}", reason: WHY}}
"""
    )


def test_a_slip_that_the_file_corrects_and_a_first_model_are_no_change_of_vectors() -> None:
    slip = change(PAGES, "update", before=of_model(TITAN), after=of_model(COHERE))
    assert not judged(with_model(COHERE, TITAN), slip, *LAST).refused
    first = change(PAGES, "update", before=of_model(None), after=of_model(COHERE))
    assert judged(with_model(COHERE), first, *LAST).models == ()


def test_a_model_that_is_taken_out_of_the_file_is_told() -> None:
    removed = change(PAGES, "update", before=of_model(TITAN), after=of_model(None))
    found = judged(desired(index()), removed, *LAST)
    assert not found.refused
    assert found.liftings == (
        f"index documents/pages: its embedding_model {TITAN} is not in the configuration any more; "
        "its tag is removed, Terraform forgets it, and any model that you write later counts as the first",
    )


def test_what_terraform_says_of_another_model_is_read() -> None:
    text = f"""\
│ Error: Resource postcondition failed
│
│ The vectors of documents/pages are of the embedding model
│ {TITAN}, the configuration says {COHERE}. Vectors of
│ two models cannot be compared: a search would return random results.
"""
    [plan] = parse_refusals(text, "stdin", "dev", ["dev"])
    found = judge(plan, with_model(COHERE), with_model(COHERE).home)
    assert [(each.key, each.before, each.after) for each in found.models] == [
        ("documents/pages", TITAN, COHERE)
    ]


def of_base(embedding_model: str, index_arn: str = "arn:aws:s3vectors:eu-west-1:1:bucket/b/index/i") -> Any:
    return {
        "knowledge_base_configuration": [
            {"vector_knowledge_base_configuration": [{"embedding_model_arn": embedding_model}]}
        ],
        "storage_configuration": [{"s3_vectors_configuration": [{"index_arn": index_arn}]}],
    }


def test_a_knowledge_base_of_another_model_on_the_index_of_before_is_told() -> None:
    address = 'aws_bedrockagent_knowledge_base.knowledge_bases["handbook"]'
    other = change(address, "delete", "create", before=of_base("one"), after=of_base("two"))
    found = judged(desired(index()), other, *LAST)
    assert any(
        "its index keeps the vectors of one, and two would add others" in line for line in found.liftings
    )
    moved = change(address, "delete", "create", before=of_base("one"), after=of_base("two", "another"))
    assert not any("keeps the vectors" in line for line in judged(desired(index()), moved, *LAST).liftings)


def test_a_knowledge_base_under_another_key_is_told_with_the_move() -> None:
    block = "aws_bedrockagent_knowledge_base.knowledge_bases"
    gone = change(f'{block}["handbook"]', "delete", before=of_base("one"))
    new = change(f'{block}["manuals"]', "create", after=of_base("one"))
    found = judged(desired(index()), gone, new, *LAST)
    assert "moved: {knowledge_bases/handbook: knowledge_bases/manuals}" in found.liftings[-1]
