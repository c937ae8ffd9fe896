"""Which record wins: the rule of a field and a record of each system in, a verdict with its reason out.

Conditions are asked in their order and the first that holds decides; where none holds, the settling record does. A
condition that cannot be told ends it: a later one, or the settling record, must not win because something was missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from reconcile.engine.asking import (
    CANNOT_TELL,
    HOLDS,
    Condition,
    Records,
    RecordType,
    Tested,
    ask,
    cell_of,
    record_of,
    shown,
)

Outcome = Literal["wins", "no_rule", "not_agreed", "no_condition_holds", "cannot_tell"]
AGREED = "agreed"
_SENTENCE = 300

_NOT_AGREED = {
    "draft": "The rule of {field} is a draft that nobody has agreed to.",
    "proposed": "The rule of {field} is proposed; not every team has agreed to it.",
    "disputed": "The rule of {field} is disputed: nobody owns it.",
}
_NOT_IN_FORCE = "The rule of {field} is not in force."


@dataclass(frozen=True, slots=True)
class RuleForDeciding:
    """What decides about a field: its conditions in order, then ``settled_by``.

    ``state`` is that of the version, "agreed" where it is in force. ``depends``: the conditions alone decide.
    ``columns`` are (system, column) pairs, the column that holds the field there.
    """

    field: str
    state: str = AGREED
    settled_by: RecordType | None = None
    depends: bool = False
    because: str = ""
    conditions: tuple[Condition, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who wins and why.

    ``winner`` only where the outcome is ``wins``; ``would_win`` where nobody has agreed to the rule yet. ``clause`` is
    the place (from 0) of the condition that decided or could not be told, None where no single one did. ``should_be``
    is what the winner's record holds for the field ("" for no value), None where that is not known.
    """

    outcome: Outcome
    sentence: str
    winner: RecordType | None = None
    clause: int | None = None
    should_be: str | None = None
    would_win: RecordType | None = None


def decide(rule: RuleForDeciding, records: Records) -> Verdict:
    """Say which record wins under ``rule``.

    ``records``: the record of each system as column -> text (None is no value); a system that is missing, or None, has
    no record. Names of systems are matched whatever their case; a column by its name, else by the only one that is
    written like it but for case and outer space. Raises nothing, whatever the texts are.
    """
    found = _by_the_rule(rule, records)
    if rule.state == AGREED or found.outcome == "no_rule":
        return found
    said = _NOT_AGREED.get(rule.state, _NOT_IN_FORCE).format(field=shown(rule.field))
    return replace(
        found,
        outcome="not_agreed",
        sentence=f"{said} It would say: {found.sentence}",
        winner=None,
        should_be=None,
        would_win=found.winner,
    )


def answers(rule: RuleForDeciding, records: Records) -> Iterator[Tested]:
    """Ask every condition of ``rule``, also those after the one that decides."""
    return (ask(condition, records) for condition in rule.conditions)


def _by_the_rule(rule: RuleForDeciding, records: Records) -> Verdict:
    for place, condition in enumerate(rule.conditions):
        answer = ask(condition, records)
        if answer.outcome == CANNOT_TELL:
            said = _said(condition)
            which = f"Condition {place + 1} ({said})" if said else f"Condition {place + 1}"
            return Verdict("cannot_tell", f"{which} cannot be told: {answer.why}.", clause=place)
        if answer.outcome == HOLDS:
            return _condition_wins(rule, records, place, answer)
    return _settled(rule, records)


def _condition_wins(rule: RuleForDeciding, records: Records, place: int, answer: Tested) -> Verdict:
    condition = rule.conditions[place]
    if condition.wins is None:
        missing = f"Condition {place + 1} holds ({answer.why}), but does not say which record wins."
        return Verdict("cannot_tell", missing, clause=place)
    said = _said(condition)
    reason = f"{said} ({answer.why})" if said else answer.why
    sentence = f"Condition {place + 1} holds: {reason}, so {_named(condition.wins)} wins."
    return Verdict("wins", sentence, condition.wins, place, _value(rule, records, condition.wins))


def _said(condition: Condition) -> str:
    return shown(condition.sentence.strip().rstrip(".,;:"), _SENTENCE)


def _settled(rule: RuleForDeciding, records: Records) -> Verdict:
    count = len(rule.conditions)
    none_holds = "The condition does not hold" if count == 1 else f"None of the {count:,} conditions holds"
    if rule.settled_by is not None and not rule.depends:
        wins = f"{_named(rule.settled_by)} wins{_because(rule)}."
        sentence = f"{none_holds}, so {wins}" if count else f"{wins[:1].upper()}{wins[1:]}"
        return Verdict("wins", sentence, rule.settled_by, None, _value(rule, records, rule.settled_by))
    if count:
        return Verdict("no_condition_holds", f"{none_holds}, and nothing else says which record wins.")
    what = "It depends, but no condition says on what" if rule.depends else "No rule says which record wins"
    return Verdict("no_rule", f"{what}: {shown(rule.field)} is for the teams to settle.")


def _named(record: RecordType) -> str:
    return f"the {shown(record.name) or 'record'} in {shown(record.system)}"


def _because(rule: RuleForDeciding) -> str:
    said = shown(rule.because.strip().rstrip("."), _SENTENCE)
    return f" because {said[8:] if said.lower().startswith('because ') else said}" if said else ""


def _value(rule: RuleForDeciding, records: Records, winner: RecordType) -> str | None:
    column = next((column for system, column in rule.columns if system.casefold() == winner.system.casefold()), "")
    record = record_of(records, winner.system)
    if not column or record is None:
        return None
    return cell_of(record, column)
