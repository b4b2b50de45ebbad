"""What moto serves behind the same endpoint, and what happens where it has nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from s3vectors_local.process import LocalAws
from tests.paths import ROOT


@pytest.mark.parametrize(
    ("service", "operation", "members", "named"),
    [
        ("iam", "get_organizations_access_report", {"JobId": "1" * 36}, "iam:GetOrganizationsAccessReport"),
        ("mgn", "describe_jobs", {}, "mgn:POST /DescribeJobs"),
        ("cloudformation", "describe_publisher", {}, "cloudformation:DescribePublisher"),
        (
            "autoscaling",
            "describe_instance_refreshes",
            {"AutoScalingGroupName": "a"},
            "autoscaling:DescribeInstanceRefreshes",
        ),
        ("kms", "create_custom_key_store", {"CustomKeyStoreName": "a"}, "kms:CreateCustomKeyStore"),
    ],
)
def test_what_is_not_built_is_named(
    client: Callable[..., Any], service: str, operation: str, members: dict[str, Any], named: str
) -> None:
    with pytest.raises(ClientError) as error:
        getattr(client(service), operation)(**members)
    assert error.value.response["Error"]["Code"] == "NotBuiltInLocalAws"
    assert error.value.response["Error"]["Message"].startswith(f"{named} is not built in the local AWS")


@pytest.mark.parametrize(
    ("service", "operation", "members", "named"),
    [
        ("account", "get_contact_information", {}, "account:POST /getContactInformation"),
        ("cloudfront", "list_anycast_ip_lists", {}, "cloudfront:GET /2020-05-31/anycast-ip-list"),
        ("keyspaces", "list_keyspaces", {}, "cassandra:ListKeyspaces"),
        ("mailmanager", "list_addon_instances", {}, "ses:ListAddonInstances"),
        ("bedrock-data-automation", "list_blueprints", {}, "bedrock:POST /blueprints/"),
        ("s3outposts", "list_endpoints", {}, "s3-outposts:GET /S3Outposts/ListEndpoints"),
        ("iotsecuretunneling", "list_tunnels", {}, "IoTSecuredTunneling:ListTunnels"),
        ("sso", "list_accounts", {"accessToken": "a"}, "sso:GET /assignment/accounts"),
        (
            "sso-oidc",
            "register_client",
            {"clientName": "a", "clientType": "public"},
            "sso-oauth:POST /client/",
        ),
        ("sdb", "list_domains", {}, "sts:ListDomains"),
        ("stepfunctions", "list_executions", {}, "states:ListExecutions"),
    ],
)
def test_every_protocol_and_signature_is_answered(
    client: Callable[..., Any], service: str, operation: str, members: dict[str, Any], named: str
) -> None:
    with pytest.raises(ClientError) as error:
        getattr(client(service, "us-east-1"), operation)(**members)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert error.value.response["Error"]["Code"] == "NotBuiltInLocalAws"
    assert error.value.response["Error"]["Message"].startswith(named)


def test_a_bearer_token_is_not_understood(aws: LocalAws) -> None:
    # the SDKs of Bedrock send one where AWS_BEARER_TOKEN_BEDROCK is set; boto3 over TLS alone
    sent = {"Authorization": "Bearer a", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{aws.endpoint}/model/a/invoke", b"{}", sent)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 501
    assert "bearer tokens are not understood" in json.load(refused.value)["message"]


@pytest.mark.parametrize("body", ["[]", "null", '"text"', "1", "[" * 100_000, "{"])
@pytest.mark.parametrize("target", ["TrentService.ListKeys", "AmazonSSM.GetParameters"])
def test_a_body_that_is_no_object(client: Callable[..., Any], target: str, body: str) -> None:
    service, operation = ("kms", "list_keys") if "Trent" in target else ("ssm", "get_parameters")
    calling = client(service)
    calling.meta.events.register("before-sign", lambda request, **_: setattr(request, "data", body))
    with pytest.raises(ClientError) as error:
        getattr(calling, operation)(**({"Names": ["a"]} if service == "ssm" else {}))
    assert error.value.response["Error"]["Code"] == "SerializationException"


def test_a_member_that_is_null_is_as_good_as_left_out(client: Callable[..., Any]) -> None:
    kms = client("kms")
    asked = '{"Policy": null, "KeySpec": null, "Tags": null, "KeyUsage": null}'
    kms.meta.events.register("before-sign", lambda request, **_: setattr(request, "data", asked))
    assert kms.create_key()["KeyMetadata"]["KeyUsage"] == "ENCRYPT_DECRYPT"


def test_who_has_not_signed_is_told_so_in_the_protocol_of_the_service(client: Callable[..., Any]) -> None:
    unsigned = Config(signature_version=UNSIGNED)
    for service, operation, code in (
        ("sts", "get_caller_identity", "MissingAuthenticationToken"),
        ("iam", "list_roles", "MissingAuthenticationToken"),
        ("kms", "list_keys", "MissingAuthenticationTokenException"),
    ):
        with pytest.raises(ClientError) as error:
            getattr(client(service, config=unsigned), operation)()
        assert error.value.response["Error"]["Code"] == code


def test_terraform_state_bucket(client: Callable[..., Any]) -> None:
    s3 = client("s3", "us-east-1")
    s3.create_bucket(Bucket="terraform-state")
    s3.put_object(Bucket="terraform-state", Key="dev/terraform.tfstate", Body=b"{}")
    with pytest.raises(ClientError) as error:  # Terraform's native lock
        s3.put_object(Bucket="terraform-state", Key="dev/terraform.tfstate", Body=b"{}", IfNoneMatch="*")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert s3.get_object(Bucket="terraform-state", Key="dev/terraform.tfstate")["Body"].read() == b"{}"


@pytest.mark.parametrize("signature", ["s3", "s3v4"])
def test_an_object_that_is_put_as_a_form(client: Callable[..., Any], signature: str) -> None:
    s3 = client("s3", "us-east-1", config=Config(signature_version=signature))
    s3.create_bucket(Bucket=f"forms-{signature}")
    named = {"Bucket": f"forms-{signature}", "Key": "a"}
    url = s3.generate_presigned_url("put_object", Params=named)
    form = {"Content-Type": "application/x-www-form-urlencoded"}  # as curl and urllib send data
    urllib.request.urlopen(urllib.request.Request(url, b"a=b", form, method="PUT"), timeout=30).close()
    assert s3.get_object(**named)["Body"].read() == b"a=b"


def test_a_bucket_that_is_for_tls_alone_is_open_here_and_one_that_denies_is_not(
    client: Callable[..., Any],
) -> None:
    s3 = client("s3", "us-east-1")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    for name, more in (("tls-alone", {"Condition": condition}), ("closed", {})):
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="a", Body=b"b")
        denying = [{**statement, **more, "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]}]
        policy = {"Version": "2012-10-17", "Statement": denying}
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    assert s3.get_object(Bucket="tls-alone", Key="a")["Body"].read() == b"b"
    with pytest.raises(ClientError, match="403"):
        s3.get_object(Bucket="closed", Key="a")


def test_managed_policies_of_aws_exist(client: Callable[..., Any]) -> None:
    policy = client("iam").get_policy(PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert policy["Policy"]["PolicyName"] == "ReadOnlyAccess"


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.getaddrinfo('example.com', 80)",
        "socket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')",
    ],
)
def test_nothing_leaves_the_machine(attempt: str) -> None:
    program = (
        "import socket\nfrom s3vectors_local.loopback import LeavesTheMachine, stay_on_loopback\n"
        "stay_on_loopback()\nsocket.getaddrinfo('127.0.0.1', 80)\n"
        f"try:\n    {attempt}\nexcept LeavesTheMachine as refused:\n    print(refused)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
        timeout=30,
    )
    assert done.stdout.startswith("the local AWS does not ")
