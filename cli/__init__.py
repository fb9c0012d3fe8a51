"""How people use the ledger: the command line."""

import os

# Looking for pydantic plugins reads the metadata of every installed package, a tenth of the time of a short command.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
