"""What an editor completes: the language server of YAML, driven over LSP, with the shipped schema.

Language Server Protocol 3.17: `textDocument/completion`, snippet syntax. What it writes, `validate` accepts.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from tests.clients.test_clients import environment
from tests.language.projects import HEAD, project
from tests.paths import ROOT
from vectorform import language

pytestmark = pytest.mark.clients

SCHEMA = ROOT / "schemas" / "environment.schema.json"
BUCKETS = """\
vector_buckets:
  documents:
    indexes:
      pages: {dimension: 1024, distance_metric: cosine, non_filterable_metadata_keys: [text]}
"""
# A file that is sound without the line where the cursor `|` is.
SITES = {
    "a file": f"{HEAD}{BUCKETS}|",
    "backend": f"{HEAD}{BUCKETS}backend:\n  |",
    "after backend": f"{HEAD}{BUCKETS}backend: |",
    "a region": f"{HEAD}  - |\n{BUCKETS}".replace("regions: [ap-southeast-2]", "regions:\n  - eu-west-1"),
    "an only region": f"{HEAD}\n{BUCKETS}".replace("[ap-southeast-2]", "|"),
    "a vector bucket": f"{HEAD}{BUCKETS}    |",
    "encryption": f"{HEAD}{BUCKETS}    encryption:\n      |",
    "an index": f"{HEAD}{BUCKETS}      more:\n        dimension: 4\n        |",
    "access": f"{HEAD}{BUCKETS}access:\n  reader:\n    grants: [{{bucket: documents}}]\n    |",
    "a grant": f"{HEAD}{BUCKETS}access:\n  reader:\n    permissions: read\n    grants:\n      - |",
    "tags": f"{HEAD}{BUCKETS}tags: |",
    "rollout": f"{HEAD}{BUCKETS}rollout:\n  |",
}
# These name what only the person who writes can name: a file, another key, a role of a model. null takes back
# what a file underneath says, where there is one.
NAMES_SOMETHING = {
    "null",
    *("extends", "moved", "retired", "protection_lifted_by", "knowledge_bases", "for_each", "key"),
    *("kms_key_arn", "access_from", "permissions_boundary", "index_blocks", "unmanaged_ignore_prefixes"),
}
MISSING = "VF204"  # a required key, which comes next
SNIPPET = re.compile(r"\\(.)|\$\{\d+:((?:\\.|[^\\}])*)\}|\$\{?\d+\}?")


class Editor:
    """The client's side of one language server."""

    def __init__(self, folder: Path, command: list[str]) -> None:
        self._folder = folder
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        assert self._process.stdin and self._process.stdout
        self._out: IO[bytes] = self._process.stdin
        self._in: IO[bytes] = self._process.stdout
        self._asked = self._opened = 0
        item = {"completionItem": {"snippetSupport": True}}
        can = {"textDocument": {"completion": item}, "workspace": {"configuration": True}}
        start = {"processId": os.getpid(), "rootUri": folder.as_uri(), "capabilities": can}
        self._ask("initialize", start)
        self._send(method="initialized", params={})
        while (message := self._received()).get("method") != "workspace/configuration":
            pass  # its schemas come with the answer
        self._send(id=message["id"], result=self._settings(message))
        while not any(item["label"] == "project" for item in self.complete("|\n")):
            time.sleep(0.05)  # until it has read them

    def complete(self, text: str) -> list[dict[str, Any]]:
        """The completions where the cursor `|` is."""
        before, after = text.split("|")
        self._opened += 1
        uri = (self._folder / "config" / f"{self._opened}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": before + after}
        self._send(method="textDocument/didOpen", params={"textDocument": document})
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        asked = {"textDocument": {"uri": uri}, "position": position}
        found: list[dict[str, Any]] = self._ask("textDocument/completion", asked)["items"]
        return found

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _ask(self, method: str, params: Any) -> Any:
        self._asked += 1
        self._send(id=self._asked, method=method, params=params)
        while True:
            message = self._received()
            if "method" in message and "id" in message:
                self._send(id=message["id"], result=self._settings(message))
            elif message.get("id") == self._asked:
                return message["result"]

    def _settings(self, message: dict[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        ours = {
            "completion": True,
            "schemas": {SCHEMA.as_uri(): "config/*.yaml"},
            "schemaStore": {"enable": False},
        }
        return [ours if item.get("section") == "yaml" else {} for item in message["params"]["items"]]

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._out.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._out.flush()

    def _received(self) -> dict[str, Any]:
        length = 0
        while line := self._in.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message: dict[str, Any] = json.loads(self._in.read(length))
        return message


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    node = shutil.which("node", path=path)
    assert node, "no Node: run `make setup`"
    server = environment("editor") / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    running = Editor(tmp_path_factory.mktemp("editor"), [node, str(server), "--stdio"])
    yield running
    running.close()


def expanded(snippet: str) -> str:
    """What a snippet leaves where each placeholder is taken as it is."""
    return SNIPPET.sub(lambda match: match[1] or re.sub(r"\\(.)", r"\1", match[2] or ""), snippet)


def written(text: str, item: dict[str, Any]) -> str:
    """The file after a completion was taken, with its indentation as editors add it."""
    before, after = text.split("|")
    line = before.rpartition("\n")[2]
    indent = re.match(" *", line)
    assert indent
    new = expanded(item["textEdit"]["newText"]).replace("\n", "\n" + " " * len(indent[0]))
    return before + new + after


def complete(text: str) -> bool:
    """Whether nothing is left for the person to write."""
    return not re.search(r"(?:[:-]\s*|\"\"|\[\])\Z", text.rstrip())


@pytest.mark.parametrize("site", SITES)
def test_what_is_completed_is_accepted(site: str, editor: Editor, tmp_path: Path) -> None:
    text = SITES[site]
    items = editor.complete(text)
    assert items
    accepted, refused = [], []
    for item in items:
        shown = f"{item['label']}: {item['textEdit']['newText']}"
        assert "object Object" not in shown
        assert not re.search("bypass|aspexa|episodes", shown, re.IGNORECASE)
        if item["label"] in NAMES_SOMETHING or not complete(expanded(item["textEdit"]["newText"])):
            continue
        problems = language.check("dev", project(tmp_path, dev=written(text, item))).problems
        refused += [
            f"{item['label']}: {problem}"
            for problem in problems
            if problem.severity == "error" and problem.rule != MISSING
        ]
        accepted.append(item["label"])
    assert refused == []
    assert accepted or site in ("a grant", "access", "encryption", "rollout", "tags")


def test_a_backend_begins_with_its_type(editor: Editor) -> None:
    (item,) = (item for item in editor.complete(SITES["a file"]) if item["label"] == "backend")
    assert expanded(item["textEdit"]["newText"]).split() == ["backend:", "type:", "local"]
