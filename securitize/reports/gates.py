"""What the gates of a stress result say: which notes may not be late or lose, and where they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from securitize.base.messages import Listing, Message
from securitize.definitions.suites.gates import Gate, gate_of
from securitize.reports.rows import rows_of
from securitize.reports.states import state_in_words
from securitize.reports.wording import counted, day
from securitize.reports.words import in_users
from securitize.studies.stress.gates import GateResult, judged

if TYPE_CHECKING:
    from securitize.store.run import Run

Row = Mapping[str, Any]


def judged_gates(run: Run, asked: Sequence[Gate]) -> list[GateResult]:
    """The gates of the suite, then those asked for beside it, each once."""
    texts = run.about.get("fail_on", ())
    written = [gate for text in texts if (gate := gate_of(str(text)))] if isinstance(texts, list) else []
    gates = tuple(dict.fromkeys([*written, *asked]))
    return judged(gates, rows_of(run, "stress_results"), rows_of(run, "suite_scenarios")) if gates else []


def gate_lines(run: Run, found: Sequence[GateResult]) -> Iterator[Message]:
    """One line or two a gate: where it fails, and where it was not tried."""
    titles = {row["scenario"]: row["title_zh"] for row in rows_of(run, "suite_scenarios")}

    def named(scenario: str) -> str:
        return in_users(scenario, titles[scenario])

    for one in found:
        gate = one.gate.text
        if one.failing:
            where = Listing([_where(row, named(row["scenario"])) for row in one.failing], "; ")
            yield Message("gate {gate} fails: {where}", gate=gate, where=where)
        else:
            yield Message("gate {gate} does not fail in any scenario", gate=gate)
        if one.untried:
            untried = Listing([named(name) for name in one.untried])
            yield Message(
                "gate {gate} is not passed in scenarios that do not apply, or apply in part: {untried}",
                gate=gate,
                untried=untried,
            )


def _where(row: Row, scenario: str) -> Message:
    """A scenario in which a gate fails, and how."""
    state = state_in_words(row["state"], row["loses_what"])
    if row["first_late_date"] is None:
        return Message("{scenario} ({state})", scenario=scenario, state=state)
    date = day(row["first_late_date"])
    if not row["days_late"]:
        return Message("{scenario} ({state} on {date})", scenario=scenario, state=state, date=date)
    return Message(
        "{scenario} ({state}; first late on {date}, {days})",
        scenario=scenario,
        state=state,
        date=date,
        days=counted(row["days_late"], "day"),
    )
