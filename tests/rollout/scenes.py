"""What the Terraform of a stage plays: for each command a piece of shell, which `fake_terraform.sh` runs.

The lines are those of Terraform's machine-readable UI. With `hold`, an apply waits for that file, or
for SIGINT.
"""

from __future__ import annotations

import json
import shlex
from typing import Any

CHANGES = [["create", "aws_s3vectors_index", 'indexes_notes["notes/pages"]']]
ACTIONS = {"create": ["create"], "update": ["update"], "delete": ["delete"], "replace": ["delete", "create"]}
VERIFICATION = "terraform_data.verification"
INDEX = 'aws_s3vectors_index.indexes_notes["notes/pages"]'


def shell(scene: dict[str, Any]) -> dict[str, str]:
    """The shell of each command of a scene: "$@" has the arguments, the status is the exit code."""
    return {
        "init": _init(scene),
        "plan": _plan(scene),
        "apply": _apply(scene),
        "show": _show(scene),
        "version": _prints(json.dumps({"terraform_version": scene.get("version", "1.11.4")})),
        "state": _state(scene),
    }


def _init(scene: dict[str, Any]) -> str:
    if "init_error" in scene:
        return _prints(f"╷\n│ Error: {scene['init_error']}\n╵\n", 1)
    return _prints("Terraform has been successfully initialized!\n")


def _plan(scene: dict[str, Any]) -> str:
    if "plan_error" in scene:
        return _prints(_failure(scene["plan_error"]), 1)
    if "waiting" in scene:
        return f"wait_with {shlex.quote(scene['waiting'])}\nhalted ''\nreturn 1\n"
    if scene.get("remote"):
        return _prints("Terraform will perform the following actions:\n", 2)
    changes = scene.get("changes", CHANGES)
    planned = [(f"{kind}.{name}", kind, action) for action, kind, name in changes]
    lines = [
        _event("planned_change", change={"resource": {"addr": addr, "resource_type": kind}, "action": action})
        for addr, kind, action in [*planned, (VERIFICATION, "terraform_data", "replace")]
    ]
    removed = 1 + sum(action in ("delete", "replace") for action, _, _ in changes)
    summary = {"add": 2, "change": 0, "remove": scene.get("removed", removed), "operation": "plan"}
    lines.append(_event("change_summary", changes=summary))
    return f'save_plan "$@"\n{_prints("".join(lines), 2)}'


def _apply(scene: dict[str, Any]) -> str:
    began = _prints(_hook("apply_start", INDEX, action="create"), None)
    hold = f"hold {shlex.quote(scene['hold'])}\n" if "hold" in scene else ""
    halted = shlex.quote(_failure({"summary": "execution halted", "detail": ""}))
    return f"{began}{hold}if halted {halted}; then return 1; fi\n{_applied(scene)}"


def _applied(scene: dict[str, Any]) -> str:
    if "apply_error" in scene:
        return _prints(_failure(scene["apply_error"]), 1)
    lines = [
        _hook("apply_complete", INDEX, action="create"),
        _hook("apply_start", VERIFICATION, action="create"),
        _hook("provision_start", VERIFICATION),
        *(
            _hook("provision_progress", VERIFICATION, output=line)
            for line in scene.get("verifier", ["matches the configuration"])
        ),
    ]
    if "verifier" in scene:
        lines.append(_hook("provision_errored", VERIFICATION))
        failed = {"summary": "local-exec provisioner error", "detail": "all in one long line"}
        return _prints("".join([*lines, _failure(failed)]), 1)
    lines.append(_hook("provision_complete", VERIFICATION))
    lines.append(_hook("apply_complete", VERIFICATION, action="create"))
    return _prints("".join(lines))


def _show(scene: dict[str, Any]) -> str:
    if "show_error" in scene:
        return _prints(scene["show_error"], 1)
    changes = [
        {
            "address": f"{kind}.{name}",
            "type": kind,
            "index": name.partition('["')[2].removesuffix('"]'),
            "previous_address": scene.get("previous_address"),
            "change": {
                "actions": {**ACTIONS, **scene.get("actions", {})}[action],
                "before": scene.get("before", {}),
                "after": {},
                "replace_paths": [["dimension"]] if action == "replace" else [],
            },
        }
        for action, kind, name in scene.get("changes", CHANGES)
    ]
    return _prints(json.dumps({"format_version": "1.2", "planned_values": {}, "resource_changes": changes}))


def _state(scene: dict[str, Any]) -> str:
    if "serial" not in scene:
        return _prints("")
    return _prints(json.dumps({"lineage": "one", "serial": scene["serial"], "resources": []}))


def _prints(text: str, code: int | None = 0) -> str:
    """Print, and end with this exit code; None: go on."""
    end = "" if code is None else f"return {code}\n"
    return f"printf '%s' {shlex.quote(text)}\n{end}"


def _hook(kind: str, address: str, **more: str) -> str:
    return _event(kind, hook={"resource": {"addr": address}, **more})


def _failure(diagnostic: dict[str, str]) -> str:
    return _event("diagnostic", level="error", diagnostic={"severity": "error", **diagnostic})


def _event(kind: str, level: str = "info", **body: Any) -> str:
    return json.dumps({"@level": level, "type": kind, **body}) + "\n"
