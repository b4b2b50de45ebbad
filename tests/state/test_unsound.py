"""States that nothing should be deployed from, as they are found on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.language.projects import loaded
from vectorform.errors import UserError
from vectorform.state.checks import check, refuse_foreign
from vectorform.state.content import read
from vectorform.state.local import refuse_leftovers
from vectorform.state.own import encrypted
from vectorform.state.unsound import refuse_errored, refuse_unsound

ARN = "arn:aws:s3vectors:ap-southeast-2:%s:bucket/main"


def state(account: str = "123456789012") -> str:
    attributes = {"vector_bucket_arn": ARN % account}
    bucket = {"mode": "managed", "instances": [{"attributes": attributes}, {"attributes": {"id": "x"}}]}
    return json.dumps({"version": 4, "lineage": "a", "resources": [bucket]})


# OpenTofu 1.12 with `state { method = method.aes_gcm.m }`; no secret: a few bytes of noise.
ENCRYPTED = json.dumps(
    {
        "serial": 1,
        "lineage": "866755b2-47af-ae02-00ce-a5766e1e35c7",
        "meta": {"key_provider.pbkdf2.k": "e30="},
        "encrypted_data": "rJK/",
        "encryption_version": "v0",
    }
)
LOCAL = json.dumps({"terraform": {"backend": {"local": {"path": "../../../terraform.dev.tfstate"}}}})
EMPTY = json.dumps({"version": 4, "lineage": "a", "resources": []})


def unpulled(_stack: str) -> None:
    """`state pull` cannot be run here."""


DAMAGED = "terraform.dev.tfstate is damaged"
SOUND = {
    "none": {},
    "whole": {"terraform.dev.tfstate": state()},
    "of a deploy that was never approved": {"terraform.dev.tfstate": ""},
    "the same, and an empty copy": {"terraform.dev.tfstate": "\n", "terraform.dev.tfstate.backup": ""},
    "encrypted": {"terraform.dev.tfstate": ENCRYPTED},
    "of a region that was destroyed": {"terraform.dev-us-east-1.tfstate": EMPTY},
    "of a region that was never approved": {"terraform.dev-us-east-1.tfstate": ""},
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
    "emptied": (
        {"terraform.dev.tfstate": "", "terraform.dev.tfstate.backup": state()},
        [DAMAGED, "`cp terraform.dev.tfstate.backup terraform.dev.tfstate`; ", "`vectorform adopt dev`"],
    ),
    "cut off, and nothing from before": (
        {"terraform.dev.tfstate": "{"},
        [DAMAGED, "`mv terraform.dev.tfstate terraform.dev.tfstate.damaged`; ", "`vectorform adopt dev`"],
    ),
    "zeros, as after a power failure": ({"terraform.dev.tfstate": "\0" * 80}, [DAMAGED]),
    "without what every state has": ({"terraform.dev.tfstate": '{"lineage": "a"}'}, [DAMAGED]),
    "something else": ({"terraform.dev.tfstate": "[]"}, [DAMAGED]),
    "of another account": (
        {"terraform.dev.tfstate": state("999999999999")},
        ["belongs to account 999999999999, but config/dev.yaml:1 names 123456789012"],
    ),
    "left to be pushed": (
        {"cdktf.out/stacks/dev/errored.tfstate": state()},
        ["could not save its state", "`terraform -chdir=cdktf.out/stacks/dev state push errored.tfstate`"],
    ),
    "left by OpenTofu, encrypted": (
        {"cdktf.out/stacks/dev/errored.tfstate": ENCRYPTED, "cdktf.out/stacks/dev/cdk.tf.json": LOCAL},
        ["`mv cdktf.out/stacks/dev/errored.tfstate terraform.dev.tfstate`: it is encrypted"],
    ),
    "left by OpenTofu, encrypted, with its state elsewhere": (
        {"cdktf.out/stacks/dev/errored.tfstate": ENCRYPTED},
        ["`rm cdktf.out/stacks/dev/errored.tfstate`, then import what was created: `vectorform adopt dev`"],
    ),
    "left and cut off": (
        {"cdktf.out/stacks/dev/errored.tfstate": ""},
        ["it is truncated: `rm cdktf.out/stacks/dev/errored.tfstate`, then `vectorform adopt dev`"],
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
    dev = loaded(tmp_path)
    refuse_unsound(dev, tmp_path)
    refuse_leftovers(dev, tmp_path)
    refuse_errored(tmp_path / "cdktf.out")


@pytest.mark.parametrize("case", UNSOUND)
def test_unsound(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files, told = UNSOUND[case]
    put(tmp_path, files)
    dev = loaded(tmp_path)
    with pytest.raises(UserError) as refused:
        refuse_unsound(dev, tmp_path)
        refuse_errored(tmp_path / "cdktf.out")
    assert refused.value.exit_code == 1
    for text in told:
        assert text in str(refused.value)
    wrong = [one for one in check(dev, tmp_path / "cdktf.out", unpulled) if one.outcome == "wrong"]
    assert [f"{one.what}\n  {one.fix}" for one in wrong] == [str(refused.value)]


@pytest.mark.parametrize(
    ("files", "held"),
    [
        ({"": state()}, "2 resources"),
        ({"": ENCRYPTED}, "encrypted, so its content is unknown"),
        ({"": state()[:-3]}, "cannot be read"),
        ({"": "", ".backup": state()}, "cannot be read"),
        ({"": "[]"}, "cannot be read"),
        ({"": '{"version": 3, "lineage": "a", "modules": []}'}, "cannot be read"),
    ],
)
def test_a_removed_region_is_refused_unless_it_holds_nothing_for_sure(
    files: dict[str, str], held: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "terraform.dev-us-east-1.tfstate"
    put(tmp_path, {f"{name}{end}": text for end, text in files.items()})
    with pytest.raises(UserError, match="has no us-east-1") as refused:
        refuse_leftovers(loaded(tmp_path), tmp_path)
    assert f"{name} still holds" in str(refused.value) and held in str(refused.value)
    assert (f"`rm {name}`" in str(refused.value)) == (held != "2 resources")


def test_in_a_rehearsal_the_paths_are_those_of_the_rehearsal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(
        tmp_path,
        {
            ".rehearsal/terraform.dev.tfstate": "{",
            ".rehearsal/terraform.dev-us-east-1.tfstate": ENCRYPTED,
            ".rehearsal/cdktf.out/stacks/dev/errored.tfstate": state(),
        },
    )
    outdir = tmp_path / ".rehearsal" / "cdktf.out"
    texts = [f"{found.what} {found.fix}" for found in check(loaded(tmp_path), outdir, unpulled)]
    assert "`mv .rehearsal/terraform.dev.tfstate .rehearsal/terraform.dev.tfstate.damaged`" in texts[0]
    assert "`terraform -chdir=.rehearsal/cdktf.out/stacks/dev state push errored.tfstate`" in texts[1]
    assert "`tofu state list -state=.rehearsal/terraform.dev-us-east-1.tfstate`" in texts[-1]


def test_an_encrypted_state_is_counted_and_compared_once_it_can_be_pulled(tmp_path: Path) -> None:
    put(tmp_path, {"terraform.dev.tfstate": ENCRYPTED})
    dev = loaded(tmp_path)

    def told(pulled: bytes | None) -> tuple[str, str]:
        found = list(encrypted(dev, tmp_path, lambda stack: pulled if stack == "dev" else None))
        return found[0].outcome, "\n".join(check.what for check in found)

    assert told(None)[0] == told(ENCRYPTED.encode())[0] == "unknown"
    outcome, what = told(state().encode())
    assert outcome == "fine" and "state of 2 resources" in what and "encrypted by OpenTofu" in what
    assert "to account 999999999999" in told(state("999999999999").encode())[1]
    with pytest.raises(UserError, match="its content is unknown") as error:
        refuse_foreign(dev, tmp_path, unpulled)
    assert error.value.exit_code == 2
    with pytest.raises(UserError, match="to account 999999999999") as error:
        refuse_foreign(dev, tmp_path, lambda _: state("999999999999").encode())
    assert error.value.exit_code == 1
    refuse_foreign(dev, tmp_path, lambda _: state().encode())


def test_a_state_that_is_cut_off_anywhere_is_never_read() -> None:
    for whole in (state(), ENCRYPTED, EMPTY):
        for end in range(1, len(whole)):
            assert read(whole[:end].encode()).kind == "damaged"


def test_a_state_elsewhere_is_not_looked_for_here(tmp_path: Path) -> None:
    put(tmp_path, {"terraform.dev.tfstate": "{"})
    backend = "backend: {type: s3, bucket: example-state, region: eu-west-1}\n"
    from tests.language.projects import SOUND as TEXT

    refuse_unsound(loaded(tmp_path, TEXT + backend), tmp_path)
    put(tmp_path, {"cdktf.out/stacks/gone/errored.tfstate": state()})
    with pytest.raises(UserError, match="state push"):  # a synth would have its folder removed
        refuse_errored(tmp_path / "cdktf.out")
