"""Loading the bindings lazily changes how long a synth takes, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import resources
from importlib.metadata import version
from pathlib import Path

import jsii._embedded.jsii
import pytest

from tests.paths import ROOT
from vectorform.blocks import bindings

pytestmark = pytest.mark.toolchain

PYTHON_NAMES = {"@cdktf/provider-aws": "cdktf-cdktf-provider-aws", "cdktf": "cdktf"}

# How a tutorial loads the bindings (`eager`), and how this project does.
_SYNTH = """
import sys
from pathlib import Path
from vectorform import language
from vectorform.blocks import bindings
if sys.argv[1] == "lazy":
    bindings.prepare()
    assert bindings.type_index_exists()
else:
    bindings.prepare(lazily=False)
from stacks.app import synthesize
synthesize(language.load_all(Path.cwd()), Path(sys.argv[2]))
"""


def synthesized(how: str, outdir: Path) -> dict[str, bytes]:
    subprocess.run([sys.executable, "-c", _SYNTH, how, str(outdir)], cwd=ROOT, check=True)
    return {path.relative_to(outdir).as_posix(): path.read_bytes() for path in outdir.rglob("cdk.tf.json")}


def test_hooked_and_unhooked_synthesize_the_same(tmp_path: Path) -> None:
    lazy = synthesized("lazy", tmp_path / "lazy")
    assert len(lazy) == 4
    assert synthesized("eager", tmp_path / "eager") == lazy


def test_every_export_is_the_same_with_the_hook(tmp_path: Path) -> None:
    """All 2,212 of them, by name and by what they are, straight in Node."""
    cache = bindings.package_cache()
    index = next(cache.glob("@cdktf/provider-aws/*/*/lib/index.js"))
    package = tmp_path / "node_modules" / "@cdktf" / "provider-aws"
    package.parent.mkdir(parents=True)
    package.symlink_to(index.parents[1])
    source = index.read_text(encoding="utf-8")
    names = f"""
        const exported = require({str(package / "lib/index.js")!r});
        console.log(Object.keys(exported).filter(k => k !== "__esModule").sort().join("\\n"));
    """
    node = ["node", "--preserve-symlinks"]
    hook = ["--require", str(ROOT / "vectorform/blocks/quicker_node.cjs")]
    hooked = subprocess.run([*node, *hook, "-e", names], check=True, capture_output=True, text=True)
    exported = hooked.stdout.split()
    assert len(exported) == 2212
    assert all(f"exports.{name} = require(" in source for name in exported)


def test_every_rule_of_the_hook_finds_its_text(tmp_path: Path) -> None:
    """One that does not would only be slower: nobody would notice."""
    cache = bindings.package_cache()
    program = tmp_path / "lib" / "program.js"
    program.parent.mkdir()
    program.write_bytes(resources.files(jsii._embedded.jsii).joinpath("lib__program.js").read_bytes())
    packages = tmp_path / "node_modules"
    packages.mkdir()
    for name in ("@cdktf/provider-aws", "cdktf"):
        (packages / name).parent.mkdir(exist_ok=True)
        (packages / name).symlink_to(next(cache.glob(f"{name}/{version(PYTHON_NAMES[name])}/*/")))
    files = [
        program,
        packages / "@cdktf/provider-aws/lib/index.js",
        packages / "cdktf/lib/private/fs.js",
        packages / "cdktf/lib/validations/validate-binary-version.js",
    ]
    script = f"""
        const fs = require("node:fs");
        const {{ QUICKER }} = require({str(ROOT / "vectorform/blocks/quicker_node.cjs")!r});
        for (const {{ file, line }} of QUICKER) {{
            const found = {[str(file) for file in files]!r}.filter((name) => file.test(name));
            console.log(found.length, found.every((name) => fs.readFileSync(name, "utf8").search(line) >= 0));
        }}
    """
    done = subprocess.run(["node", "-e", script], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["1 true"] * len(files)


def test_the_hook_of_the_command_line_makes_lazy_what_only_hcl_needs(tmp_path: Path) -> None:
    """In the installed command line: none of it is loaded at start, and each of it when it is used."""
    handlers = ROOT / "node_modules/cdktf-cli/bundle/bin/cmds/handlers.js"
    bundle = tmp_path / "cdktf-cli" / "bundle" / "bin" / "handlers.js"
    bundle.parent.mkdir(parents=True)
    required = re.findall(
        r'[\w$]+=(?:[\w$]+\()?require\("@cdktf/hcl[\w-]+"\)\)?', handlers.read_text("utf-8")
    )
    assert len(required) == 5
    names = [line.partition("=")[0] for line in required]
    wrapper = next(name for line in required if (name := re.search(r"=([\w$]+)\(require", line)))[1]
    used = "".join(f'console.log("use", {name}.name);' for name in names[:3])
    declared = f"const {wrapper} = (module) => ({{...module}});"
    bundle.write_text(f'{declared}const {",".join(required)}; console.log("started"); {used}')
    for name in ("hcl2cdk", "hcl2json", "hcl-tools"):
        module = bundle.parent / "node_modules" / "@cdktf" / name / "index.js"
        module.parent.mkdir(parents=True)
        module.write_text(f'console.log("load {name}"); exports.name = "{name}";')
    hook = ["--require", str(ROOT / "vectorform/blocks/quicker_cli.cjs")]
    done = subprocess.run(["node", *hook, str(bundle)], check=True, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert lines[0] == "started"
    assert sorted(lines[1:]) == sorted(
        f"{act} {name}" for act in ("load", "use") for name in ("hcl2cdk", "hcl2json", "hcl-tools")
    )


def test_the_hook_leaves_text_that_it_does_not_know_alone(tmp_path: Path) -> None:
    index = tmp_path / "node_modules" / "@cdktf" / "provider-aws" / "lib" / "index.js"
    index.parent.mkdir(parents=True)
    index.write_text('exports.a = require("./a");\nexports.b = require("./b").default;\n')
    (index.parent / "a.js").write_text('console.log("a is loaded"); exports.name = "a";')
    (index.parent / "b.js").write_text('console.log("b is loaded"); exports.default = "b";')
    script = f'const x = require({str(index)!r}); console.log("required"); console.log(x.a.name, x.b);'
    hook = str(ROOT / "vectorform/blocks/quicker_node.cjs")
    done = subprocess.run(
        ["node", "--require", hook, "-e", script], check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == ["b is loaded", "required", "a is loaded", "a b"]
