"""Writes the ledger that is kept of the present version, before it is released: python tests/ledgers/write.py."""

from __future__ import annotations

import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.kept_ledgers import write_folder

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as work:
        try:
            folder = write_folder(version("pledger"), Path(work))
        except FileExistsError as error:
            sys.exit(f"nothing was written: {error}")
    print(f"wrote {folder.relative_to(Path(__file__).resolve().parents[2])}; commit it with the release")  # noqa: T201
