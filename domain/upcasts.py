"""Upcasts: what an earlier version of pledger stored of a fact becomes what this one would have stored of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pledger.domain.catalogue import facts
from pledger.domain.reading import read_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pledger.domain.correction import RetractedEntry
    from pledger.domain.fact import Fact

    Upcast = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTS: dict[tuple[str, int], Upcast] = {}
"""Stored name and version -> what turns a fact stored in that version into what the next one stores of it.

An upcast is a pure function of one stored fact, stamps and all. It leaves what it is given as it was, and returns
exactly what the next version would have written, in any order: each default told, nothing null. `verify` relies on it.
"""


def present_form(kind: type[Fact], version: object, stored: dict[str, Any]) -> dict[str, Any]:
    """What is stored of a fact, as the present version of its kind stores it; raises ValueError where it cannot be."""
    if type(version) is not int or not 1 <= version <= kind.VERSION:
        raise ValueError(f"{kind.TOPIC} has no version {version!r}")
    for each in range(version, kind.VERSION):
        try:
            stored = UPCASTS[kind.TOPIC, each](stored)
        except (LookupError, TypeError, AttributeError, ArithmeticError) as error:
            raise ValueError(f"it is not what version {each} of {kind.TOPIC} stored: {error!r}") from error
    return stored


def fact_taken_back(retracted: RetractedEntry) -> Fact:
    """The fact that a retraction carries, whichever version stored it; raises KeyError or ValueError."""
    kind = facts()[retracted.fact]
    return read_model(kind, present_form(kind, retracted.fact_version, retracted.data))


def retracted_in_present_form(retracted: RetractedEntry) -> RetractedEntry:
    """What a retraction would carry had the present version recorded it; as it is where that cannot be told."""
    kind = facts().get(retracted.fact)
    if kind is None or retracted.fact_version == kind.VERSION:
        return retracted
    try:
        form = present_form(kind, retracted.fact_version, retracted.data)
    except ValueError:
        return retracted
    return retracted.model_copy(update={"fact_version": kind.VERSION, "data": form})


def missing(kinds: Iterable[type[Fact]]) -> list[tuple[str, int]]:
    """The stored names and earlier versions from which nothing leads to the next."""
    return [
        (kind.TOPIC, version)
        for kind in kinds
        for version in range(1, kind.VERSION)
        if (kind.TOPIC, version) not in UPCASTS
    ]
