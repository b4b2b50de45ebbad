"""A `terraform` that plays a scene: `scene.json` in the stack's folder says what it plans and how it ends.

It writes the lines that Terraform's machine-readable UI writes. `calls.log`, two folders up, records who
started and who ended, in this order. With `hold`, an apply waits for that file to appear, or for SIGINT.
A SIGINT that comes before its start is recorded may be lost: Python loses one in the middle of an import.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

CHANGES = [["create", "aws_s3vectors_index", 'indexes_notes["notes/pages"]']]
ACTIONS = {"create": ["create"], "update": ["update"], "delete": ["delete"], "replace": ["delete", "create"]}
VERIFICATION = "terraform_data.verification"
interrupts: list[int] = []


def main() -> int:
    command = sys.argv[1]
    scene = json.loads(Path("scene.json").read_text())
    if command in ("version", "state"):
        return about(command, scene)
    signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    record(f"{command} starts")
    exit_code = {"init": init, "plan": plan, "apply": apply, "show": show}[command](scene)
    record(f"{command} ends")
    return exit_code


def about(command: str, scene: dict[str, Any]) -> int:
    """`version -json` and `state pull`, which change nothing and are not recorded."""
    if command == "version":
        json.dump({"terraform_version": scene.get("version", "1.11.4")}, sys.stdout)
    elif "serial" in scene:
        json.dump({"lineage": "one", "serial": scene["serial"], "resources": []}, sys.stdout)
    return 0


def record(text: str) -> None:
    line = f"{Path.cwd().name} {text}\n".encode()
    log = os.open("../../calls.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, line)
    os.close(log)


def init(scene: dict[str, Any]) -> int:
    if "init_error" in scene:
        sys.stdout.write(f"╷\n│ Error: {scene['init_error']}\n╵\n")
        return 1
    sys.stdout.write("Terraform has been successfully initialized!\n")
    return 0


def plan(scene: dict[str, Any]) -> int:
    if "plan_error" in scene:
        return fail(scene["plan_error"])
    if "waiting" in scene:
        return wait(scene["waiting"])
    if scene.get("remote"):
        sys.stdout.write("Terraform will perform the following actions:\n")
        return 2
    changes = scene.get("changes", CHANGES)
    for action, kind, name in changes:
        resource = {"addr": f"{kind}.{name}", "resource_type": kind}
        say("planned_change", change={"resource": resource, "action": action})
    resource = {"addr": VERIFICATION, "resource_type": "terraform_data"}
    say("planned_change", change={"resource": resource, "action": "replace"})
    for argument in sys.argv:
        if argument.startswith("-out="):
            Path(argument.removeprefix("-out=")).write_text("a plan")
    removed = 1 + sum(action in ("delete", "replace") for action, _, _ in changes)
    summary = {"add": 2, "change": 0, "remove": scene.get("removed", removed), "operation": "plan"}
    say("change_summary", changes=summary)
    return 2


def wait(line: str) -> int:
    """As Terraform does while a run in HCP Terraform is not the next one."""
    while not interrupts:
        sys.stdout.write(f"{line}\n\n")
        sys.stdout.flush()
        time.sleep(0.02)
    record(f"was interrupted {len(interrupts)} time")
    return 1


def apply(scene: dict[str, Any]) -> int:
    hook("apply_start", 'aws_s3vectors_index.indexes_notes["notes/pages"]', action="create")
    while "hold" in scene and not Path(scene["hold"]).exists() and not interrupts:
        time.sleep(0.01)
    if interrupts:
        record(f"was interrupted {len(interrupts)} time")
        return fail({"summary": "execution halted", "detail": ""})
    if "apply_error" in scene:
        return fail(scene["apply_error"])
    hook("apply_complete", 'aws_s3vectors_index.indexes_notes["notes/pages"]', action="create")
    hook("apply_start", VERIFICATION, action="create")
    hook("provision_start", VERIFICATION)
    for line in scene.get("verifier", ["matches the configuration"]):
        hook("provision_progress", VERIFICATION, output=line)
    if "verifier" in scene:
        hook("provision_errored", VERIFICATION)
        return fail({"summary": "local-exec provisioner error", "detail": "all in one long line"})
    hook("provision_complete", VERIFICATION)
    hook("apply_complete", VERIFICATION, action="create")
    return 0


def show(scene: dict[str, Any]) -> int:
    if "show_error" in scene:
        sys.stdout.write(scene["show_error"])
        return 1
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
    json.dump({"format_version": "1.2", "planned_values": {}, "resource_changes": changes}, sys.stdout)
    return 0


def hook(kind: str, address: str, **more: str) -> None:
    say(kind, hook={"resource": {"addr": address}, **more})


def fail(diagnostic: dict[str, str]) -> int:
    say("diagnostic", level="error", diagnostic={"severity": "error", **diagnostic})
    return 1


def say(kind: str, level: str = "info", **body: Any) -> None:
    sys.stdout.write(json.dumps({"@level": level, "type": kind, **body}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
