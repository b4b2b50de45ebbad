"""Facts of Amazon S3 Vectors and IAM that the rules check against, with their sources."""

from __future__ import annotations

import re

# S3 User Guide, "Vector bucket naming rules" and "Vector indexes".
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]\Z")
INDEX_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")
NAME_LENGTH = (3, 63)

# S3 User Guide, "Limitations and restrictions"; service model 2025-07-15.
MAX_NON_FILTERABLE_KEYS = 10
MAX_TAGS = 50
MAX_TAG_KEY = 128
MAX_TAG_VALUE = 256

# IAM User Guide, "IAM and AWS STS quotas": white space does not count.
MAX_MANAGED_POLICY = 6144
ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}\Z", re.ASCII)
ROLE_DESCRIPTION = re.compile(r"[\t\n\r\x20-\x7e\xa1-\xff]*\Z")
POLICY_NAME = re.compile(r"[\w+=,.@-]{1,128}\Z", re.ASCII)

# S3 Vectors service model, KmsKeyArn.
KMS_KEY_ARN = re.compile(
    r"arn:(?P<partition>aws[-a-z0-9]*):kms:(?P<region>[-a-z0-9]+):(?P<account>[0-9]{12}):key/[A-Za-z0-9-]+\Z"
)

# Regions known to offer S3 Vectors: "What's New" of 2025-12-02 (14 regions) and of 2026-03-31 (17 more), with
# the regions that publish the CloudFormation types.
REGIONS_AS_OF = "2026-11-21"
REGIONS = (
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)
# The CloudFormation types exist there, but no announcement of the service was found.
UNCONFIRMED_REGIONS = (
    "cn-north-1",
    "cn-northwest-1",
    "eu-isoe-west-1",
    "eusc-de-east-1",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
)
REGION_FORM = re.compile(
    r"[a-z]{2,4}(-(gov|iso[a-z]?|[a-z]{2}))?-(north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9][0-9]?\Z"
)
