"""A project whose state is in the stand-in for HCP Terraform."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rehearsal.deployments import Deployment, deployment
from tests.state.hcp.server import stand_in
from tests.state.hcp.service import TOKEN, StandIn

CONFIG = """\
project: search
account_id: "123456789012"
regions: [eu-west-1]
vector_buckets:
  documents:
    indexes:
      pages: {{dimension: 4, distance_metric: cosine, non_filterable_metadata_keys: [text]}}
backend: {{type: cloud, organization: example, hostname: "{host}", project: platform}}
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Deployment, StandIn]]:
    folder = tmp_path_factory.mktemp("cloud")
    with deployment(folder) as made, stand_in(folder / "hcp", made.environ()) as (service, certificate):
        host = service.address.removeprefix("https://")
        made.write("dev", CONFIG.format(host=host))
        made.synthesize()
        # Not TF_TOKEN_...: the shell through which cdktf starts Terraform drops a name with a colon.
        config = made.terraform_config.read_text(encoding="utf-8")
        login = f'\ncredentials "{host}" {{\n  token = "{TOKEN}"\n}}\n'
        made.terraform_config.write_text(config + login, encoding="utf-8")
        made.credentials.update(
            {"SSL_CERT_FILE": str(certificate), "CI": "true", "CDKTF_SKIP_PROVIDER_LOCK": "true"}
        )
        yield made, service
