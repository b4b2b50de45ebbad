"""A rollout on a stage: real conductor, real child processes, a Terraform that plays scenes."""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.model import in_waves
from tests.rollout.scenes import shell
from vectorform.desired.model import Environment
from vectorform.guard import consent
from vectorform.processes.children import Children
from vectorform.rollout.conduct import Rollout
from vectorform.rollout.progress import Board, RegionProgress
from vectorform.rollout.selection import selected
from vectorform.state.cloud.runs import Runs

FAKE = Path(__file__).with_name("fake_terraform.sh")
REGIONS = ("eu-west-1", "us-east-1", "us-west-2", "sa-east-1")
PROD = in_waves(["eu-west-1"], ["us-east-1", "us-west-2"], ["sa-east-1"])
GRACE_SECONDS = 20.0


@dataclass
class Stage:
    """The folders of an environment's stacks and what is played in each."""

    root: Path
    desired: Environment

    @classmethod
    def built(cls, root: Path, desired: Environment) -> Stage:
        stage = cls(root, desired)
        (root / "cdktf.json").write_text("{}")
        binary = root / "terraform"
        binary.symlink_to(FAKE)
        for region in desired.regions:
            stage.folder(region.name).mkdir(parents=True)
            stage.scene(region.name)
            (stage.folder(region.name) / "cdk.tf.json").write_text("{}")
        return stage

    def folder(self, region: str) -> Path:
        return self.root / "stacks" / self.desired.stack_id(self.desired.region(region))

    def scene(self, region: str, **scene: Any) -> None:
        folder = self.folder(region) / "scene"
        folder.mkdir(exist_ok=True)
        for command, text in shell(scene).items():
            (folder / command).write_text(text)

    @property
    def folders(self) -> dict[str, Path]:
        stacks = [self.desired.stack_id(region) for region in self.desired.regions]
        return {stack: self.root / "stacks" / stack for stack in stacks}

    def board(self, start: str | None = None, only: Sequence[str] = ()) -> Board:
        return Board(selected(self.desired, start, only))

    def children(self) -> Children:
        return Children(cwd=self.root, environment=os.environ, grace=GRACE_SECONDS)

    def rollout(self, board: Board, children: Children, **options: Any) -> Rollout:
        binary = str(self.root / "terraform")
        judge = functools.partial(consent.verdict, self.desired, 100)
        runs = Runs(self.desired)
        return Rollout(self.desired, board, children, binary, self.folders, judge, runs, **options)

    def calls(self) -> list[str]:
        log = self.root / "calls.log"
        return log.read_text().splitlines() if log.exists() else []

    def run(self, board: Board, **options: Any) -> tuple[RegionProgress, ...]:
        """Roll out without pauses; the board at the end."""
        with self.children() as children:
            self.rollout(board, children, **options).run(lambda _wave: None)
        return board.all()


def phases(regions: Sequence[RegionProgress]) -> dict[str, str]:
    return {one.region: one.phase for one in regions}
