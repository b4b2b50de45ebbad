import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorform.rehearsal.provider import policy


def document(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (document(Action="s3:Get"), document(Action=["s3:Get"])),
        (document(Action=["a", "b"]), document(Action=["b", "a"])),
        (
            document(Principal={"AWS": "123456789012"}),
            document(Principal={"AWS": ["arn:aws:iam::123456789012:root"]}),
        ),
        ('{"Statement": {"Effect": "allow"}}', '{"Statement": [{"Effect": "Allow"}]}'),
        ("", " {} "),
        (
            document(Condition={"StringEquals": {"aws:x": "1"}}),
            document(Condition={"StringEquals": {"aws:x": ["1"]}}),
        ),
        (
            document(Condition={"Bool": {"aws:SecureTransport": False}}),
            document(Condition={"Bool": {"aws:SecureTransport": ["false"]}}),
        ),
        (
            document(Condition={"NumericLessThan": {"aws:MultiFactorAuthAge": 3600}}),
            document(Condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}),
        ),
        (
            document(Condition={"NumericEquals": {"aws:x": [1.50, "2", True]}}),
            document(Condition={"NumericEquals": {"aws:x": ["true", "2", "1.5"]}}),
        ),
        (
            '{"version": "1", "STATEMENT": {"effect": "Allow", "aCtion": "a"}}',
            '{"Version": "1", "Statement": [{"Effect": "Allow", "Action": ["a"]}]}',
        ),
        ('{"Version": "2012-10-17"}', '{"version": "2012-10-17", "Statement": []}'),
    ],
)
def test_documents_with_one_meaning_are_equivalent(left: str, right: str) -> None:
    assert policy.equivalent(left, right)
    assert policy.equivalent(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (document(Action="s3:Get"), document(Action="s3:Put")),
        (document(Action=["a"]), document(Action=["a", "a"])),
        (document(Action="a"), document(NotAction="a")),
        (document(Sid="one"), document(Sid="two")),
        (
            document(Principal={"AWS": "123456789012"}),
            document(Principal={"AWS": "arn:aws:iam::210987654321:root"}),
        ),
        (
            document(Condition={"StringEquals": {"aws:x": "1"}}),
            document(Condition={"StringLike": {"aws:x": "1"}}),
        ),
        ("not json", document()),
        ("[]", document()),
        ('{"Version": "2012-10-17"}', document()),
        (document(Condition={"Bool": {"aws:x": True}}), document(Condition={"Bool": {"aws:x": "false"}})),
        (document(Condition={"Bool": {"aws:x": {}}}), document(Condition={"Bool": {"aws:x": []}})),
        (document(Condition={"Bool": {"aws:x": "1"}}), document(Condition={"Bool": {"AWS:X": "1"}})),
        (document(Action=None, Resource=[{}]), document(Resource=[{}], Action=None)),
        ('{"Statement": ["text"]}', '{"Statement": [ "text"]}'),
    ],
)
def test_documents_of_different_meaning_are_not(left: str, right: str) -> None:
    assert not policy.equivalent(left, right)


names = st.text(st.characters(codec="utf-8"), max_size=8)
statements = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]), "Action": st.lists(names, max_size=3)},
    optional={"Sid": names, "Resource": st.lists(names, min_size=1, max_size=3)},
)


@given(st.lists(statements, max_size=4), st.randoms())
def test_neither_order_nor_spacing_matters(entries: list[dict[str, object]], random: object) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": entries})
    shuffled = [dict(reversed(json.loads(json.dumps(entry)).items())) for entry in entries]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for entry in shuffled:
        random.shuffle(entry["Action"])  # type: ignore[attr-defined]
    other = json.dumps({"Statement": shuffled, "Version": "2012-10-17"}, indent=2)
    assert policy.equivalent(text, other)
    assert policy.equivalent(text, policy.normalize(other))


def test_normal_form_is_compact_sorted_and_escaped() -> None:
    assert policy.normalize('{"b": "<&>", "a": ["é", 1]}') == '{"a":["é",1],"b":"\\u003c\\u0026\\u003e"}'


def test_known_text_is_kept_while_the_meaning_is_the_same() -> None:
    spaced = '{ "Statement": [] }'
    assert policy.keep_if_equivalent(spaced, '{"Statement":[]}') == spaced
    assert policy.keep_if_equivalent(spaced, '{"Statement":[{"Sid":"x"}]}') == '{"Statement":[{"Sid":"x"}]}'
    assert policy.keep_if_equivalent(None, "new") == "new"
