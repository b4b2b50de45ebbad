"""The picture as data and as Mermaid: what is drawn, drawn together, changed, and refused."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import model
from tests.paths import CASES
from vectorform.desired.model import Encryption, Environment, Grant, PolicyStatement, Retirement, Role
from vectorform.errors import UserError
from vectorform.language.loader import load
from vectorform.picture.draw import drawing, drawing_of_change
from vectorform.picture.drawing import Box, Bucket, Drawing, Figure, Frame
from vectorform.picture.facts import Actor
from vectorform.picture.mermaid import render

NODE = re.compile(
    r'^ *(\w+)(\(\[|\{\{|\[\(|\[\[|\[/|\[)"((?:[\w ,/+=@.:<>-]|#\d+;)*)"'
    r"(\]\)|\}\}|\)\]|\]\]|/\]|\])(:::details)?$"
)
SUBGRAPH = re.compile(r'^ *subgraph (\w+)\["(?:[\w ,/+=@.:-]|#\d+;)+"\]$')
ARROW = re.compile(r'^ *(\w+) (?:-->|==>|-\.->)\|"(?:[\w ,/+=@.:-]|#\d+;)+"\| (\w+)$')
STYLE = re.compile(r"^  class(Def)? [\w,]+ [\w#:,; -]+$")


def sound(text: str) -> list[str]:
    """The lines of a flowchart of which every one is understood, and every id is declared once."""
    first, *lines = text.splitlines()
    assert first == "flowchart LR"
    ids: list[str] = []
    depth = 0
    for line in lines:
        if line.strip() == "end":
            depth -= 1
        elif found := SUBGRAPH.match(line):
            depth += 1
            ids.append(found[1])
        elif found := NODE.match(line):
            ids.append(found[1])
        elif found := ARROW.match(line):
            assert {found[1], found[2]} <= set(ids)
        else:
            assert STYLE.match(line), line
    assert depth == 0
    assert len(ids) == len(set(ids))
    return lines


def shop(*regions: str, tenants: int = 2) -> Environment:
    documents = model.vector_bucket(
        *(model.index(f"tenant-{n:03}", dimension=1024) for n in range(tenants)),
        encryption=Encryption("aws:kms", create_key=True),
    )
    return model.environment(
        *(model.region(documents, name=name) for name in regions or ("eu-west-1",)),
        access=(
            model.access("search", role=Role("search-role", ("lambda.amazonaws.com",))),
            model.access("ingest", permissions="write", grants=(Grant("documents", ("tenant-001",)),)),
        ),
    )


def test_who_may_do_what_with_what() -> None:
    lines = sound(render(drawing(shop())))
    assert '  a0(["role search-role<br/>assumed by lambda.amazonaws.com"])' in lines
    assert '  a1{{"policy ingest"}}' in lines
    assert '    subgraph r0b0["vector bucket documents"]' in lines
    assert '      r0b0d["documents<br/>a KMS key of its own"]:::details' in lines
    assert '      r0b0i1[("tenant-001<br/>1024 #215; cosine")]' in lines
    assert '  a0 -->|"reads"| r0b0' in lines
    assert '  a1 -->|"writes"| r0b0i1' in lines


def test_regions_that_are_alike_are_drawn_once() -> None:
    assert [frame.regions for frame in drawing(shop("eu-west-1", "us-east-1")).frames] == [
        ("eu-west-1", "us-east-1")
    ]
    other = shop("eu-west-1", "us-east-1")
    away = replace(other.regions[1], vector_buckets=())
    assert [frame.regions for frame in drawing(replace(other, regions=(other.regions[0], away))).frames] == [
        ("eu-west-1",)
    ]


def test_fifty_indexes_are_drawn_by_kind() -> None:
    whole = drawing(shop("eu-west-1", "us-east-1", tenants=50))
    boxes = whole.frames[0].buckets[0].boxes
    assert [(box.title, box.count) for box in boxes] == [
        ("49 indexes: tenant-000, tenant-002, …", 49),
        ("tenant-001", 1),  # what is granted on it is its own
    ]
    assert len(sound(render(whole))) < 20


def test_five_thousand_indexes_are_refused_with_what_to_do() -> None:
    with pytest.raises(UserError, match=r"prod has 5,000 indexes to draw.*explain prod vector_buckets\.KEY"):
        drawing(shop(tenants=5000))


def test_many_buckets_are_refused_and_one_of_them_is_drawn() -> None:
    buckets = [model.vector_bucket(model.index(), key=f"b{n}") for n in range(100)]
    environment = model.environment(model.region(*buckets))
    with pytest.raises(UserError, match="200 boxes"):
        drawing(environment)
    assert [bucket.title for bucket in drawing(environment, "b7").frames[0].buckets] == ["b7"]


def test_what_others_may_by_the_bucket_policy() -> None:
    statement = PolicyStatement(
        "Deny",
        ("s3vectors:PutVectors", "s3vectors:DeleteVectors", "s3vectors:GetVectors"),
        {"AWS": ("arn:aws:iam::210987654321:role/a", "b", "c")},
        indexes=("pages", "unknown"),
        conditions={"Bool": {"aws:SecureTransport": ("false",)}},
    )
    bucket = model.vector_bucket(model.index(), policy_statements=(statement,))
    lines = sound(render(drawing(model.environment(model.region(bucket)))))
    assert '  a0{{"principal arn:aws:iam::210987654321:role/a, b and 1 more"}}' in lines
    assert '  a0 -->|"may not PutVectors, DeleteVectors and 1 more, under conditions"| r0b0i0' in lines


def test_a_role_of_the_file_in_a_bucket_policy_is_the_entry_itself() -> None:
    lines = sound(render(drawing(load("dev", CASES / "environments" / "valid" / "who-may"))))
    assert '  a1(["role search-worker-dev<br/>assumed by ecs-tasks.amazonaws.com"])' in lines
    assert '  a1 -->|"may QueryVectors, GetVectors"| r0b0' in lines
    assert not any("principal arn:aws:iam::123456789012:role/search" in line for line in lines)


def test_knowledge_bases_and_the_indexes_that_they_fill() -> None:
    environment = load("prod", CASES / "stacks" / "knowledge-bases")
    whole = drawing(environment)
    assert {(figure.actor.name, figure.actor.details) for figure in whole.figures} == {
        (
            "support-handbook",
            (
                "embeds with amazon.titan-embed-text-v2:0",
                "documents of support-manuals-{region}, partner-manuals and 2 more",
            ),
        ),
        ("support-images-prod", ("embeds with global.cohere.embed-v4:0",)),
        (
            "support-archive-prod",
            (
                "embeds with amazon.titan-embed-text-v2:0",
                "documents of support-archive",
                "its index is elsewhere",
            ),
        ),
    }
    titles = {box.id: box.title for frame in whole.frames for bucket in frame.buckets for box in bucket.boxes}
    names = {figure.id: figure.actor.name for figure in whole.figures}
    assert {(names[arrow.start], titles[arrow.end], arrow.what) for arrow in whole.arrows} == {
        ("support-handbook", "pages", "embeds and searches"),
        ("support-images-prod", "images", "embeds and searches"),
    }
    sound(render(whole))
    other = replace(environment.regions[0].knowledge_bases[0], embedding_model="cohere.embed-english-v3")
    regions = tuple(
        replace(region, knowledge_bases=(other, *region.knowledge_bases[1:]))
        for region in environment.regions
    )
    change = drawing_of_change(environment, replace(environment, regions=regions))
    assert [(figure.actor.name, figure.state) for figure in change.figures] == [
        ("support-handbook", "changed")
    ]


def test_only_what_changes() -> None:
    before = shop("eu-west-1", "us-east-1", tenants=6)
    documents = before.home.vector_buckets[0]
    first, second, third, *others = documents.indexes
    after_bucket = replace(
        documents,
        indexes=(
            replace(first, dimension=768),
            replace(second, retirement=Retirement("old")),
            *others,
            model.index("added"),
        ),
    )
    regions = tuple(replace(region, vector_buckets=(after_bucket,)) for region in before.regions)
    search, ingest = before.access
    after = replace(before, regions=regions, access=(replace(search, permissions="admin"), ingest))
    change = drawing_of_change(before, after)
    assert [(box.title, box.state) for box in change.frames[0].buckets[0].boxes] == [
        ("tenant-000", "changed"),
        ("tenant-001", "changed"),
        ("tenant-002", "gone"),
        ("added", "new"),
    ]
    assert [(arrow.what, arrow.state) for arrow in change.arrows] == [
        ("administers", "new"),
        ("reads", "gone"),
    ]
    assert [figure.actor.name for figure in change.figures] == ["search-role"]
    lines = sound(render(change))
    assert '      r0b0i2[("gone: tenant-002<br/>1024 #215; cosine")]' in lines
    assert '  a0 -.->|"gone: reads"| r0b0' in lines
    assert third.key == "tenant-002"


def test_a_change_of_what_no_box_shows_is_a_change() -> None:
    before = shop()
    bucket = before.home.vector_buckets[0]
    for changed in (
        replace(bucket, tags={"Team": "search"}),
        replace(bucket, policy_statements=(PolicyStatement("Deny", ("s3vectors:PutVectors",), "*"),)),
    ):
        after = replace(before, regions=(model.region(changed),))
        assert drawing_of_change(before, after).frames[0].buckets[0].state == "changed"
    search, ingest = before.access
    trusted = Role("search-role", ("lambda.amazonaws.com", "ec2.amazonaws.com", "ecs.amazonaws.com"))
    first = replace(before, access=(replace(search, role=trusted), ingest))
    more = replace(trusted, trusted_services=(*trusted.trusted_services, "glue.amazonaws.com"))
    second = replace(before, access=(replace(search, role=more), ingest))
    assert [figure.state for figure in drawing_of_change(first, second).figures] == ["changed"]


def test_no_change_and_no_environment() -> None:
    nothing = ['  nothing["nothing in this picture changes"]']
    assert sound(render(drawing_of_change(shop(), shop()))) == nothing
    assert {bucket.state for frame in drawing_of_change(None, shop()).frames for bucket in frame.buckets} == {
        "new"
    }


@given(st.text(min_size=1), st.text(min_size=1))
def test_no_name_is_markup(name: str, detail: str) -> None:
    box = Box("r0b0i0", name, (detail,), 1, "new")
    bucket = Bucket("r0b0", name, (detail,), (box,), "gone")
    figure = Figure("a0", Actor("role", name, (detail,)), "changed")
    sound(render(Drawing("prod", (Frame("r0", (name,), (bucket,)),), (figure,), ())))
