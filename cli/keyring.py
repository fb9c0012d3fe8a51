"""The user's keys: private ones in files that only their owner may read, public ones beside them, one pair a ledger."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pledger.cli.saving import unfinished
from pledger.domain.naming import listed, nearest
from pledger.domain.refusal import StorageTrouble, WrongUsage
from pledger.projections.signed_note import KEY_BYTES, SigningKey, VerifierKey
from pledger.projections.untrusted import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

KEY_FILE_BYTES_MAX = 10_000
_NAME = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*")
PRIVATE, PUBLIC, LAST = ".key", ".pub", ".last"


@dataclass(frozen=True)
class Keyring:
    """The keys in a folder, by the names that their user gave them; a key's own name is its ledger's origin."""

    folder: Path

    def made(self, name: str, origin: str, told: str | None) -> tuple[VerifierKey, Path]:
        """Make a pair for a ledger, and keep it; the public key, and where the private one is.

        `told` names another file for the private one. Raises WrongUsage where there is such a key already, or the name
        cannot be one.
        """
        if len(name) > 100 or not _NAME.fullmatch(name):
            raise WrongUsage(
                f"{name!r} cannot name a key", remedy="use small letters, digits and hyphens, like audit-2026"
            )
        key = SigningKey(origin, secrets.token_bytes(KEY_BYTES))
        private = Path(told) if told is not None else self._private(name)
        public = self.folder / f"{name}{PUBLIC}"
        with _trouble(private):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if public.exists():
                raise _there_already(public)
            try:
                descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                raise _there_already(private) from None
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(key.secret() + "\n")
                file.flush()
                os.fsync(file.fileno())
            with unfinished(public) as aside:
                aside.write_text(f"{key.verifier()}\n", encoding="utf-8")
        return key.verifier(), private

    def public(self) -> dict[str, VerifierKey]:
        """The public keys by the names that their user gave them; a file that holds none is left out."""
        found = {}
        for file in sorted(self.folder.glob(f"*{PUBLIC}")) if self.folder.is_dir() else ():
            try:
                found[file.name.removesuffix(PUBLIC)] = VerifierKey.parse(_text(file))
            except (WrongUsage, StorageTrouble):
                continue
        return found

    def named(self, name: str) -> VerifierKey:
        """The public key of that name; raises WrongUsage."""
        known = self.public()
        if name not in known:
            raise _no_key(name, list(known))
        return known[name]

    def signing(self, told: str | None, origin: str) -> tuple[SigningKey, Path]:
        """The private key that signs for a ledger, and where it is: the one told by name or file, else the only one."""
        known = self.public()
        if told is None:
            names = [name for name, key in known.items() if key.name == origin and self._private(name).exists()]
            if len(names) != 1:
                raise WrongUsage(
                    f"{len(names)} keys are for this ledger: {listed(names)}" if names else "no key is for this ledger",
                    remedy="name one with --key" if names else "make one: pledger keys new NAME",
                )
            told = names[0]
        path = self._private(told) if told in known else Path(told)
        if not _is_file(str(path)):
            raise _no_key(told, list(known))
        key = SigningKey.parse(_text(path))
        if key.name != origin:
            raise WrongUsage(
                f"the key {told} is for {key.name}, and this ledger is {origin}",
                remedy="name the key of this ledger, or make one: pledger keys new NAME",
            )
        return key, path

    def _private(self, name: str) -> Path:
        return self.folder / f"{name}{PRIVATE}"


def keys_told(told: Sequence[str], ring: Keyring) -> list[VerifierKey]:
    """The public keys that count: those told, as vkey or as a file that holds one, else the user's own."""
    if not told:
        return list(ring.public().values())
    return [VerifierKey.parse(_text(Path(each)) if _is_file(each) else each) for each in told]


def last_signed(private: Path) -> Path:
    """Where the last checkpoint that a key has signed is kept, so that none ever contradicts it."""
    return private.with_name(private.name.removesuffix(PRIVATE) + LAST)


def _is_file(told: str) -> bool:
    try:
        return Path(told).is_file()
    except (OSError, ValueError):  # too long, or with a zero byte: no path at all
        return False


def _text(path: Path) -> str:
    """What a small file says."""
    try:
        with _trouble(path):
            return bytes_of(path, KEY_FILE_BYTES_MAX).decode("utf-8")
    except ValueError:
        raise WrongUsage("there is no key in it", where=str(path), remedy="name the file of a key") from None


def _no_key(name: str, known: Sequence[str]) -> WrongUsage:
    guess = nearest(name, known, most=1)
    meant = f"did you mean {guess[0]}? " if guess else ""
    return WrongUsage(f"there is no key '{name}'", remedy=f"{meant}the keys are: {listed(known)}")


def _there_already(path: Path) -> WrongUsage:
    return WrongUsage("there is a key already", where=str(path), remedy="give another name; a key is never overwritten")


@contextmanager
def _trouble(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageTrouble(
            f"the key cannot be used: {error.strerror or error}",
            where=str(path),
            remedy="check that the file and its folder are there, and who may read and write them",
        ) from error
