"""Signed notes: text with Ed25519 signatures below it, as C2SP's signed-note and Go's `note` package write them.

A note is text, an empty line, and one line for each signature: em dash, space, the key's name, space, and the base64 of
the key's 4-byte id and the signature over the text. Specification: https://c2sp.org/signed-note
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from pledger.domain.refusal import IntegrityFailure, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterable

NOTE_BYTES_MAX = 1_000_000
SIGNATURES_MAX = 100
ED25519 = b"\x01"
"""The signature type of plain Ed25519; the other assigned ones are not read here."""
KEY_BYTES, KEY_ID_BYTES = 32, 4
_DASH = "— "
_PRIVATE = "PRIVATE+KEY+"
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")
"""Control characters other than the newline, and halves of characters, which UTF-8 cannot tell."""
_ASK_AGAIN = "ask whoever signed it for the file again, and keep it byte for byte"
_COPY_AGAIN = "copy the whole line again, without breaks or spaces"


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a key: a name without spaces or plus signs, and 32 bytes."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        _check_key(self.public)

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key told as `name+id+base64`, the vkey form of Go's note package; raises WrongUsage."""
        name, key_id, public = _parts(text.removesuffix("\n"))
        key = cls(name, public)
        _check_id(key, key_id)
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(ED25519 + self.public)}"

    @property
    def id(self) -> bytes:
        """What tells a name's keys apart: the first 4 bytes of SHA-256(name || 0x0A || 0x01 || public key)."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:KEY_ID_BYTES]

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether the signature is this key's over the text (RFC 8032)."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):  # ValueError: 32 bytes that are no key at all
            return False
        return True


@dataclass(frozen=True)
class SigningKey:
    """The private half of a key: a name, and the 32 random bytes that are Ed25519's seed."""

    name: str
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        _check_key(self.seed)

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """The key told as `PRIVATE+KEY+name+id+base64`, the skey form of Go's note package; raises WrongUsage."""
        if not text.startswith(_PRIVATE):
            raise WrongUsage(f"a private key must begin with {_PRIVATE}", remedy=_COPY_AGAIN)
        name, key_id, seed = _parts(text.removeprefix(_PRIVATE).removesuffix("\n"))
        key = cls(name, seed)
        _check_id(key.verifier(), key_id)
        return key

    def secret(self) -> str:
        """The text that `parse` reads. Whoever has it can sign."""
        return f"{_PRIVATE}{self.name}+{self.verifier().id.hex()}+{to_base64(ED25519 + self.seed)}"

    def verifier(self) -> VerifierKey:
        """The public half."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return VerifierKey(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """The signature over a text (RFC 8032); the same for the same text at any time."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return Signature(self.name, self.verifier().id, signature)


@dataclass(frozen=True)
class Signature:
    """One signature line: by which key, and the signature's bytes, of any length where the key is of another type."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True)
class SignedNote:
    """A text that ends in a newline, and its signatures; what is made is well-formed, but nothing says it is true."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        if not self.text.endswith("\n"):
            raise _malformed("its text does not end with a newline")
        _check_characters(self.text)

    def __bytes__(self) -> bytes:
        return f"{self.text}\n{''.join(map(str, self.signatures))}".encode()

    def signed_with(self, key: SigningKey) -> SignedNote:
        """The note with one more signature, which takes the place of an earlier one by the same key."""
        new = key.sign(self.text)
        others = (old for old in self.signatures if (old.name, old.key_id) != (new.name, new.key_id))
        return SignedNote(self.text, (*others, new))

    def signers(self, known: Iterable[VerifierKey]) -> tuple[VerifierKey, ...]:
        """Which of the known keys signed the note, each once, in the order of the signatures.

        Raises IntegrityFailure where a known key's signature does not hold, or where no known key has signed.
        Signatures by other keys are ignored, as the specification demands.
        """
        keys = _by_name_and_id(known)
        signed = {}
        for each in self.signatures:
            key = keys.get((each.name, each.key_id))
            if key is None:
                continue
            if not key.verifies(self.text, each.signature):
                raise IntegrityFailure(f"the signature by {_named(each)} does not hold", remedy=_ASK_AGAIN)
            signed[key] = True
        if not signed:
            by = ", ".join(dict.fromkeys(map(_named, self.signatures)))
            raise IntegrityFailure(f"no known key has signed it; it is signed by {by}", remedy="name the signer's key")
        return tuple(signed)


def read_note(message: bytes) -> SignedNote:
    """The note in a file, well-formed but not verified yet: see `open_note`. Raises WrongUsage."""
    if len(message) > NOTE_BYTES_MAX:
        raise _malformed(f"it is larger than {NOTE_BYTES_MAX:,} bytes")
    try:
        whole = message.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"byte {error.start} is not UTF-8") from None
    _check_characters(whole)
    text, blank, below = whole.rpartition("\n\n")
    if not blank or not below:
        raise _malformed("no signature follows an empty line")
    if not below.endswith("\n"):
        raise _malformed("its last line does not end with a newline")
    lines = below[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise _malformed(f"it has {len(lines)} signatures, more than {SIGNATURES_MAX}")
    return SignedNote(text + "\n", tuple(_signature(line) for line in lines))


def open_note(message: bytes, known: Iterable[VerifierKey]) -> SignedNote:
    """The note in a file, signed by at least one known key; raises WrongUsage and IntegrityFailure."""
    note = read_note(message)
    note.signers(known)
    return note


def _check_characters(text: str) -> None:
    if found := _FORBIDDEN.search(text):
        windows = ", with which Windows ends lines" if found[0] == "\r" else ""
        raise _malformed(f"it contains the control character U+{ord(found[0]):04X}{windows}")


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise _malformed("a line below the empty one is not: em dash, space, name, space, signature")
    if (fault := _fault_of(name)) is not None:
        raise _malformed(f"a signer's name {fault}")
    raw = from_base64(encoded)
    if raw is None:
        raise _malformed(f"the signature by {name} is not base64")
    if len(raw) <= KEY_ID_BYTES:
        raise _malformed(f"the signature by {name} is too short")
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def _by_name_and_id(known: Iterable[VerifierKey]) -> dict[tuple[str, bytes], VerifierKey]:
    keys: dict[tuple[str, bytes], VerifierKey] = {}
    for key in known:
        if keys.setdefault((key.name, key.id), key) != key:
            raise WrongUsage(f"two different keys are both {key.name}+{key.id.hex()}", remedy="name only the right one")
    return keys


def _parts(text: str) -> tuple[str, str, bytes]:
    """Name, id and the 32 bytes of `name+id+base64`. No message repeats the text: it may be secret."""
    name, _, rest = text.partition("+")
    key_id, plus, encoded = rest.partition("+")
    if not plus:
        raise WrongUsage("a key must be told as name+id+base64", remedy=_COPY_AGAIN)
    if re.fullmatch("[0-9a-fA-F]{8}", key_id) is None:
        raise WrongUsage("the id within a key must be 8 hexadecimal digits", remedy=_COPY_AGAIN)
    raw = from_base64(encoded)
    if not raw:
        raise WrongUsage("the last part of a key must be base64", remedy=_COPY_AGAIN)
    if raw[:1] != ED25519:
        raise WrongUsage(f"a key of type {raw[0]} is not known here", remedy="name an Ed25519 key, which is type 1")
    return name, key_id.lower(), raw[1:]


def _check_id(key: VerifierKey, told: str) -> None:
    if key.id.hex() != told:
        raise WrongUsage(f"the key's id should be {key.id.hex()}, not {told}: a part was altered", remedy=_COPY_AGAIN)


def _check_name(name: str) -> None:
    if (fault := _fault_of(name)) is not None:
        raise WrongUsage(f"a key's name {fault}", remedy="give it a name like example.com/our-ledger")


def _fault_of(name: str) -> str | None:
    """What is wrong with a key's name, if anything is."""
    if not name:
        return "is missing"
    if any(letter.isspace() for letter in name) or "+" in name:
        return "must not contain spaces or plus signs"
    if _FORBIDDEN.search(name):
        return "must not contain control characters"
    return None


def _check_key(key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise WrongUsage(f"an Ed25519 key must be {KEY_BYTES} bytes, and this is {len(key)}", remedy=_COPY_AGAIN)


def to_base64(raw: bytes) -> str:
    """Standard base64 (RFC 4648, section 4), on one line."""
    return b64encode(raw).decode("ascii")


def from_base64(text: str) -> bytes | None:
    """The bytes of standard base64 (RFC 4648, section 4), or None; only the one canonical form is taken."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError:  # not ASCII, or not base64
        return None
    return raw if to_base64(raw) == text else None


def _named(signature: Signature) -> str:
    return f"{signature.name}+{signature.key_id.hex()}"


def _malformed(what: str) -> WrongUsage:
    return WrongUsage(f"this is not a signed note: {what}", remedy=_ASK_AGAIN)
