"""Replaying history: pages, everybody's score, every score, month ends and comparing, beside other ways.

    python benchmarks/replay.py                          ledgers of 10 thousand and 1 million entries
    python benchmarks/replay.py --entries 10000000       another size (writing 10 million takes five minutes and 8 GB)

Every measurement is a program of its own: its first answer comes with the files out of the operating system's cache
(cold), the others with them in it (warm), and its peak memory is its own. The ways take turns, round by round.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from large_ledger import write_ledger
from naive_fold import Fold, store
from pairs import folder, machine, table
from rivals import Columns as RivalColumns
from rivals import DuckDB, Numpy, Polars, SQLite, Weighing, write_parquet, write_sqlite

import pledger
from pledger.projections.columns import EPOCH, instant_of, microseconds
from pledger.projections.compare import Comparison
from pledger.projections.kinds import KINDS
from pledger.projections.opinion import opinions_of
from pledger.projections.page import Page
from pledger.projections.page_building import build_on_all_cores
from pledger.projections.pages import Pages, evidence_of_ledger, pages_folder
from pledger.projections.periods import period_ends
from pledger.projections.policy import default_policy
from pledger.projections.question import Moment, Question
from pledger.projections.scores import Asked, Scorer, amounts, needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MOMENT = microseconds(EPOCH.replace(year=2026, month=7))
SAMPLE = 20_000
"""How many entries the library's fold is shown; what it needs for each is the same for more."""
SQLITE_MAX = 1_000_000
QUESTIONS = ("now", "every", "months", "compare")
TITLES = {
    "now": "everybody's trust now",
    "every": "trust after everything that happened",
    "months": "trust at the end of every month of ten years",
    "compare": "two policies compared, in full",
}
RIVALS = {"numpy": Numpy, "Polars": Polars, "DuckDB": DuckDB, "SQLite": SQLite}
"""Who is asked the first three."""


def moments() -> Any:
    """The month ends of ten years, in microseconds."""
    ends = period_ends("month", instant_of(MOMENT).replace(year=2016), instant_of(MOMENT), EPOCH.tzinfo)  # type: ignore[arg-type]
    return np.array([microseconds(end) for end in ends], "<i8")


def asked(question: str) -> Asked:
    """What pledger is asked."""
    when = {"now": np.array([MOMENT]), "months": moments(), "every": None}[question]
    return Asked(when, MOMENT if question != "every" else np.iinfo(np.int64).max, np.iinfo(np.int64).max)


def pledger_answers(path: Path, question: str) -> Callable[[], Any]:
    """Trust from the pages of a ledger, opened and verified for each answer."""
    ledger, policy = pledger.Ledger.open(path, create=False), default_policy()
    if question == "compare":
        moment = Moment(instant_of(MOMENT), instant_of(np.iinfo(np.int64).max // 1000))
        kept_late = policy.kinds["kept-late"].model_copy(update={"half_life_days": 90.0})
        other = policy.model_copy(update={"kinds": {**policy.kinds, "kept-late": kept_late}})
        old, new = (Question(moment, each, ledger.zone) for each in (policy, other))

        def comparison() -> Any:
            wanted = [*needed(policy), "position"]
            return Comparison(evidence_of_ledger(ledger, wanted), old, new).summary()

        return comparison

    def answer() -> Any:
        evidence = evidence_of_ledger(ledger, needed(policy))
        sums = Scorer(evidence, policy).trust(asked(question))
        return [opinions_of(pro, contra, policy.trust).trust for pro, contra in sums]

    return answer


def floor_answers(path: Path, question: str) -> Callable[[], Any]:
    """Reading the same bytes into memory, and nothing else."""
    with pledger.Ledger.open(path, create=False) as ledger:
        folder = pages_folder(ledger)
    assert folder is not None
    wanted = ["rows_of_party", *needed(default_policy())]

    def answer() -> Any:
        found = []
        for file in sorted(folder.glob("*.evidence")):
            places = Page(file).foot.columns
            with file.open("rb") as opened:
                for name in wanted:
                    opened.seek(places[name].offset)
                    size = places[name].values * (1 if name in ("kind", "stake", "count") else 8)
                    found.append(np.fromfile(opened, np.uint8, size))
        return found

    return answer


def rival_answers(way: str, path: Path, question: str) -> Callable[[], Any]:
    """Trust as another engine tells it, from a file of its own."""
    about = json.loads(beside(path, "json").read_text())
    policy = default_policy()
    weight = np.array([policy.weights.get(kind, 0.0) for kind in KINDS])
    half_life = np.array([policy.half_lives_days.get(kind, 1.0) for kind in KINDS])
    weighing = Weighing(weight, half_life, policy.trust.prior_weight, policy.trust.base_rate)
    file = beside(path, "rows.sqlite" if way == "SQLite" else "parquet")
    rival = RIVALS[way](file, about["parties"], weighing, about["origin"])
    return {
        "now": lambda: rival.now(MOMENT),
        "every": rival.after_every_row,
        "months": lambda: rival.at_moments(moments()),
    }[question]


def beside(path: Path, ending: str) -> Path:
    """A file that belongs to a ledger."""
    return path.with_name(f"{path.name}.{ending}")


def write(path: Path) -> None:
    """Make the ledger that is named by its number of entries."""
    write_ledger(path, int(path.stem))


def prepare(path: Path) -> None:
    """Write the evidence of a ledger, with amounts reckoned already, in the forms that rivals like best."""
    if beside(path, "json").exists():
        return
    policy = default_policy()
    with pledger.Ledger.open(path, create=False) as ledger:
        evidence = evidence_of_ledger(ledger, needed(policy))
        parts = [(a, evidence.rows_of(a, b, needed(policy))) for a, b in evidence.shards()]
    series = [
        np.repeat(np.arange(len(part.parties), dtype="<i4") + first, np.diff(part.start)) for first, part in parts
    ]
    at, kind = (np.concatenate([part[name] for _, part in parts]) for name in ("at", "kind"))
    amount = np.concatenate([amounts(part, policy) for _, part in parts])
    columns = RivalColumns(np.concatenate(series), at, kind, amount)
    write_parquet(columns, beside(path, "parquet"))
    if len(columns.at) <= 5 * SQLITE_MAX:
        write_sqlite(columns, beside(path, "rows.sqlite"))
    about = {"parties": len(evidence.outline.parties), "rows": len(columns.at), "origin": int(columns.at.min())}
    beside(path, "json").write_text(json.dumps(about))


def one(way: str, path: Path, question: str, rounds: int) -> dict[str, Any]:
    """Answer once with cold files and some times with warm ones; seconds of each, and this program's peak memory."""
    for file in (path, *path.parent.glob(f"{path.name}.*"), *(path.parent / f"{path.name}.pages").glob("*")):
        _chill(file)
    if way == "pledger":
        answer = pledger_answers(path, question)
    else:
        answer = floor_answers(path, question) if way == "floor" else rival_answers(way, path, question)
    seconds = []
    for _ in range(1 + rounds):
        gc.collect()
        began = time.perf_counter()
        answer()
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def _chill(file: Path) -> None:
    """Drop a file from the operating system's cache."""
    if file.is_file():
        handle = os.open(file, os.O_RDONLY)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


def build(path: Path) -> dict[str, Any]:
    """Build all pages of a ledger from nothing; seconds, entries, and peak memory (workers included)."""
    with pledger.Ledger.open(path, create=False) as ledger:
        folder = pages_folder(ledger)
        assert folder is not None
        for file in folder.glob("*"):
            file.unlink()
        began = time.perf_counter()
        pages = Pages(ledger, folder, build_on_all_cores).complete()
        seconds = time.perf_counter() - began
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    size = sum(file.stat().st_size for file in folder.glob("*.evidence"))
    entries = sum(page.foot.entries for page in pages)
    peak = (own + (os.cpu_count() or 1) * children) * 1024
    return {"seconds": [seconds], "entries": entries, "peak": peak, "files": len(pages), "bytes": size}


def naive(path: Path) -> dict[str, float]:
    """What the library's own way needs for an entry, by question."""
    events = beside(path, "events.sqlite")
    if not events.exists():
        store(path, SAMPLE, events)
    fold = Fold(events, default_policy())
    return {
        "now": fold.now(instant_of(MOMENT)).seconds_per_entry,
        "every": fold.after_every_row().seconds_per_entry,
        "months": fold.at_moments([instant_of(moment) for moment in moments().tolist()]).seconds_per_entry,
    }


def in_a_program_of_its_own(*arguments: object) -> Any:
    """Run a measurement by itself; what it found."""
    command = [sys.executable, __file__, "--one", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


def measure(path: Path, rounds: int) -> None:
    """Everything about one ledger, as tables."""
    built = in_a_program_of_its_own("build", path)
    entries = built["entries"]
    by_hand = in_a_program_of_its_own("naive", path)
    in_a_program_of_its_own("prepare", path)
    rows = json.loads(beside(path, "json").read_text())["rows"]
    (took,) = built["seconds"]
    print(f"{entries:,} entries in pages, {rows:,} rows of evidence; {machine()}\n")
    page_facts = f"{built['files']} files, {built['bytes'] / 1e6:,.0f} MB, peak {built['peak'] / 2**30:.2f} GiB"
    print(f"Building pages: {took:.1f} s, {entries / took:,.0f} entries a second ({page_facts});")
    print(f"{by_hand['now'] * entries / took:.1f} times the rate of the library's own fold.\n")
    for question in QUESTIONS:
        found = _in_turn(path, question, _ways(question, entries), rounds)
        print(f"{TITLES[question]}:")
        head = ["way", "warm, s", "beside pledger", "cold, s", "peak, GiB"]
        table(head, list(_lines(found, by_hand.get(question, 0.0) * entries)))


def _ways(question: str, entries: int) -> list[str]:
    if question == "compare":
        return ["pledger"]
    slow = ["SQLite"] if entries <= SQLITE_MAX else []
    return ["pledger", "numpy", "Polars", "DuckDB", *slow, *(["floor"] if question == "now" else [])]


def _in_turn(path: Path, question: str, ways: Sequence[str], rounds: int) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            found[way].append(in_a_program_of_its_own(way, path, question, 1 if way == "SQLite" else 3))
    return found


def _lines(found: dict[str, list[Any]], naive_s: float) -> Iterator[list[str]]:
    warm = {way: median(second for one in ones for second in one["seconds"][1:]) for way, ones in found.items()}
    for way, ones in found.items():
        cold, peak = median(one["seconds"][0] for one in ones), max(one["peak"] for one in ones)
        ratio = f"{warm[way] / warm['pledger']:.2f}"
        yield [way, f"{warm[way]:.3f}", ratio, f"{cold:.2f}", f"{peak / 2**30:.2f}"]
    if naive_s:
        yield ["the library's own fold", f"{naive_s:.0f}", f"{naive_s / warm['pledger']:.0f}", "", ""]


def main() -> None:
    """Measure, or answer for one measurement in a program of its own."""
    if sys.argv[1:2] == ["--one"]:
        what, of, *more = sys.argv[2:]
        told: Any = {"build": build, "naive": naive, "prepare": prepare, "write": write}.get(what)
        print(json.dumps(told(Path(of)) if told else one(what, Path(of), more[0], int(more[1]))))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, action="append", help="a size of ledger; may be told several times")
    parser.add_argument("--rounds", type=int, default=3, help="how often each way is run (default 3)")
    parser.add_argument("--folder", help="where the ledgers are made; kept there, and used again, if it is told")
    options = parser.parse_args()
    for entries in options.entries or [10_000, 1_000_000]:
        with folder(options.folder) as made:
            path = Path(options.folder or made) / f"{entries}.sqlite"
            if not path.exists():
                in_a_program_of_its_own("write", path)
            measure(path, options.rounds)


if __name__ == "__main__":
    main()
