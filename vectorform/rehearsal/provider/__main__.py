"""`python -m vectorform.rehearsal.provider`: what Terraform starts."""

from __future__ import annotations

import sys

from vectorform.rehearsal.provider.server import main

if __name__ == "__main__":
    sys.exit(main())
