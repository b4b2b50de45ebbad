"""The states of a first deploy: what an HTTP backend sends is what the local backend finds afterwards."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorform.rehearsal.first_states import VARIABLE, behind_an_address, use

STATE = b'{"serial": 1}'
LOCAL = {"backend": {"local": {"path": "../../../terraform.dev.tfstate"}}}


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """A stack whose state is in HCP Terraform."""
    folder = tmp_path / "cdktf.out" / "stacks" / "dev"
    folder.mkdir(parents=True)
    (folder / "cdk.tf.json").write_text(json.dumps({"terraform": {"cloud": {"organization": "example"}}}))
    return folder


@pytest.fixture
def address(stack: Path, tmp_path: Path) -> Iterator[str]:
    with behind_an_address(tmp_path, [stack]) as variables:
        use(variables, stack)
        yield terraform(stack)["backend"]["http"]["address"]


def terraform(stack: Path) -> dict[str, dict[str, dict[str, str]]]:
    document: dict[str, dict[str, dict[str, dict[str, str]]]] = json.loads(
        (stack / "cdk.tf.json").read_text()
    )
    return document["terraform"]


def answer(url: str, body: bytes | None = None) -> bytes | int:
    """The body of an answer, or its status where there is nothing."""
    try:
        with urllib.request.urlopen(url, body) as answered:
            return bytes(answered.read())
    except urllib.error.HTTPError as error:
        return error.code


def test_a_state_is_found_as_it_was_written(address: str, tmp_path: Path) -> None:
    assert answer(address) == 404
    assert answer(address, STATE) == b""
    assert answer(address) == (tmp_path / "terraform.dev.tfstate").read_bytes() == STATE


@pytest.mark.parametrize("other", ["{}/../prod", "{}x", "{}?lock"])
def test_nothing_else_is_there(address: str, other: str, tmp_path: Path) -> None:
    assert answer(other.format(address), STATE) == 404
    assert not list(tmp_path.glob("*tfstate"))


def test_who_does_not_know_the_address_finds_nothing(address: str) -> None:
    answer(address, STATE)
    assert answer(f"http://{address.split('/')[2]}/dev") == 404


def test_afterwards_the_state_is_local_and_terraform_is_initialised_anew(stack: Path, tmp_path: Path) -> None:
    initialised = stack / ".terraform" / "terraform.tfstate"
    initialised.parent.mkdir()
    with behind_an_address(tmp_path, [stack]) as variables:
        use(variables, stack)
        assert variables[VARIABLE].startswith("http://127.0.0.1:")
        initialised.write_text("{}")
    assert terraform(stack) == LOCAL
    assert not initialised.exists()
