"""Names as people type them: without case, by a beginning when reading, by any part for promises and goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pledger.domain.naming import listed, nearest, slug_from
from pledger.domain.refusal import Refused, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pledger.domain.ledger import Ledger


def find_partnership(ledger: Ledger, told: str) -> str:
    """The partnership that a question means: its name, or any beginning of it that fits one only."""
    return find_beginning(told, ledger.partnerships(), "partnership", "see them with: pledger portfolio")


def find_party(parties: Iterable[str], told: str) -> str:
    """The party that a question means: its name, or any beginning of it that fits one only."""
    return find_beginning(told, list(parties), "party", "")


def find_beginning(told: str, names: list[str], kind: str, otherwise: str) -> str:
    """The one name that equals, or else begins with, what was told; case is ignored."""
    key = told.casefold()
    fits = [name for name in names if name.casefold() == key] or [
        name for name in names if key and name.casefold().startswith(key)
    ]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise WrongUsage(f"'{told}' fits several: {listed(fits)}", remedy=f"type more of the {kind}'s name")
    raise unknown_name(told, names, kind, otherwise)


def exact_partnership(ledger: Ledger, told: str, where: str = "") -> str:
    """The partnership that a fact belongs to: its full name, case ignored."""
    names = ledger.partnerships()
    fits = [name for name in names if name.casefold() == told.casefold()]
    if fits:
        return fits[0]
    longer = [name for name in names if told and name.casefold().startswith(told.casefold())]
    if longer:
        remedy = f"type it in full when recording: {listed(longer)}"
    else:
        guesses = nearest(told, names)
        remedy = f"did you mean {' or '.join(guesses)}? otherwise " if guesses else ""
        remedy += f"open it first: pledger open {slug_from(told)} --party ... --party ... --purpose ..."
    raise Refused(f"there is no open partnership '{told}'", where=where, remedy=remedy)


def match_name(told: str | None, candidates: Iterable[str], kind: str, where: str = "", slug: str = "") -> str:
    """The one open promise, goal, norm or concern whose name has what was told in it; a single one needs none.

    What fits none is returned as a short name, for the partnership to refuse with its reason.
    """
    names = list(candidates)
    if told is None or not told.strip():
        if told is None and len(names) == 1:
            return names[0]
        raise WrongUsage(
            f"no {kind} is named" if names or told is not None else f"there is no open {kind}",
            where=where,
            remedy=f"name one of: {listed(names)}" if names else f"see what there is: pledger log {slug}".rstrip(),
        )
    fits = fitting(told, names)
    if len(fits) > 1:
        raise WrongUsage(f"'{told}' fits several: {listed(fits)}", where=where, remedy="type more of its name")
    return fits[0] if fits else slug_from(told)


def fitting(told: str, names: Iterable[str]) -> list[str]:
    """The short names that have what was told in them; only the very one where there is one."""
    known = list(names)
    parts = {told.casefold(), slug_from(told)}
    return [name for name in known if name == told] or [name for name in known if any(part in name for part in parts)]


def unknown_name(told: str, names: Iterable[str], kind: str, otherwise: str) -> WrongUsage:
    """There is no such name; the nearest ones that there are."""
    known = list(names)
    guesses = nearest(told, known)
    remedy = f"did you mean {' or '.join(guesses)}?" if guesses else otherwise or f"there are: {listed(known)}"
    return WrongUsage(f"there is no {kind} '{told}'", remedy=remedy)
