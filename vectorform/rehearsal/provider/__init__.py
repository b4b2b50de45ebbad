"""The offline provider: `hashicorp/aws` for a rehearsal, with the real schema and the real calls.

Terraform runs `python -m vectorform.rehearsal.provider`; `mirror.install` puts it where Terraform looks.
"""

VERSION = "6.69.1"  # the version of hashicorp/aws whose schema and behaviour this is
