"""Facts of any kind with any stamps, as the store keeps them; no ledger ever admitted them, but one might have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from pledger.domain.correction import EntryRetracted, RetractedEntry
from pledger.domain.delivery_terms import Terms
from pledger.domain.entry import Entry
from pledger.domain.fact import Fact
from pledger.domain.gaps import Gap
from pledger.domain.mapper import Stored, to_bytes
from support.facts import FACTS, PARTIES, SLUGS

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

EVERY_KIND: tuple[type[Fact], ...] = (*FACTS, EntryRetracted)
US = timedelta(microseconds=1)
EARLIEST, LATEST = datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
"""What a day can be, and when what is due on the last one is late."""
NOW = datetime(2026, 11, 23, 15, 49, 39, 123456, tzinfo=UTC)


def _until(latest: datetime) -> SearchStrategy[datetime]:
    """Any instant: the first, the last, around the epoch, or some microsecond between."""
    edges = (EARLIEST, latest, datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC) - US, NOW)
    anywhere = st.integers(0, (latest - EARLIEST) // US).map(lambda us: EARLIEST + us * US)
    return st.one_of(st.sampled_from(edges).filter(lambda edge: edge <= latest), anywhere)


past = _until(NOW)
late = st.none() | _until(LATEST)
_party = st.sampled_from(PARTIES)
_terms = st.builds(
    Terms,
    commitment=st.sampled_from(SLUGS),
    maker=_party,
    to=st.none() | _party,
    stake=st.sampled_from(("small", "medium", "large")),
    first_date=st.booleans(),
    due=st.none() | st.dates(),
    late_from=late,
)
_gaps = st.lists(
    st.builds(Gap, party=_party, start=past, days=st.integers(1, 3650), end=st.none() | past), max_size=3
).map(tuple)
_members = st.lists(_party, min_size=2, unique=True).map(tuple)
_days = st.integers(0, 4000)

STAMPS: dict[str, SearchStrategy[Any]] = {
    "gaps_opened": _gaps,
    "gaps_closed": _gaps,
    "closes": st.none() | st.lists(_terms, max_size=2).map(tuple),
    "by": st.none() | _party,
    "about": _party,
    "owner": _party,
    "members": _members,
    "days_open": _days,
    "days": _days,
    "agreed": st.none() | st.booleans(),
    "late_from": late,
    "terms": _terms,
}
"""What admission may fill, by the name of the field."""


@st.composite
def stamped(draw: DrawFn, kind: type[Fact]) -> Fact:
    """A fact of a kind with stamps; a retraction takes back a fact of any other."""
    if kind is EntryRetracted:
        taken = draw(stamped(draw(st.sampled_from(list(FACTS)))))
        data = taken.model_dump(mode="json", exclude_none=True)
        retracted = RetractedEntry(version=2, fact=taken.TOPIC, occurred_at=draw(past), data=data)
        gaps = {"gaps_opened": draw(_gaps), "gaps_closed": draw(_gaps)}
        return EntryRetracted(entry=7, why="a mistake").stamped(retracted=retracted, **gaps)
    return draw(FACTS[kind]).stamped(**{name: draw(STAMPS[name]) for name in sorted(kind.stamps())})


@st.composite
def entries(draw: DrawFn, kind: type[Fact] | None = None) -> Entry:
    """An entry of a kind of fact, or of any."""
    kind = kind or draw(st.sampled_from(EVERY_KIND))
    text = st.none() | st.text(st.characters(exclude_categories=("Cs", "Cc")))
    return Entry(
        position=draw(st.integers(1, 2**40)),
        partnership=draw(st.sampled_from(("acme-globex", "beta"))),
        version=draw(st.integers(1, 2**20)),
        fact=draw(stamped(kind)),
        occurred_at=draw(past),
        recorded_at=draw(past),
        recorded_by=draw(st.sampled_from(("jane", 'O\\"mar\n', "Zoë 🦊"))),
        source=draw(text),
        link=draw(text),
        note=draw(text),
    )


def as_stored(entry: Entry) -> Stored:
    """What the store would keep of an entry."""
    return Stored(entry.position, entry.partnership, entry.version, entry.fact.TOPIC, to_bytes(entry))
