"""What `log --format json` and the policy file say is enough: an outsider's sums agree with pledger's to 1e-9."""

from __future__ import annotations

import contextlib
import io
import json
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.facts import DAYS
from support.histories import SLUG, History, Listener, histories
from support.outsider import Scores

from pledger.cli.main import run
from pledger.cli.session import Session

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = (ROOT / "projections" / "policies" / "default.toml").read_text(encoding="utf-8")
FAR = "2040-01-01"

# Every sum of the design has its part in it: outcomes at maturity, every shape, what people say.
UNUSUAL = (
    SHIPPED.replace('name = "default"', 'name = "unusual"')
    .replace('credit = "observed"', 'credit = "matured"')
    .replace("kept               = {weight=1,", 'kept               = {shape="saturating", scale=10, weight=1,')
    .replace("renegotiated-early = {weight=-0.15,", 'renegotiated-early = {shape="halving", scale=7, weight=-0.15,')
    .replace("rated-for          = {weight=0,", "rated-for          = {weight=0.3,")
    .replace("rated-against      = {weight=0,", "rated-against      = {weight=-0.3,")
)
moments = st.builds(
    lambda day, hours: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours),
    st.sampled_from(DAYS),
    st.sampled_from((0, 3, 13, 24 * 45, 24 * 400)),
)


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, dict[str, Any]]]:
    """What to give to --policy, and what an outsider reads in the file."""
    unusual = tmp_path_factory.mktemp("policies") / "unusual.toml"
    unusual.write_text(UNUSUAL, encoding="utf-8")
    return {"shipped": ("default", tomllib.loads(SHIPPED)), "unusual": (str(unusual), tomllib.loads(UNUSUAL))}


class Lasting(Session):
    """A session whose ledger in memory outlives the command."""

    def close(self) -> None:
        pass


def answer(listener: Listener, *words: str) -> Any:
    """What a command says in JSON; None where nothing was known then."""
    session, out = Lasting(clock=listener.clock, _ledger=listener.ledger), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = run([*words, "--format", "json"], session)
    return json.loads(out.getvalue()) if code == 0 else None


def agree(told: dict[str, Any], reckoned: dict[str, Any]) -> None:
    for name, value in reckoned.items():
        if isinstance(value, str):
            assert told[name] == value
        else:
            assert told[name] == pytest.approx(value, rel=0, abs=1e-9)


@pytest.mark.parametrize("policy", ["shipped", "unusual"])
@given(history=histories(most=60), as_of=moments, which=st.integers(0, 60))
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_outsider_comes_to_the_same_trust_and_momentum(
    policies: dict[str, tuple[str, dict[str, Any]]], policy: str, history: History, as_of: datetime, which: int
) -> None:
    listener = Listener(history)
    if not listener.hear_all():
        return
    name, numbers = policies[policy]
    log = answer(listener, "log", SLUG, "--recorded", "--as-of", FAR, "--known-at", FAR)
    known_at = datetime.fromisoformat(log[which % len(log)]["recorded_at"])
    clocks = ["--as-of", as_of.isoformat(), "--known-at", known_at.isoformat()]
    told = answer(listener, "show", SLUG, *clocks, "--policy", name)
    scores = Scores(log, numbers, as_of, known_at)
    if told is None:
        assert "partnership-opened" not in {entry["fact"] for entry in surviving(log, known_at)}
        return
    for party in told["parties"]:
        agree(party, scores.trust(party["party"]))
        agree(party["reliability"], scores.reliability(party["party"]))
        agree(told["momentum"]["by_party"][party["party"]], scores.momentum(party["party"]))
    if told["parties"]:
        agree(told["momentum"], scores.momentum(*(party["party"] for party in told["parties"])))


def surviving(log: list[dict[str, Any]], known_at: datetime) -> list[dict[str, Any]]:
    """The entries known then that no other known then takes back."""
    known = [entry for entry in log if datetime.fromisoformat(entry["recorded_at"]) <= known_at]
    taken_back = {entry["data"]["entry"] for entry in known if entry["fact"] == "entry-retracted"}
    return [entry for entry in known if entry["position"] not in taken_back]
