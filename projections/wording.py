"""How numbers and names are worded for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pledger.projections.opinion import Opinion


def share(number: float) -> str:
    """A number between -1 and 1 with two decimals and no leading zero: .71, -.05, 1.00."""
    return f"{number + 0.0:.2f}".replace("-0.00", "0.00").replace("0.", ".", 1)


def signed(number: float) -> str:
    """A change between -1 and 1 with its sign and three decimals: +.042, -.130."""
    return f"{number:+.3f}".replace("-0.000", "+0.000").replace("0.", ".", 1)


def with_doubt(opinion: Opinion) -> str:
    """Trust with its spread: .71 ± .12."""
    return f"{share(opinion.trust)} ± {share(opinion.spread)}"


def several(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: 1 promise, 2 promises."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def joined(names: Sequence[str]) -> str:
    """Names as people list them: Acme, Globex and Initech."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def quoted(text: str, most: int = 60) -> str:
    """A text of the users' in quotation marks, cut where it is long."""
    return f"“{text if len(text) <= most else text[: most - 1].rstrip() + '…'}”"
