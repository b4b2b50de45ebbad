"""The token that Terraform would take: where it is looked for, in which order, and what is never shown."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorform.secrets import without_secrets
from vectorform.state.cloud import hosts
from vectorform.state.cloud.credentials import BadCredentials, Credentials, find
from vectorform.state.cloud.hcl import NotHcl, parse

HOST = "tfe.example.com"


def block(host: str, token: str) -> str:
    return f'credentials "{host}" {{\n  token = "{token}"\n}}\n'


@pytest.mark.parametrize(
    ("host", "name"),
    [
        (HOST, "TF_TOKEN_tfe_example_com"),
        ("TFE.example.com", "TF_TOKEN_tfe_example_com"),
        (HOST, "TF_TOKEN_TFE_Example_COM"),
        (f"{HOST}:443", "TF_TOKEN_tfe_example_com"),
        ("my-tfe.example.com", "TF_TOKEN_my__tfe_example_com"),
        ("my-tfe.example.com", "TF_TOKEN_my-tfe.example.com"),
        ("localhost:8443", "TF_TOKEN_localhost:8443"),
        ("café.fr", "TF_TOKEN_xn____caf__dma_fr"),
        ("café.fr", "TF_TOKEN_xn--caf-dma.fr"),
        ("CAFÉ.fr", "TF_TOKEN_café_fr"),
    ],
)
def test_the_variable_of_a_host(tmp_path: Path, host: str, name: str) -> None:
    found = find(host, {"HOME": str(tmp_path), name: "t1"})
    assert (found.token, found.origin) == ("t1", name)


@given(st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?(\.[a-z][a-z0-9]{0,5}){0,3}", fullmatch=True))
def test_the_variable_that_is_named_to_people_is_read(host: str) -> None:
    assert find(host, {"HOME": "/nonexistent", hosts.variable(host): "t"}).token == "t"


def test_the_variable_goes_before_every_file(tmp_path: Path) -> None:
    (tmp_path / ".terraformrc").write_text(block(HOST, "of-the-file"), encoding="utf-8")
    environ = {"HOME": str(tmp_path), "TF_TOKEN_tfe_example_com": "of-the-variable"}
    assert find(HOST, environ).token == "of-the-variable"
    assert find(HOST, {"HOME": str(tmp_path)}).token == "of-the-file"
    # As with Terraform, a variable that is set and empty is no token, and no file is asked.
    assert find(HOST, {**environ, "TF_TOKEN_tfe_example_com": ""}).token is None


def test_a_file_that_is_named_is_the_only_one(tmp_path: Path) -> None:
    home, named = tmp_path / "home", tmp_path / "ci.tfrc"
    (home / ".terraform.d").mkdir(parents=True)
    stored = {"credentials": {HOST: {"token": "stored"}}}
    (home / ".terraform.d" / "credentials.tfrc.json").write_text(json.dumps(stored), encoding="utf-8")
    (home / ".terraformrc").write_text(block("other.example.com", "x"), encoding="utf-8")
    assert find(HOST, {"HOME": str(home)}).token == "stored"
    named.write_text('plugin_cache_dir = "$HOME/x"\n', encoding="utf-8")
    for variable in ("TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"):
        assert find(HOST, {"HOME": str(home), variable: str(named)}).token is None
    named.write_text(block(HOST, "named"), encoding="utf-8")
    assert find(HOST, {"HOME": str(home), "TF_CLI_CONFIG_FILE": str(named)}).token == "named"
    assert find(HOST, {"HOME": str(home), "TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}).token is None


def test_files_of_the_folder_go_before_the_main_file_and_later_names_before_earlier(tmp_path: Path) -> None:
    folder = tmp_path / ".terraform.d"
    folder.mkdir()
    (tmp_path / ".terraformrc").write_text(block(HOST, "main"), encoding="utf-8")
    (folder / "a.tfrc").write_text(block(HOST.upper(), "a"), encoding="utf-8")
    (folder / "b.tfrc.json").write_text(json.dumps({"credentials": {HOST: {"token": "b"}}}), encoding="utf-8")
    (folder / "c.json").write_text(json.dumps({"credentials": {HOST: {"token": "c"}}}), encoding="utf-8")
    assert find(HOST, {"HOME": str(tmp_path)}).token == "b"


def test_opentofu_has_places_of_its_own(tmp_path: Path) -> None:
    home, xdg = tmp_path / "home", tmp_path / "xdg"
    (xdg / "opentofu").mkdir(parents=True)
    home.mkdir()
    (xdg / "opentofu" / "credentials.tfrc.json").write_text(
        json.dumps({"credentials": {HOST: {"token": "xdg"}}}), encoding="utf-8"
    )
    environ = {"HOME": str(home), "XDG_CONFIG_HOME": str(xdg)}
    assert find(HOST, environ).token is None  # Terraform does not look there
    tofu = {**environ, "TERRAFORM_BINARY_NAME": "/opt/bin/tofu"}
    assert find(HOST, tofu).token == "xdg"
    (home / ".terraformrc").write_text(block(HOST, "legacy"), encoding="utf-8")
    assert find(HOST, tofu).token == "xdg"  # files of the folder are read after it
    (home / ".tofurc").write_text(block(HOST, "own"), encoding="utf-8")
    (xdg / "opentofu" / "credentials.tfrc.json").unlink()
    assert find(HOST, tofu).token == "own"
    (home / ".terraform.d").mkdir()
    assert find(HOST, environ).token == "legacy"


def test_a_credentials_helper(tmp_path: Path) -> None:
    plugins = tmp_path / ".terraform.d" / "plugins"
    plugins.mkdir(parents=True)
    helper = plugins / "terraform-credentials-vault"
    helper.write_text('#!/bin/sh\n[ "$1 $2 $3" = "-x get tfe.example.com" ] && echo \'{"token": "kept"}\'\n')
    helper.chmod(helper.stat().st_mode | stat.S_IXUSR)
    (tmp_path / ".terraformrc").write_text('credentials_helper "vault" {\n  args = ["-x"]\n}\n')
    environ = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    assert find(HOST, environ).token == "kept"
    with pytest.raises(BadCredentials, match="vault gave an invalid answer"):
        find("other.example.com", environ)


def test_services_of_the_configuration(tmp_path: Path) -> None:
    text = f'host "{HOST}" {{\n  services = {{ "tfe.v2" = "https://elsewhere.example.com/api/v2/" }}\n}}\n'
    (tmp_path / ".terraformrc").write_text(text, encoding="utf-8")
    services = find(HOST, {"HOME": str(tmp_path)}).services
    assert services == {"tfe.v2": "https://elsewhere.example.com/api/v2/"}


@pytest.mark.parametrize(
    "token", ["sesame-token\n", "sesame-token\r", "sesame token", "sésame-token", "\x00sesame"]
)
def test_a_token_that_no_header_can_hold_is_refused_unseen(tmp_path: Path, token: str) -> None:
    for origin in ("variable", "file"):
        environ = {"HOME": str(tmp_path)}
        if origin == "variable":
            environ["TF_TOKEN_tfe_example_com"] = token
        else:
            stored = {"credentials": {HOST: {"token": token}}}
            (tmp_path / ".terraformrc").write_text(json.dumps(stored), encoding="utf-8")
        with pytest.raises(BadCredentials) as refused:
            find(HOST, environ)
        assert "sesame" not in str(refused.value)
        assert refused.value.__cause__ is None


def test_a_file_that_cannot_be_read_is_said_so_without_its_content(tmp_path: Path) -> None:
    for text in (block(HOST, "sesame")[:-3], 'credentials "x" { token = sesame ! }', '{"token": "sesame'):
        (tmp_path / ".terraformrc").write_text(text, encoding="utf-8")
        with pytest.raises(BadCredentials) as refused:
            find(HOST, {"HOME": str(tmp_path)})
        assert "sesame" not in str(refused.value)


def test_a_token_is_no_part_of_what_is_printed_of_it() -> None:
    assert "sesame" not in repr(Credentials("sesame", "TF_TOKEN_x"))
    environ = {"TF_TOKEN_x": "sesame-open\nplease", "HOME": "/root", "AWS_SESSION_TOKEN": "session-1\n"}
    shown = without_secrets("Invalid header b'Bearer sesame-open\\nplease' or session-1 in /root", environ)
    assert shown == "Invalid header b'Bearer (hidden)\\n(hidden)' or (hidden) in /root"


def test_the_configuration_language() -> None:
    text = """
    # a comment
    plugin_cache_dir = "$HOME/.cache" // another
    disable_checkpoint = true
    /* and
       one more */
    credentials "a.example.com" { token = "one\\"two" }
    credentials "b.example.com" {
      token = <<EOT
here
EOT
    }
    provider_installation {
      filesystem_mirror { path = "/x" include = ["*/*", "x"] }
      direct { exclude = ["*/*"] }
    }
    """
    found = parse(text)
    assert found["credentials"] == {
        "a.example.com": {"token": 'one"two'},
        "b.example.com": {"token": "here\n"},
    }
    assert found["provider_installation"]["filesystem_mirror"]["include"] == ["*/*", "x"]
    assert parse("") == {}


@given(st.text(alphabet='ab"{}[]=,: \n#/*<E\\', max_size=40))
def test_any_text_is_a_configuration_or_refused(text: str) -> None:
    try:
        parse(text)
    except NotHcl as refused:
        assert str(refused)
