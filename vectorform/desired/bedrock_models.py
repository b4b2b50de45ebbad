"""How Amazon Bedrock names a model: by its id, by an inference profile's id, or by an ARN.

Source: Amazon Bedrock User Guide, "Supported Regions and models for inference profiles".
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from vectorform.desired.arns import partition
from vectorform.desired.model import Environment, Region

# A system-defined inference profile routes within the geography that its id begins with, and can be called
# in the regions that begin with one of these.
_GEOGRAPHIES: Mapping[str, tuple[str, ...]] = {
    "us": ("us-east-", "us-west-", "ca-"),
    "us-gov": ("us-gov-",),
    "eu": ("eu-", "il-"),
    "apac": ("ap-", "me-"),
    "jp": ("ap-northeast-",),
    "au": ("ap-southeast-",),
    "ca": ("ca-",),
    "global": ("",),
}
_PROFILE = re.compile(rf"(?P<geography>{'|'.join(_GEOGRAPHIES)})\.(?P<model>[a-z0-9]+\..+)", re.DOTALL)
_MODEL = re.compile(r"[a-z0-9]+\.[A-Za-z0-9].*", re.DOTALL)  # PUBLISHER.MODEL
_PROFILE_ARN = re.compile(r":(application-)?inference-profile/")
_MODEL_ARN = re.compile(
    r"arn:aws[-a-z]*:bedrock:[-a-z0-9]*:[0-9]*:(?:foundation-model|inference-profile)/(?P<id>.+)", re.DOTALL
)


def model_arn(environment: Environment, region: Region, model: str) -> str:
    """The ARN of a foundation model or of an inference profile, by its id; an ARN stays what it is."""
    if model.startswith("arn:"):
        return model
    service = f"arn:{partition(region.name)}:bedrock:{region.name}"
    if _PROFILE.fullmatch(model):
        return f"{service}:{environment.account_id}:inference-profile/{model}"
    return f"{service}::foundation-model/{model}"


def model_id(name: str) -> str:
    """The id of the model: the one in the ARN of a model, or in an inference profile's id or ARN.

    Any other name stays what it is, such as the ARN of an application inference profile.
    """
    arn = _MODEL_ARN.fullmatch(name)
    name = arn["id"] if arn else name
    profile = _PROFILE.fullmatch(name)
    return profile["model"] if profile else name


def may_be_model(name: str) -> bool:
    """Whether Bedrock could have a model of this name; an ARN leads to whatever it leads to."""
    return name.startswith("arn:") or _MODEL.fullmatch(name) is not None


def is_profile(arn: str) -> bool:
    """Whether it is the ARN of an inference profile."""
    return bool(_PROFILE_ARN.search(arn))


def model_of_profile(arn: str) -> str:
    """The id of the model that an inference profile leads to; * for one that an account has made."""
    profile = _PROFILE.fullmatch(arn.rpartition("/")[2])
    return profile["model"] if profile else "*"


def profile_elsewhere(name: str, region: str) -> str | None:
    """The id of the model of an inference profile that the region cannot call; None for all other names."""
    profile = _PROFILE.fullmatch(name.rpartition("/")[2])
    if profile is None or region.startswith(_GEOGRAPHIES[profile["geography"]]):
        return None
    return profile["model"]
