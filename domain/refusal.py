"""What goes wrong, always told the same way: what is wrong, where, and what to do now."""

from __future__ import annotations


class Problem(Exception):
    """Something a person must hear about; the base of every error that pledger raises on purpose.

    `what` is wrong, `where` it is (a partnership and a fact, a file and a line) and `remedy`, what to do now.
    `exit_code` is what the command line ends with.
    """

    exit_code = 2
    label = "error"

    def __init__(self, what: str, *, where: str = "", remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"\n  where: {self.where}" if self.where else ""
        return f"{self.label}: {self.what}{where}\n  now:   {self.remedy}"

    def at(self, where: str) -> Problem:
        """Complete with the place, unless a nearer one is known already."""
        if not self.where:
            self.where = where
        return self


class Refused(Problem):
    """A rule of the ledger does not admit the fact."""

    exit_code = 1
    label = "refused"


class WrongUsage(Problem):
    """The request itself is unusable: an unknown name, a bad date, a malformed file."""


class IntegrityFailure(Problem):
    """Stored bytes are not what they must be."""

    exit_code = 3
    label = "damaged"


class StorageTrouble(Problem):
    """The store cannot be read or written."""

    exit_code = 4
    label = "storage trouble"


class Conflict(Exception):
    """Somebody else has appended to the same stream meanwhile: admit again, and try again. Nobody is told of it."""
