"""What keys and aliases share: AWS KMS and its errors.

The calls are the real provider's (its `internal/service/kms` package), without its waits of 5 to 30
seconds after each change: the local KMS is consistent at once.
"""

from __future__ import annotations

from vectorform.rehearsal.provider.aws import Service

KMS = Service("KMS", gone=("NotFoundException",), one_line=True)
