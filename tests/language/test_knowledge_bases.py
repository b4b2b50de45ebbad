"""Knowledge bases in the language: what is resolved, and what the pages of the rules cannot show."""

from __future__ import annotations

from pathlib import Path

from tests.language.projects import loaded, messages

HEAD = """\
project: knowledge
account_id: "111122223333"
regions: [eu-central-1, us-east-1]
vector_buckets:
  documents:
    indexes:
      pages: {dimension: 512, distance_metric: cosine, preset: bedrock-knowledge-base}
knowledge_bases:
  handbook:
    index: documents/pages
    embedding_model: amazon.titan-embed-text-v2:0
"""


def test_a_role_that_holds_too_much(tmp_path: Path) -> None:
    sources = "".join(
        f"      s-{number:02}: {{bucket: 'documents-of-{number:02}-{{region}}', kms_key: "
        f"'arn:aws:kms:{{region}}:111122223333:key/1234abcd-12ab-34cd-56ef-{number:012}'}}\n"
        for number in range(45)
    )
    [found] = messages(tmp_path, f"{HEAD}    data_sources:\n{sources}")
    assert "VF832" in found and "IAM allows 10,240" in found


def test_a_model_is_asked_for_a_dimension_that_is_not_its_own(tmp_path: Path) -> None:
    home, other = loaded(tmp_path, HEAD).regions
    assert [of.dimensions for of in (*home.knowledge_bases, *other.knowledge_bases)] == [512, 512]
    [base] = loaded(tmp_path, HEAD.replace("512", "1024")).home.knowledge_bases
    assert base.dimensions is None
    [base] = loaded(
        tmp_path, HEAD.replace("amazon.titan-embed-text-v2:0", "example.embed")
    ).home.knowledge_bases
    assert base.dimensions is None


def test_it_is_where_its_index_is(tmp_path: Path) -> None:
    regions = (
        "regions: [eu-central-1, {name: us-east-1, vector_buckets: {documents: {indexes: {pages: null}}}}]"
    )
    text = HEAD.replace("regions: [eu-central-1, us-east-1]", regions)
    assert [len(region.knowledge_bases) for region in loaded(tmp_path, text).regions] == [1, 0]


def test_an_index_elsewhere_is_in_its_region_alone(tmp_path: Path) -> None:
    arn = "arn:aws:s3vectors:us-east-1:111122223333:bucket/shared/index/pages"
    environment = loaded(tmp_path, HEAD.replace("index: documents/pages", f'index: {{arn: "{arn}"}}'))
    assert [len(region.knowledge_bases) for region in environment.regions] == [0, 1]
    assert environment.regions[1].knowledge_bases[0].index_arn == arn
    everywhere = arn.replace("us-east-1", "{region}")
    environment = loaded(tmp_path, HEAD.replace("index: documents/pages", f'index: {{arn: "{everywhere}"}}'))
    assert [len(region.knowledge_bases) for region in environment.regions] == [1, 1]
    found = messages(
        tmp_path,
        HEAD.replace(
            "index: documents/pages",
            'index: {arn: "arn:aws:s3vectors:eu-west-1:111122223333:bucket/a/index/b"}',
        ),
    )
    assert len(found) == 1 and "VF801" in found[0]


def test_other_types_of_data_sources_are_named(tmp_path: Path) -> None:
    [found] = messages(
        tmp_path, f"{HEAD}    data_sources:\n      site: {{bucket: a-site, urls: [https://example.com]}}\n"
    )
    assert "stacks/" in found and "S3 Vectors" in found
    [found] = messages(
        tmp_path, f"{HEAD}    data_sources:\n      wiki: {{bucket: a-site, type: CONFLUENCE}}\n"
    )
    assert "stacks/" in found


MOVED = f"""{HEAD}\
    data_sources:
      manuals: {{bucket: example-manuals}}
moved:
"""


def test_a_knowledge_base_and_a_data_source_are_moved_to_entries_that_are_there(tmp_path: Path) -> None:
    fine = "  knowledge_bases/manual: knowledge_bases/handbook\n"
    assert messages(tmp_path, MOVED + fine) == []
    [circle] = messages(tmp_path, f"{MOVED}  knowledge_bases/a: knowledge_bases/a\n")
    assert "VF702" in circle
    [nowhere] = messages(tmp_path, f"{MOVED}  knowledge_bases/manual: knowledge_bases/handbok\n")
    assert "there is no entry `knowledge_bases/handbok`; did you mean `knowledge_bases/handbook`?" in nowhere
    [mixed] = messages(tmp_path, f"{MOVED}  knowledge_bases/manual: documents\n")
    assert (
        "`knowledge_bases/manual` and `documents` are not of the same kind; write knowledge_bases/KEY"
        in mixed
    )
    [other] = messages(
        tmp_path, f"{MOVED}  knowledge_bases/other/manuals: knowledge_bases/handbook/manuals\n"
    )
    assert "a data source cannot move to another knowledge base; add it there" in other


def test_a_data_source_that_moves_keeps_its_name(tmp_path: Path) -> None:
    text = f"{MOVED}  knowledge_bases/handbook/papers: knowledge_bases/handbook/manuals\n"
    [found] = messages(tmp_path, text)
    assert "knowledge_bases.handbook.data_sources.manuals.name" in found and "write name: papers" in found
    named = text.replace("{bucket: example-manuals}", "{bucket: example-manuals, name: papers}")
    assert messages(tmp_path, named) == []
