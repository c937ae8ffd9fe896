"""A hand-off map as plain frozen data, by the names people use: what edits change, and what `load` and `dump` share.

Every way to edit a map (the editor, a file, a restore) makes one of these and hands it to
`boundaries.services.defining.define`, which works out what that means for the rows. Drawing, checking, telling and
exporting a map read nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

HOWS = ("kept", "renamed", "split", "merged", "converted", "meaning")
TOUCHES = ("export", "upload", "paste", "spreadsheet", "edit", "inbox", "chat")
CASES = ("missing", "unsigned", "date", "refund", "merge", "other")
STANDARD_CASES = CASES[:-1]
ENDINGS = ("timing", "ownership", "definition", "missed event")
# What people say of a map as a whole: every field that changes its name or shape is on it; every manual touch is on
# it; nobody edits records on any other way; the trigger of the boundary updates both sides.
CONFIRMABLE = ("field_changes", "touches", "no_other_edits", "one_event")


@dataclass(frozen=True, slots=True)
class Carried:
    """A field on its way over a hand-off, and what becomes of it.

    ``before`` and ``after`` are what it is called on either side: one name each, several before it is merged, several
    after it is split. ``note`` says how it is converted, or what the word means on either side.
    """

    field: str
    how: str = "kept"
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """An awkward case of a hand-off: what happens and which team decides. ``never``: it cannot happen here."""

    when: str
    then: str = ""
    decides: str = ""
    kind: str = "other"
    never: bool = False

    @property
    def decided(self) -> bool:
        """Whether it is said what happens and who decides, or that it cannot happen."""
        return self.never or bool(self.then.strip() and self.decides)


@dataclass(frozen=True, slots=True)
class Handoff:
    """The way from one step (``source``) to another (``target``), by their ids. ``lag_days`` None: nobody said."""

    source: str
    target: str
    trigger: str = ""
    lag_days: float | None = None
    owner: str = ""
    fields: tuple[Carried, ...] = ()
    cases: tuple[Case, ...] = ()

    @property
    def ends(self) -> tuple[str, str]:
        """What identifies it in its map."""
        return self.source, self.target


@dataclass(frozen=True, slots=True)
class Step:
    """One plain sentence of who does what where. ``touch`` says how people do it by hand, empty where they do not.

    ``team`` is the lane; one that is no team of the app stays as it is written. ``minutes`` are for one time,
    ``changes`` the fields that may be edited in it.
    """

    id: str
    does: str
    team: str = ""
    system: str = ""
    touch: str = ""
    minutes: float | None = None
    times_per_week: float | None = None
    changes: tuple[str, ...] = ()

    @property
    def minutes_per_week(self) -> float | None:
        """Minutes of work by hand a week; None where it is not by hand, or nobody said how long or how often."""
        if not self.touch or self.minutes is None or self.times_per_week is None:
            return None
        return self.minutes * self.times_per_week


@dataclass(frozen=True, slots=True)
class Observed:
    """One disagreement that was seen, in one sentence; ``kind`` is one of ENDINGS or empty, ``seen_on`` a day."""

    sentence: str
    kind: str = ""
    seen_on: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """A boundary with its steps, in the order of time, and its hand-offs.

    ``records_per_week`` is the volume now, ``minutes_available`` the minutes a week people have for work by hand,
    ``disputes`` how an argument about a record ends today.
    """

    name: str
    source: str
    target: str
    owner: str = ""
    trigger: str = ""
    rule: str = ""
    steps: tuple[Step, ...] = ()
    handoffs: tuple[Handoff, ...] = ()
    confirmed: tuple[str, ...] = ()
    records_per_week: float | None = None
    minutes_available: float | None = None
    disputes: str = ""
    observed: tuple[Observed, ...] = ()

    def step(self, step_id: str) -> Step | None:
        """Return the step with that id."""
        return next((one for one in self.steps if one.id == step_id), None)

    def number(self, step_id: str) -> int:
        """Return which step it is, counted from 1; 0 if it is not there."""
        return next((number for number, one in enumerate(self.steps, start=1) if one.id == step_id), 0)

    def handoff(self, source: str, target: str) -> Handoff | None:
        """Return the hand-off between two steps."""
        return next((one for one in self.handoffs if one.ends == (source, target)), None)

    def into(self, step_id: str) -> tuple[Handoff, ...]:
        """Return the hand-offs that lead to a step."""
        return tuple(one for one in self.handoffs if one.target == step_id)

    def out_of(self, step_id: str) -> tuple[Handoff, ...]:
        """Return the hand-offs that lead away from a step."""
        return tuple(one for one in self.handoffs if one.source == step_id)

    def takes_over(self, handoff: Handoff) -> str:
        """Return the team that takes over by ``handoff``, empty where the same team goes on or a team is missing."""
        source, target = self.step(handoff.source), self.step(handoff.target)
        if source is None or target is None or not source.team or not target.team:
            return ""
        return "" if source.team.casefold() == target.team.casefold() else target.team

    def owner_of(self, handoff: Handoff) -> str:
        """Return who owns a hand-off: the team named; one team's own; the owner of the boundary between two systems."""
        source, target = self.step(handoff.source), self.step(handoff.target)
        if handoff.owner or source is None or target is None:
            return handoff.owner
        if source.team and not self.takes_over(handoff):
            return source.team
        return self.owner if self.takes_over(handoff) else ""

    @property
    def lanes(self) -> tuple[str, ...]:
        """The teams in the order in which they first do something; steps of no team are in a lane without a name."""
        first: dict[str, str] = {}
        for one in self.steps:
            first.setdefault(one.team.casefold(), one.team)
        return tuple(first.values())

    def to_json(self) -> dict[str, Any]:
        """Return the map as `dump` writes it; what is empty is left out. ``from_json`` is its inverse."""
        return _without_empty(
            {
                "name": self.name,
                "from": self.source,
                "to": self.target,
                "owner": self.owner,
                "trigger": self.trigger,
                "rule": self.rule,
                "steps": [_step(one) for one in self.steps],
                "handoffs": [_handoff(one) for one in self.handoffs],
                "confirmed": list(self.confirmed),
                "records_per_week": _number(self.records_per_week),
                "minutes_available": _number(self.minutes_available),
                "disputes": self.disputes,
                "observed": [
                    _without_empty({"sentence": one.sentence, "kind": one.kind, "seen_on": one.seen_on})
                    for one in self.observed
                ],
            }
        )

    @staticmethod
    def from_json(data: dict[str, Any]) -> Map:
        """Return what ``to_json`` described; keys that are missing take their defaults, others are left alone."""
        return Map(
            name=data["name"],
            source=data.get("from", ""),
            target=data.get("to", ""),
            owner=data.get("owner", ""),
            trigger=data.get("trigger", ""),
            rule=data.get("rule", ""),
            steps=tuple(_step_from(one) for one in data.get("steps", ())),
            handoffs=tuple(_handoff_from(one) for one in data.get("handoffs", ())),
            confirmed=tuple(one for one in CONFIRMABLE if one in data.get("confirmed", ())),
            records_per_week=data.get("records_per_week"),
            minutes_available=data.get("minutes_available"),
            disputes=data.get("disputes", ""),
            observed=tuple(
                Observed(one["sentence"], one.get("kind", ""), one.get("seen_on", ""))
                for one in data.get("observed", ())
            ),
        )

    def with_step(self, step: Step) -> Map:
        """Return the same with ``step`` in place of the one with its id."""
        return replace(self, steps=tuple(step if one.id == step.id else one for one in self.steps))

    def with_handoff(self, handoff: Handoff) -> Map:
        """Return the same with ``handoff`` in place of the one between its steps."""
        return replace(self, handoffs=tuple(handoff if one.ends == handoff.ends else one for one in self.handoffs))


def _step(one: Step) -> dict[str, Any]:
    return _without_empty(
        {
            "id": one.id,
            "team": one.team,
            "system": one.system,
            "does": one.does,
            "touch": one.touch,
            "minutes": _number(one.minutes),
            "times_per_week": _number(one.times_per_week),
            "changes": list(one.changes),
        }
    )


def _handoff(one: Handoff) -> dict[str, Any]:
    return _without_empty(
        {
            "from": one.source,
            "to": one.target,
            "trigger": one.trigger,
            "expected_lag_days": _number(one.lag_days),
            "owner": one.owner,
            "fields": [_carried(field) for field in one.fields],
            "cases": [_case(case) for case in one.cases],
        }
    )


def _carried(one: Carried) -> dict[str, Any]:
    names = {"before": _names(one.before), "after": _names(one.after)}
    return _without_empty({"field": one.field, "how": one.how, **names, "note": one.note})


def _case(one: Case) -> dict[str, Any]:
    kind = {} if one.kind == "other" else {"kind": one.kind}
    said = {"when": one.when, **kind, "then": one.then, "decides": one.decides, "never": one.never}
    return _without_empty(said)


def _names(names: tuple[str, ...]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)


def _number(number: float | None) -> float | int | None:
    """A whole number is written as one."""
    return int(number) if number is not None and number == int(number) else number


def _without_empty(said: dict[str, Any]) -> dict[str, Any]:
    # By identity: a lag of 0 days is something said.
    return {name: value for name, value in said.items() if not (value is None or value is False or value in ("", []))}


def _step_from(data: dict[str, Any]) -> Step:
    return Step(
        id=data["id"],
        does=data.get("does", ""),
        team=data.get("team", ""),
        system=data.get("system", ""),
        touch=data.get("touch", ""),
        minutes=data.get("minutes"),
        times_per_week=data.get("times_per_week"),
        changes=tuple(data.get("changes", ())),
    )


def _handoff_from(data: dict[str, Any]) -> Handoff:
    return Handoff(
        source=data["from"],
        target=data["to"],
        trigger=data.get("trigger", ""),
        lag_days=data.get("expected_lag_days"),
        owner=data.get("owner", ""),
        fields=tuple(_carried_from(one) for one in data.get("fields", ())),
        cases=tuple(
            Case(
                when=one.get("when", ""),
                then=one.get("then", ""),
                decides=one.get("decides", ""),
                kind=one.get("kind", "other"),
                never=bool(one.get("never", False)),
            )
            for one in data.get("cases", ())
        ),
    )


def _carried_from(data: dict[str, Any]) -> Carried:
    return Carried(
        field=data["field"],
        how=data.get("how", "kept"),
        before=_names_from(data.get("before", ())),
        after=_names_from(data.get("after", ())),
        note=data.get("note", ""),
    )


def _names_from(names: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
