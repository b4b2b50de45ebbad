"""States that nothing should be deployed from, as they are found on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.language.projects import loaded
from vectorform.errors import UserError
from vectorform.state.checks import check
from vectorform.state.unsound import refuse_errored, refuse_unsound

ARN = "arn:aws:s3vectors:ap-southeast-2:%s:bucket/main"


def state(account: str = "123456789012") -> str:
    attributes = {"vector_bucket_arn": ARN % account}
    bucket = {"mode": "managed", "instances": [{"attributes": attributes}, {"attributes": {"id": "x"}}]}
    return json.dumps({"version": 4, "lineage": "a", "resources": [bucket]})


DAMAGED = "terraform.dev.tfstate is damaged"
SOUND = {
    "none": {},
    "whole": {"terraform.dev.tfstate": state()},
    "of another environment": {"terraform.other.tfstate": "{"},
    "a damaged copy beside a whole one": {
        "terraform.dev.tfstate": state(),
        "terraform.dev.tfstate.backup": "{",
    },
}
# Files -> what is said of them.
UNSOUND: dict[str, tuple[dict[str, str], list[str]]] = {
    "cut off": (
        {"terraform.dev.tfstate": state()[:-3], "terraform.dev.tfstate.backup": state()},
        [DAMAGED, "`cp terraform.dev.tfstate.backup terraform.dev.tfstate`; ", "`vectorform adopt dev`"],
    ),
    "emptied, and nothing from before": (
        {"terraform.dev.tfstate": ""},
        [DAMAGED, "`mv terraform.dev.tfstate terraform.dev.tfstate.damaged`; ", "`vectorform adopt dev`"],
    ),
    "something else": ({"terraform.dev.tfstate": "[]"}, [DAMAGED]),
    "of another account": (
        {"terraform.dev.tfstate": state("999999999999")},
        ["of account 999999999999, config/dev.yaml:1 says 123456789012"],
    ),
    "left to be pushed": (
        {"cdktf.out/stacks/dev/errored.tfstate": state()},
        ["could not save its state", "`terraform -chdir=cdktf.out/stacks/dev state push errored.tfstate`"],
    ),
    "left and cut off": (
        {"cdktf.out/stacks/dev/errored.tfstate": ""},
        ["it is cut off: `rm cdktf.out/stacks/dev/errored.tfstate`, then `vectorform adopt dev`"],
    ),
}


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize("case", SOUND)
def test_sound(case: str, tmp_path: Path) -> None:
    put(tmp_path, SOUND[case])
    refuse_unsound(loaded(tmp_path), tmp_path)
    refuse_errored(tmp_path / "cdktf.out")


@pytest.mark.parametrize("case", UNSOUND)
def test_unsound(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CDKTF_OUTDIR", raising=False)
    files, told = UNSOUND[case]
    put(tmp_path, files)
    dev = loaded(tmp_path)
    with pytest.raises(UserError) as refused:
        refuse_unsound(dev, tmp_path)
        refuse_errored(tmp_path / "cdktf.out")
    assert refused.value.exit_code == 1
    for text in told:
        assert text in str(refused.value)
    wrong = [one for one in check(dev, tmp_path) if one.outcome == "wrong"]
    assert [f"{one.what}\n  {one.fix}" for one in wrong] == [str(refused.value)]


def test_a_state_elsewhere_is_not_looked_for_here(tmp_path: Path) -> None:
    put(tmp_path, {"terraform.dev.tfstate": "{"})
    backend = "backend: {type: s3, bucket: example-state, region: eu-west-1}\n"
    from tests.language.projects import SOUND as TEXT

    refuse_unsound(loaded(tmp_path, TEXT + backend), tmp_path)
    put(tmp_path, {"cdktf.out/stacks/gone/errored.tfstate": state()})
    with pytest.raises(UserError, match="state push"):  # a synth would have its folder removed
        refuse_errored(tmp_path / "cdktf.out")
