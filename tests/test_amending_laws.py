"""Whatever is amended: the entry is told anew in its place, what rests on it follows, and nothing else is touched."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.histories import History, Listener, histories
from support.lives import lives
from support.recomputed import standing_entries

from pledger.domain.amending import Amended, amend, told_fields
from pledger.domain.refusal import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pledger.domain.entry import Entry

often = settings(max_examples=50, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
any_history = st.one_of(histories(), lives(), lives())


def amendments(listener: Listener) -> Iterator[tuple[Amended | None, list[Entry]]]:
    """Every amendment of a history as soon as it is heard, None where nothing came of it; and the entries before it."""
    for step in listener.history.steps:
        before, count = listener.entries(), len(listener.amendments)
        listener.hear(step)
        if step.told[0].amends:
            yield listener.amendments[-1] if len(listener.amendments) > count else None, before


@often
@given(any_history)
def test_nothing_is_touched_but_the_entry_and_what_rests_on_it(history: History) -> None:
    listener = Listener(history)
    for done, before in amendments(listener):
        after = listener.entries()
        if done is None:  # refused, or nothing differed
            assert after == before
            continue
        replaced = {done.before.version: done.now, **{old.version: now for old, now in done.told_again}}
        expected = [replaced.get(entry.version, entry) for entry in standing_entries(before)]
        assert {entry.version: entry for entry in standing_entries(after)} == {e.version: e for e in expected}
        for old, now in done.told_again:
            assert (beside(old), old.fact.TOPIC) == (beside(now), now.fact.TOPIC)
        assert len(after) == len(before) + 2 * len(replaced)
        assert len({(entry.recorded_at, entry.recorded_by) for entry in after[len(before) :]}) == 1


def beside(entry: Entry) -> tuple[object, ...]:
    """What is told of an entry beside its fact."""
    return entry.occurred_at, entry.source, entry.link, entry.note


@often
@given(any_history)
def test_what_is_amended_back_is_what_it_was(history: History) -> None:
    """Unless that is refused; what was moved away comes back after all that happened at the same instant."""
    listener = Listener(history)
    for done, before in amendments(listener):
        if done is None or "on" in done.changed:
            continue
        was, told = done.before, told_fields(done.before.fact)
        changes = {name: told.get(name) for name in type(was.fact).model_fields if name not in was.fact.stamps()}
        try:
            amend(listener.ledger, done.now.position, {**changes, "on": was.occurred_at})
        except Refused:
            continue
        assert what_stands(listener.entries()) == what_stands(before)


def what_stands(entries: Iterable[Entry]) -> Counter[str]:
    """What stands, stamps too; gaps and places in the ledger apart."""
    gaps = {"gaps_opened": (), "gaps_closed": ()}
    return Counter(
        f"{entry.occurred_at} {entry.fact.stamped(**gaps) if 'gaps_opened' in entry.fact.stamps() else entry.fact}"
        for entry in standing_entries(entries)
    )
