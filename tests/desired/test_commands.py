"""What is to be typed for one region; `tests/rollout/test_cdktf_deploy.py` types it."""

from __future__ import annotations

import pytest

from tests.model import in_waves
from vectorform.desired import commands
from vectorform.desired.model import Region

PROD = in_waves(["eu-west-1"], ["us-east-1"], ["us-west-2"])
REGIONS = PROD.regions
ALONE = " --ignore-missing-stack-dependencies"


@pytest.mark.parametrize(
    ("region", "deploy", "destroy"),
    [
        (REGIONS[0], "cdktf deploy prod", f"cdktf destroy prod{ALONE}"),
        (REGIONS[1], f"cdktf deploy prod-us-east-1{ALONE}", f"cdktf destroy prod-us-east-1{ALONE}"),
        (REGIONS[2], f"cdktf deploy prod-us-west-2{ALONE}", "cdktf destroy prod-us-west-2"),
    ],
)
def test_one_region_of_three_waves(region: Region, deploy: str, destroy: str) -> None:
    assert (commands.deploy(PROD, region), commands.destroy(PROD, region)) == (deploy, destroy)


def test_an_environment_of_one_region() -> None:
    dev = in_waves(["eu-west-1"], name="dev")
    assert commands.deploy(dev, dev.home) == "cdktf deploy dev"
    assert commands.destroy(dev, dev.home) == "cdktf destroy dev"
