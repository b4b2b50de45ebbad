"""What makes the cdktf command line quicker with long plans changes nothing of what it shows."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.paths import ROOT
from vectorform.blocks.bindings import CLI_HOOK

pytestmark = pytest.mark.toolchain

CLI = ROOT / "node_modules/cdktf-cli/bundle/bin"

# Most lines reach the screen by themselves; the command line names the stack once for what arrives together.
_TERRAFORM = """\
#!/bin/sh
case $1 in
  apply) while IFS= read -r line; do printf '%s\\n' "$line"; sleep 0.05; done < "$LINES_SHOWN" ;;
  output) echo '{}' ;;
  version) echo 'Terraform v1.11.4' ;;
esac
"""
_PATHS = {"aws_s3vectors_index.a": "dev/a", "aws_s3vectors_index.ab": "dev/ab", "aws_kms_key.a$b": "dev/c"}
_LINES = (
    "plain",
    "# aws_s3vectors_index.a will be created",
    '\x1b[1maws_s3vectors_index.ab["tenants/one"]: Creating...\x1b[0m',
    "aws_s3vectors_index.abc, aws_s3vectors_index.a-b, aws_kms_key.a$b and aws_kms_key.a$b2",
    "\x1b[32m+\x1b[0m\x1b[0m resource" + " longer than the screen is wide" * 9,
    "+" * 200,
    "Ünïcödé, e\u0301, 日本語のインデックス, 👍🏽 and #️⃣ 1️⃣, " * 4,
    "a\ttab, 100 %, `tics`, ~ and \\",
    'policy = "arn:aws:s3vectors:eu-west-1:123456789012:bucket/a/index/b"',
)


def test_every_rule_finds_its_text() -> None:
    """One that does not would only be slower: nobody would notice."""
    script = f"""
        const fs = require("node:fs");
        const {{ QUICKER }} = require({str(CLI_HOOK)!r});
        const text = fs.readFileSync({str(CLI / "cmds/handlers.js")!r}, "utf8");
        const rules = QUICKER.filter(({{ file }}) => file.test("/cdktf-cli/bundle/bin/cmds/handlers.js"));
        for (const {{ line }} of rules) console.log(text.search(line) >= 0);
    """
    done = subprocess.run(["node", "-e", script], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["true"] * 5


@pytest.mark.long
def test_a_deploy_shows_the_same_lines_with_the_hook(tmp_path: Path) -> None:
    stack = tmp_path / "cdktf.out/stacks/dev"
    stack.mkdir(parents=True)
    of_stack = {"name": "dev", "constructPath": "dev", "workingDirectory": "stacks/dev", "dependencies": []}
    of_stack |= {"synthesizedStackPath": "stacks/dev/cdk.tf.json", "annotations": []}
    manifest = {"version": "0.21.0", "stacks": {"dev": of_stack}}
    (tmp_path / "cdktf.out/manifest.json").write_text(json.dumps(manifest))
    resources: dict[str, dict[str, object]] = {}
    for address, path in _PATHS.items():
        kind, _, name = address.partition(".")
        resources.setdefault(kind, {})[name] = {"//": {"metadata": {"path": path}}}
    document = {"//": {"metadata": {"outputs": {}}}, "resource": resources}
    (stack / "cdk.tf.json").write_text(json.dumps(document))
    (tmp_path / "cdktf.json").write_text('{"language": "python", "app": "true", "projectId": "p"}')
    terraform = tmp_path / "terraform"
    terraform.write_text(_TERRAFORM)
    terraform.chmod(0o755)
    shown = tmp_path / "lines"
    shown.write_text("".join(f"{line}\n" for line in _LINES), encoding="utf-8")
    environment = {**os.environ, "TERRAFORM_BINARY_NAME": str(terraform), "LINES_SHOWN": str(shown)}
    environment |= {"CI": "true", "CHECKPOINT_DISABLE": "1", "DISABLE_VERSION_CHECK": "1"}

    def screen(*hook: str) -> list[str]:
        command = ["node", *hook, str(CLI / "cdktf.js"), "deploy", "dev", "--auto-approve", "--skip-synth"]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return [line.removeprefix("dev").strip() for line in done.stdout.splitlines() if line.strip()]

    quicker = screen("--require", str(CLI_HOOK))
    assert any("aws_s3vectors_index.a (a) will be created" in line for line in quicker)
    assert quicker == screen()
