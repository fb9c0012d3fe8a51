"""Columns say what rows say, row by row; and merging the columns of any stretches of a log gives those of the whole."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.columnar import Log, all_of, columns_from, in_order_of_columns, logs, plain, rows_in
from support.histories import SLUG, History, Listener, histories
from support.lives import lives
from support.moments import moments
from support.policies import SHIPPED
from support.stamping import EARLIEST, LATEST, US, as_stored, entries
from support.story import Story, noon

from pledger.domain.correction import EntryRetracted
from pledger.domain.lifecycle import PartyJoined, PartyLeft
from pledger.domain.refusal import IntegrityFailure
from pledger.projections import merging
from pledger.projections.columns import EVIDENCE, MEMBERS, Columns, columns_of, instant_of, microseconds
from pledger.projections.evidence import Row, evidence, evidence_of
from pledger.projections.members import members_at
from pledger.projections.merging import Merge
from pledger.projections.parties import PartyOf
from pledger.projections.question import Moment, Question

if TYPE_CHECKING:
    from pledger.domain.entry import Entry
    from pledger.domain.mapper import Stored


def tried(times: int) -> settings:
    return settings(max_examples=times, deadline=None, suppress_health_check=list(HealthCheck))


# Rows


@tried(200)
@given(entries())
def test_the_columns_of_an_entry_are_its_rows(entry: Entry) -> None:
    """To the microsecond, from the first day to the last."""
    assert Counter(rows_in(columns_of([as_stored(entry)]))) == Counter(evidence(entry))


@tried(12)
@given(logs())
def test_the_columns_of_a_log_are_its_rows_sorted_by_party_and_time(log: Log) -> None:
    """Equal times stay in the order of the log, so that what reverses a row comes after it."""
    columns = columns_of(log.stored)
    assert rows_in(columns) == in_order_of_columns(evidence_of(log.entries))
    assert list(columns.parties) == sorted(set(columns.parties))
    assert columns.rows == columns.start[-1] == len(columns["at"])


@tried(12)
@given(logs())
def test_columns_have_the_types_that_pages_keep(log: Log) -> None:
    columns = columns_of(log.stored)
    assert {name: columns[name].dtype for name in EVIDENCE} == {name: np.dtype(kind) for name, kind in EVIDENCE.items()}
    assert tuple(column.dtype for column in columns.members) == tuple(map(np.dtype, MEMBERS))


@tried(12)
@given(logs())
def test_a_partnership_is_known_since_its_first_entry(log: Log) -> None:
    first: dict[str, datetime] = {}
    for entry in log.entries:
        first.setdefault(entry.partnership, entry.recorded_at)
    known = {slug: instant_of(since) for slug, since in columns_of(log.stored).known_since.items()}
    assert known == first
    assert list(known) == sorted(known)


def test_facts_about_the_ledger_itself_are_no_evidence() -> None:
    columns = columns_of(Story().ledger.stored())
    assert (columns.rows, list(columns.parties), columns.known_since) == (0, [], {})
    assert all_of(Merge([columns, columns])).rows == 0


@given(st.integers(0, (LATEST + timedelta(days=364) - EARLIEST) // US).map(lambda us: EARLIEST + us * US))
@example(datetime.min.replace(tzinfo=UTC))
@example(datetime.max.replace(tzinfo=UTC))
def test_an_instant_survives_as_microseconds(instant: datetime) -> None:
    assert instant_of(microseconds(instant)) == instant
    assert instant_of(np.int64(microseconds(instant))) == instant  # type: ignore[arg-type]  # as a column has it


# Damage


def a_retraction() -> Stored:
    story = Story().opened()
    promised = story.promised("2025-01-02", "Brand guide", "2025-01-10")
    story.delivered("2025-01-09", "brand-guide")
    story.on("2025-02-01", EntryRetracted(entry=promised.position, why="a mistake"), cascade=True)
    return list(story.ledger.stored())[-1]


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (b'"fact":"commitment-delivered"', b'"fact":"commitment-eaten"'),
        (b'"stake":"medium"', b'"stake":"ledium"'),
        (b'"maker":', b'"baker":'),
        (b'"late_from":"2025-01-11', b'"late_from":"2025-13-11'),
        (b'"days":1', b'"days":"one"'),
        (b'"terms":{', b'"terms":[],"when":{'),
    ],
)
def test_a_retraction_of_what_cannot_be_understood_is_told_with_its_place(what: bytes, instead: bytes) -> None:
    """What a retraction takes back lies in it as it was told, and is read only when it is taken back."""
    retraction = a_retraction()
    assert what in retraction.state
    with pytest.raises(IntegrityFailure, match="the stored bytes cannot be read: ") as failure:
        columns_of([retraction._replace(state=retraction.state.replace(what, instead))])
    assert failure.value.where == "entry 6 (version 5 of acme-globex)"


@tried(200)
@given(entries() | entries(EntryRetracted), st.integers(0, 2000), st.integers(0, 7))
def test_whatever_bit_is_damaged_columns_are_read_or_the_place_is_told(entry: Entry, place: int, bit: int) -> None:
    stored = as_stored(entry)
    state = bytearray(stored.state)
    state[place % len(state)] ^= 1 << bit
    try:
        columns = columns_of([stored._replace(state=bytes(state))])
    except IntegrityFailure as failure:
        assert str(entry.position) in failure.where  # noqa: PT017 -- damage need not be noticed: it may make a date
    else:
        assert set(columns.known_since) == {entry.partnership}


# Members


def members_in(columns: Columns, as_of: datetime, known_at: datetime) -> list[str]:
    """The parties whose changes by then sum to one; all others sum to none."""
    sums: Counter[str] = Counter()
    for party, at, known, always, change in zip(*(column.tolist() for column in columns.members), strict=True):
        if known <= microseconds(known_at) and (always or at <= microseconds(as_of)):
            sums[columns.parties[party].party] += change
    assert set(sums.values()) <= {0, 1}
    return sorted(+sums)


@tried(50)
@given(lives() | histories(), moments, st.integers(0, 60))
def test_members_at_any_moment_by_any_knowledge_are_those_of_the_partnership_replayed(
    history: History, as_of: datetime, which: int
) -> None:
    listener = Listener(history)
    told = listener.hear_all()
    columns = columns_of(listener.ledger.stored())
    for known_at in {entry.recorded_at for entry in told[which % 9 :: 9]}:
        for moment in {as_of, *(entry.occurred_at for entry in told[which % 7 :: 7])}:
            asked = Question(Moment(moment, known_at), SHIPPED, listener.zone)
            known = [entry for entry in told if entry.recorded_at <= known_at]
            assert members_in(columns, moment, known_at) == sorted(members_at(SLUG, known, asked))


def test_a_coming_and_a_going_that_are_taken_back_never_were_at_any_moment() -> None:
    story = Story().opened("Acme", "Globex", "Initech")
    joined = story.on("2025-02-01", PartyJoined(party="Umbrella"))
    left = story.on("2025-03-01", PartyLeft(party="Initech"))
    for number, mistaken in enumerate((joined, left)):
        story.on(f"2025-04-0{1 + number}", EntryRetracted(entry=mistaken.position, why="a mistake"))
    columns = columns_of(story.ledger.stored())
    for day, before, after in (
        ("2025-01-15", "Acme Globex Initech", "Acme Globex Initech"),
        ("2025-02-15", "Acme Globex Initech Umbrella", "Acme Globex Initech"),
        ("2025-03-15", "Acme Globex Umbrella", "Acme Globex Initech"),
        ("2025-05-01", "Acme Globex Umbrella", "Acme Globex Initech"),
    ):
        assert members_in(columns, noon(day), noon("2025-03-20")) == before.split()
        assert members_in(columns, noon(day), noon("2025-05-01")) == after.split()


# Merging


def parts_of(log: Log, cuts: list[int]) -> list[Columns]:
    """The columns of the stretches between cuts; some may be empty."""
    ends = [0, *sorted(cut % (len(log.stored) + 1) for cut in cuts), len(log.stored)]
    return [columns_of(log.stored[first:last]) for first, last in pairwise(ends)]


cuts = st.lists(st.integers(0, 500), max_size=6)


@tried(25)
@given(logs(), cuts, cuts)
def test_merging_any_stretches_of_a_log_gives_the_columns_of_the_whole(
    log: Log, here: list[int], there: list[int]
) -> None:
    """Merged parts may be merged again, as pages are."""
    whole = plain(columns_of(log.stored))
    parts = parts_of(log, here)
    assert plain(all_of(Merge(parts))) == whole
    half = there[0] % (len(parts) + 1) if there else len(parts)
    again = [all_of(Merge(some)) for some in (parts[:half], parts[half:]) if some]
    assert plain(all_of(Merge(again))) == whole


def a_row(position: int, party: int, moment: int) -> Row:
    at = LATEST - timedelta(days=moment)
    return Row(position, f"p-{party % 5}", f"Party {party}", "kept", at, at, at, float(position), "medium", 1)


@tried(200)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3)), max_size=60),
    cuts,
    st.sets(st.integers(0, 40), max_size=8),
    st.sampled_from((0.0, 0.25, 1.0)),
    st.integers(1, 30),
)
def test_few_parties_with_rows_in_several_parts_are_put_in_their_places_among_many(
    told: list[tuple[int, int]], here: list[int], silent: set[int], touched_max: float, size: int
) -> None:
    """Whether all rows are sorted, or only theirs: with half-full parts and parties of which there is no evidence."""
    rows = [a_row(position, *each) for position, each in enumerate(told)]
    quiet = [PartyOf(f"p-{party % 5}", f"Party {party}") for party in silent]
    ends = [0, *sorted(cut % (len(rows) + 1) for cut in here), len(rows)]
    parts = [columns_from(rows[first:last], quiet[first % 3 :]) for first, last in pairwise(ends)]
    whole = columns_from(rows, {party for part in parts for party in part.parties})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "TOUCHED_MAX", touched_max)
        merge = Merge(parts)
        assert rows_in(all_of(merge)) == rows_in(whole) == in_order_of_columns(rows)
        assert list(merge.outline.parties) == list(whole.parties)
        for first, last in merge.shards(size):
            some = merge.rows_of(first, last, ["at", "position"])
            theirs = slice(int(whole.start[first]), int(whole.start[last]))
            assert some["position"].tolist() == whole["position"][theirs].tolist()
            assert some.start.tolist() == (whole.start[first : last + 1] - whole.start[first]).tolist()


@tried(12)
@given(logs(), cuts, st.integers(1, 60))
def test_shards_hold_every_party_once_and_in_order(log: Log, here: list[int], rows: int) -> None:
    merge = Merge(parts_of(log, here))
    shards = list(merge.shards(rows))
    assert [party for first, last in shards for party in range(first, last)] == list(range(len(merge.outline.parties)))
    for first, last in shards:
        assert merge.outline.start[last] - merge.outline.start[first] <= rows or last == first + 1


@tried(12)
@given(logs(), cuts, st.integers(1, 60))
def test_the_chunks_of_a_merge_are_its_rows_in_order(log: Log, here: list[int], rows: int) -> None:
    merge, whole = Merge(parts_of(log, here)), columns_of(log.stored)
    shards = [merge.rows_of(first, last, EVIDENCE) for first, last in merge.shards(rows)]
    assert [row for shard in shards for row in rows_in(shard)] == rows_in(whole)
    for name in EVIDENCE:
        assert [value for chunk in merge.chunks([name]) for value in chunk[name].tolist()] == whole[name].tolist()


@tried(12)
@given(logs(), cuts, st.sets(st.sampled_from(list(EVIDENCE)), min_size=1))
def test_only_the_columns_that_are_wanted_need_to_be_there(log: Log, here: list[int], wanted: set[str]) -> None:
    whole = columns_of(log.stored)
    some = [
        Columns(part.known_since, part.parties, part.start, {n: part[n] for n in {*wanted, "at"}}, part.members)
        for part in parts_of(log, here)
    ]
    found = Merge(some).rows_of(0, len(whole.parties), wanted)
    assert {name: found[name].tolist() for name in wanted} == {name: whole[name].tolist() for name in wanted}
