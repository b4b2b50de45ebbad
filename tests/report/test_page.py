"""The page of `vectorform report`: whole, self-contained, escaped, and what it says."""

from __future__ import annotations

import itertools
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests import model
from tests.cli.terminal import run
from tests.language.projects import SOUND, project
from tests.paths import CASES
from vectorform.cost.costs import costs
from vectorform.cost.prices import prices
from vectorform.desired.model import Environment, Expected, Grant, PolicyStatement, Role
from vectorform.errors import UserError
from vectorform.language.explain import Line
from vectorform.language.loader import load
from vectorform.picture.draw import drawing
from vectorform.picture.layout import layout
from vectorform.report.access import sentences
from vectorform.report.page import content, render
from vectorform.report.verification import Verification, read

VOID = {"meta", "link", "br"}
HOSTILE = "<script>alert(1)</script>\"'&`x`"


class Reader(HTMLParser):
    """Collects the elements and the text, and fails where elements do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self, name: str) -> list[str | None]:
        return [found[name] for _, found in self.elements if name in found]


def environment(indexes: int = 2, **values: Any) -> Environment:
    bucket = model.vector_bucket(
        *(model.index(f"i{n}", expected=Expected(vectors=1000 * n)) for n in range(indexes)),
        policy_statements=(
            PolicyStatement("Allow", ("s3vectors:GetVectors",), {"AWS": (HOSTILE,)}, indexes=("i0",)),
        ),
    )
    return model.environment(
        model.region(bucket, name="us-east-1"),
        model.region(bucket, name="eu-west-1"),
        access=(model.access("search", role=Role("search-role", ("lambda.amazonaws.com",))),),
        **values,
    )


def page(whole: Environment, verification: Verification | None = None) -> str:
    lines = [Line(f"project: {HOSTILE}", "config/prod.yaml:1")]
    return render(content(whole, lines, costs(whole, prices()), prices(), verification))


def test_it_nests_and_loads_nothing() -> None:
    found = Reader(page(environment()))
    tags = [tag for tag, _ in found.elements]
    assert "script" not in tags and "img" not in tags and "link" not in tags
    assert all(link and link.startswith("#") for link in found.attributes("href"))
    assert found.attributes("src") == []
    ids = found.attributes("id")
    assert len(ids) == len(set(ids))
    assert {str(link).removeprefix("#") for link in found.attributes("href")} <= set(ids)
    for landmark in ("header", "nav", "main"):
        assert tags.count(landmark) == 1
    assert [found for tag, found in found.elements if tag == "html"] == [{"lang": "en"}]


def test_nothing_is_markup() -> None:
    found = Reader(page(environment()))
    assert f"project: {HOSTILE}" in found.text
    assert f"{HOSTILE} may s3vectors:GetVectors" in found.text.replace("\n", " ")


def test_what_it_says() -> None:
    text = " ".join(Reader(page(environment())).text.split())
    assert (
        "The role search-role, assumed by lambda.amazonaws.com may query, read and list the vectors" in text
    )
    assert "Nobody may delete documents or any index of theirs that is not retired." in text
    assert "The prices of eu-west-1 are not known" in text
    assert "None was given." in text


def test_five_thousand_indexes_have_no_picture_and_a_reason() -> None:
    text = " ".join(Reader(page(environment(2500))).text.split())
    assert "prod has 5,000 indexes to draw, too many for one picture" in text


def test_who_may_do_what_in_a_region_only() -> None:
    statement = PolicyStatement(
        "Deny", ("s3vectors:*",), "*", conditions={"Bool": {"aws:SecureTransport": ("false",)}}
    )
    bucket = model.vector_bucket(policy_statements=(statement,), deletion_protection=False)
    whole = model.environment(
        model.region(bucket, name="us-east-1"),
        "eu-west-1",
        access=(model.access(permissions="write", grants=(Grant("documents", ("pages",)),)),),
        protection_lifted_by=("arn:aws:iam::123456789012:role/lift",),
    )
    assert [f"{sentence.who} {sentence.what}" for sentence in sentences(whole)] == [
        "Any principal with the policy reader may put and delete vectors of the vector bucket documents, "
        "only pages",
        "Everybody may not s3vectors:* on the vector bucket documents, where aws:SecureTransport Bool false"
        " (in us-east-1)",
        "Any principal that IAM allows may delete documents and all of their indexes",
        "Nobody may change the policy of a vector bucket, but arn:aws:iam::123456789012:role/lift",
    ]


def test_roles_their_statements_and_what_bucket_policies_allow_them() -> None:
    environment = load("dev", CASES / "environments" / "valid" / "who-may")
    said = [f"{sentence.who} {sentence.what}" for sentence in sentences(environment)]
    regions = "arn:aws:bedrock:eu-west-1::foundation-model/*, arn:aws:bedrock:us-east-1::foundation-model/*"
    assert "repo:example/search:environment:dev of token.actions.githubusercontent.com" in said[0]
    assert "pods of search/api in the cluster main" in said[0]
    assert said[0].endswith("only indexes whose names start with tenant-${aws:PrincipalTag/TenantID}-")
    assert said[1].startswith(f"The role search-app-dev may bedrock:InvokeModel on {regions}, where ")
    assert "The role search-worker-dev may assume search-app-dev" in said
    assert (
        "123456789012, the role search-app-dev, the role search-worker-dev may s3vectors:QueryVectors, "
        "s3vectors:GetVectors on the vector bucket documents" in said
    )


def test_roles_of_knowledge_bases() -> None:
    environment = load("prod", CASES / "stacks" / "knowledge-bases")
    shown = [f"{sentence.who} {sentence.what}" for sentence in sentences(environment)]
    assert (
        "The role support-archive-kb-prod, assumed by Amazon Bedrock may, for the knowledge base archive, "
        "put, query, read and delete the vectors of "
        "arn:aws:s3vectors:us-east-1:123456789012:bucket/archive/index/pages, "
        "and read the documents and call amazon.titan-embed-text-v2:0"
    ) in shown
    assert not [sentence for sentence in shown if "nobody may assume" in sentence or "no vectors" in sentence]


def test_nothing_of_the_picture_overlaps_or_leaves_it() -> None:
    drawn = layout(drawing(environment(50)))
    for box in drawn.rectangles:
        assert box.x >= 0 and box.x + box.width <= drawn.width
        assert box.y >= 0 and box.y + box.height <= drawn.height
    for role in ("index", "actor", "bucket", "frame"):
        rows = sorted((box.y, box.y + box.height) for box in drawn.rectangles if box.role == role)
        assert all(above[1] <= below[0] for above, below in itertools.pairwise(rows)), role
    assert {text.text for text in drawn.texts if text.role == "arrow"} == {"reads", "may GetVectors"}


@pytest.mark.parametrize(("indexes", "columns"), [(0, 0), (1, 1), (2, 2), (8, 3)])
def test_without_actors_the_indexes_have_the_width(indexes: int, columns: int) -> None:
    bucket = model.vector_bucket(*(model.index(f"i{n}", dimension=n + 1) for n in range(indexes)))
    drawn = layout(drawing(model.environment(model.region(bucket))))
    boxes = [box for box in drawn.rectangles if box.role == "index"]
    assert len({box.x for box in boxes}) == columns and not drawn.curves
    assert min(box.x for box in drawn.rectangles) == drawn.width - max(
        box.x + box.width for box in drawn.rectangles
    )
    for one, other in itertools.combinations(boxes, 2):
        beside = one.x + one.width < other.x or other.x + other.width < one.x
        assert beside or one.y + one.height < other.y or other.y + other.height < one.y


def test_an_environment_without_buckets_has_nothing_to_draw() -> None:
    shown = page(model.environment("eu-west-1"))
    assert "so there is nothing to draw" in Reader(shown).text and '<svg class="picture' not in shown


REPORT = {
    "environment": "prod",
    "time": "2026-11-26T03:00:12+00:00",
    "exit_code": 1,
    "findings": [
        {
            "kind": "different",
            "resource_type": "index",
            "address": f"documents/{HOSTILE}",
            "region": "eu-west-1",
            "attribute": "tags",
            "expected": {"Team": "search"},
            "actual": None,
            "fix": "run `cdktf deploy prod`",
        }
    ],
}


def test_the_last_verification(tmp_path: Path) -> None:
    file = tmp_path / "verification.json"
    file.write_text(json.dumps(REPORT))
    shown = page(environment(), read(file, "prod"))
    text = Reader(shown).text
    assert "AWS differs from the configuration" in text and "26 November 2026, 03:00 UTC" in text
    assert f"index documents/{HOSTILE}: tags" in text
    assert "run <code>cdktf deploy prod</code>" in shown
    with pytest.raises(UserError, match="is a verification of prod, not of dev"):
        read(file, "dev")
    for wrong in ("{", "[]", '{"environment": "prod", "exit_code": 7}'):
        file.write_text(wrong)
        with pytest.raises(UserError, match="is not the JSON of a verification: write it with"):
            read(file, "prod")


def test_the_command(tmp_path: Path) -> None:
    root = project(tmp_path, dev=SOUND)
    done = run(root, "report", "dev", "--html", "page.html")
    assert (done.returncode, done.stdout) == (0, "")
    text = Reader((root / "page.html").read_text(encoding="utf-8")).text
    assert "config/dev.yaml:8" in text and "episodes" in text
    nowhere = run(root, "report", "dev", "--html", "no/page.html")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "no/page.html: cannot be written: No such file or directory" in nowhere.stderr
