"""The comment that a pipeline keeps under a pull request: the newest plan, the last whole one if it failed.

Nothing here speaks to a service: the pipeline reads the earlier comment and writes the new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vectorform.plans.markdown import code
from vectorform.plans.summary import is_whole

# GitHub takes 65,536 characters; what goes around the summaries takes less than the difference. A summary is
# shorter by itself: what is cut here is the last whole plan beside a failure, or what others have written.
CHARACTERS = 64_000
# What a last whole plan is given beside a failure.
_EARLIER = 24_000

_BEGIN, _END = "<!-- vectorform: a whole plan -->", "<!-- vectorform: its end -->"
_WHOLE = re.compile(rf"^{_BEGIN}\n(.*?)\n^{_END}$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^(`{3,})")


def mark(environment: str) -> str:
    """The line that a comment begins with, and by which the pipeline finds it again."""
    return f"<!-- vectorform plan of {environment} -->"


def comment(
    environment: str,
    summary: str,
    earlier: str = "",
    of: str = "",
    rest: str = "",
    attached: Sequence[str] = (),
) -> str:
    """The comment for a summary, which is empty where a step before the plan failed.

    The plan goes before what is `attached`: Markdown that follows it if it fits whole, else a line says so.

    `earlier` is the comment that it replaces. `of` says what was planned, the commit for instance,
    and `rest` where all of it is, a page of the pipeline.
    """
    where = rest or "the pipeline's own page"
    written = _of_plan(environment, summary, earlier, of, rest)
    for text in attached:
        fits = len(written) + len(text) < CHARACTERS
        title = text.partition("\n")[0].lstrip("# ")[:80]
        written += f"\n{text}\n" if fits else f"\n**{title}: too long for this comment; it is in {where}.**\n"
    return written


def _of_plan(environment: str, summary: str, earlier: str, of: str, rest: str) -> str:
    head = f"{mark(environment)}\n# {environment}\n"
    about = f"\n{' · '.join(filter(None, (of and f'of {code(of)}', rest)))}\n" if of or rest else ""
    where = rest or "the pipeline's own page"
    if is_whole(summary):
        body = f"{about}\n{shortened(summary.strip(), CHARACTERS, where)}"
        return f"{head}{_BEGIN}{body}\n{_END}\n"
    said = summary.strip() or "## Plan: failed before it started; what would change is unknown"
    whole = _WHOLE.search(earlier.replace("\r\n", "\n"))
    if whole is None:
        return f"{head}{about}\n{shortened(said, CHARACTERS, where)}\n"
    kept = shortened(whole[1].strip(), _EARLIER, where)
    now = shortened(said, CHARACTERS - len(kept), where)
    return (
        f"{head}{about}\n{now}\n\n"
        "<details><summary>The last complete plan, from an earlier commit</summary>"
        f"\n\n{_BEGIN}\n\n{kept}\n{_END}\n\n</details>\n"
    )


def shortened(markdown: str, characters: int, where: str) -> str:
    """Markdown that fits: no fence of it is cut, what was open is closed, and what is missing is said."""
    if len(markdown) <= characters:
        return markdown
    taken: list[str] = []
    room = characters - 400 - len(where)  # for what closes it
    details = 0
    for unit in _units(markdown):
        room -= sum(len(line) + 1 for line in unit)
        if room < 0:
            break
        taken += unit
        details += unit[0].startswith("<details") - unit[0].startswith("</details>")
    closing = [""] + ["</details>"] * details
    missing = markdown.count("\n") + 1 - len(taken)
    return "\n".join([*taken, *closing, "", f"**This is shortened: {missing} more lines are in {where}.**"])


def _units(markdown: str) -> Iterator[list[str]]:
    """What is taken whole or not at all: a line, or a fence with everything in it."""
    fenced: list[str] = []
    end = ""
    for line in markdown.split("\n"):
        if end:
            fenced.append(line)
            if line.rstrip() == end:
                yield fenced
                end = ""
        elif found := _FENCE.match(line):
            fenced, end = [line], found[1]
        else:
            yield [line]
    if end:
        yield fenced
