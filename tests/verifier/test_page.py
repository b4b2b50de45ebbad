"""The HTML page in a real headless browser: nothing overflows, every text can be read, light and dark."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.verifier import samples
from vectorform.verifier import inventory
from vectorform.verifier.formats import html
from vectorform.verifier.report import RegionReport

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH (Debian: apt install chromium)")

# Relative luminance and contrast: WCAG 2.2, "contrast ratio".
MEASURE = """<script>
const parse = colour => colour.match(/[\\d.]+/g).map(Number);
const luminance = colour => {
  const [r, g, b] = parse(colour).slice(0, 3).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = element => {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor, parts = parse(colour);
    if (parts.length < 4 || parts[3] > 0) return colour;
  }
  return "rgb(255, 255, 255)";
};
const contrasts = {};
for (const element of document.body.querySelectorAll("*")) {
  const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  if (!own || element.tagName === "SCRIPT") continue;
  const colours = [getComputedStyle(element).color, ground(element)];
  const [a, b] = colours.map(luminance).sort((x, y) => y - x);
  const name = element.tagName + "." + element.className, ratio = (a + 0.05) / (b + 0.05);
  contrasts[name] = Math.min(contrasts[name] ?? 99, ratio);
}
const top_ = text => [...document.querySelectorAll("h2")].find(h => h.textContent.includes(text))
  ?.getBoundingClientRect().top;
const measured = {
  width: document.documentElement.clientWidth,
  content: document.documentElement.scrollWidth,
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  ground: ground(document.body),
  contrasts,
  findings: top_("findings"),
  picture: top_("Regions"),
  squares: document.querySelectorAll(".many li").length,
  square: document.querySelector(".many li").getBoundingClientRect().width,
};
document.body.insertAdjacentHTML("beforeend", "<pre id=measured>" + JSON.stringify(measured) + "</pre>");
</script>"""


def page() -> str:
    """All kinds of findings, a smoke test, and one bucket with many indexes."""
    environment = samples.environment(samples.bucket("many", indexes=700), regions=("eu-west-1",))
    resources = tuple(inventory.inventory(environment, environment.home))
    report = samples.report(smoke=True)
    crowded = RegionReport("eu-west-1", resources[:600], resources[600:], 1.0)
    return html.render(replace(report, regions=(*report.regions, crowded)))


def look(directory: Path, *, dark: bool, width: int) -> dict[str, Any]:
    """What the browser measures of the page."""
    file = directory / "page.html"
    file.write_text(page().replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
    assert CHROMIUM is not None
    shown = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={directory / 'profile'}",
            f"--window-size={width},1000",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            "--dump-dom",
            file.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    found = re.search(r'<pre id="measured">(.*?)</pre>', shown, re.DOTALL)
    assert found is not None, shown[-2000:]
    measured: dict[str, Any] = json.loads(found[1])
    return measured


@pytest.mark.parametrize(("dark", "width"), [(False, 1200), (True, 520)])
def test_the_page_is_readable(dark: bool, width: int, tmp_path: Path) -> None:
    measured = look(tmp_path, dark=dark, width=width)
    assert measured["dark"] is dark
    assert measured["content"] <= measured["width"]
    assert measured["findings"] < measured["picture"]
    assert measured["squares"] == 700 and measured["square"] > 4
    red, green, blue = map(int, re.findall(r"\d+", measured["ground"])[:3])
    assert (red + green + blue < 200) is dark
    too_faint = {name: ratio for name, ratio in measured["contrasts"].items() if ratio < 4.5}
    assert too_faint == {}, "WCAG 2.2 AA asks for 4.5"
