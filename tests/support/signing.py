"""What tests of signatures share: a text, two keys, and a checkpoint that one of them signed."""

from __future__ import annotations

from base64 import b64decode
from hashlib import sha256

from pledger.projections.checkpoint import Checkpoint
from pledger.projections.signed_note import (
    SigningKey,
)

TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"

KEY = SigningKey("example.com/acme-ledger", sha256(b"the seed of a test").digest())
WITNESS = SigningKey("example.com/witness", sha256(b"the seed of a witness").digest())
CHECKPOINT = Checkpoint(KEY.name, 20_852_163, b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="))
SIGNED = CHECKPOINT.signed_with(KEY)
