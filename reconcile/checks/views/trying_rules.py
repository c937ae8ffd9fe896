"""Trying the rule of a field: give a record of each system, see which one wins and by which clause."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from ownership import wording
from ownership.definitions import Record
from ownership.models import Field
from ownership.sentences import named
from ownership.views.asking import field_of, person_of
from reconcile import engine
from reconcile.checks.deciding import Told, told_by, versions_of
from reconcile.checks.queries.columns import shown_name
from reconcile.checks.queries.examples import Example, example_of, has_example

LONGEST = 2_000
WHICH = {"agreed": "In force", "draft": "Worked on", "proposed": "Worked on", "disputed": "Worked on"}
NOBODY = {
    "no_rule": "Nobody wins: there is no rule.",
    "not_agreed": "Nobody wins yet: the teams have not agreed.",
    "no_condition_holds": "Nobody wins: no condition holds.",
    "cannot_tell": "Nobody wins: it cannot be told.",
}
Values = dict[str, dict[str, str | None] | None]


@dataclass(frozen=True)
class Asked:
    """One input: a column of one system's record. ``name`` is short and the same whatever the column is called.

    ``absent``: the record given has no such column, or it is ``masked``; so it stays while nothing is typed.
    """

    name: str
    label: str
    is_field: bool
    value: str
    absent: bool
    masked: bool


@dataclass(frozen=True)
class Side:
    """The inputs of one system's record; ``missing``: it has none."""

    name: str
    system: str
    missing: bool
    asked: Sequence[Asked]


@dataclass(frozen=True)
class Clause:
    """One condition with its answer; ``decides``: it is the one the verdict rests on."""

    sentence: str
    wins: str
    answer: engine.Tested
    decides: bool


@dataclass(frozen=True)
class Answer:
    """What one version of the rule says. ``corrected``: the systems that should say what the winner says."""

    state: str
    which: str
    headline: str
    verdict: engine.Verdict
    clauses: Sequence[Clause]
    settled_by: str
    corrected: Sequence[str]

    @property
    def settles(self) -> bool:
        """Whether the settling record wins, or would."""
        return self.verdict.clause is None


@require_http_methods(["GET", "HEAD", "POST"])
def try_rule(request: HttpRequest, field_id: int) -> HttpResponse:
    """Show who wins for the values given. A sensitive field's values are posted, so that no address keeps them."""
    field = field_of(field_id)
    person = person_of(request)
    rules = versions_of(field)
    told = told_by(rules)
    given = request.POST if request.method == "POST" else request.GET
    example = example_of(field, person, _number(given["example"])) if "example" in given else None
    values = _of_example(told, example) if example else _of_query(told, given)
    asked = bool(example) or any(name.startswith(("v-", "none-")) for name in given)
    context = {
        "field": field,
        "sides": _sides(told, values, {} if example else given, example.masked if example else ()),
        "answers": [_answer(rule, values) for rule in rules] if asked or not told else [],
        "differ": asked and _differ(rules, values),
        "same": asked and _same(rules, values),
    }
    if request.headers.get("HX-Request"):
        response = render(request, "checks/_tried.html", context)
        if request.method != "POST":
            response["HX-Replace-Url"] = f"{reverse('try_rule', args=[field.pk])}?{given.urlencode()}"
    else:
        after = example.mismatch.pk if example else 0
        context |= {
            "example": example,
            "example_address": f"?example={after}" if has_example(field, person) else "",
            "unnamed": _unnamed(field),
        }
        response = render(request, "checks/try_rule.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _short(prefix: str, *parts: str) -> str:
    return f"{prefix}-{hashlib.sha256(chr(0).join(parts).encode(errors='surrogatepass')).hexdigest()[:12]}"


def _input(one: Told) -> str:
    return _short("v", one.system.casefold(), one.column)


def _of_query(told: Iterable[Told], given: QueryDict) -> Values:
    values: Values = {}
    for one in told:
        if _short("none", one.system.casefold()) in given:
            values[one.system] = None
            continue
        record = values.setdefault(one.system, {})
        text = given.get(_input(one), "")[:LONGEST]
        if record is not None and (text or f"no-{_input(one)}" not in given):
            record[one.column] = text
    return values


def _of_example(told: Iterable[Told], example: Example) -> Values:
    """The record's own columns: one that the export does not have is missing here as well."""
    values: Values = {}
    for one in told:
        record = next(
            (there for name, there in example.values.items() if name.casefold() == one.system.casefold()), None
        )
        if record is None:
            values[one.system] = None
        else:
            of_system = values.setdefault(one.system, {})
            if of_system is not None and one.column in record:
                of_system[one.column] = record[one.column]
    return values


def _sides(told: Iterable[Told], values: Values, typed: Mapping[str, Any], masked: Collection[str]) -> list[Side]:
    by_system: dict[str, list[Told]] = {}
    for one in told:
        by_system.setdefault(one.system, []).append(one)
    return [_side(system, of_system, values.get(system), typed, masked) for system, of_system in by_system.items()]


def _side(
    system: str,
    told: Iterable[Told],
    record: Mapping[str, str | None] | None,
    typed: Mapping[str, Any],
    masked: Collection[str],
) -> Side:
    there = record or {}
    asked = [
        Asked(
            name=_input(one),
            label=shown_name(one.column),
            is_field=one.is_field,
            # What was typed before the record was said to be missing is kept.
            value=there.get(one.column) or str(typed.get(_input(one), ""))[:LONGEST],
            absent=record is not None and one.column not in there,
            masked=one.column in masked and one.column not in there,
        )
        for one in told
    ]
    return Side(_short("none", system.casefold()), system, record is None, asked)


def _answer(rule: engine.RuleForDeciding, values: engine.Records) -> Answer:
    verdict = engine.decide(rule, values)
    return Answer(
        rule.state,
        WHICH.get(rule.state, ""),
        _headline(verdict),
        verdict,
        [
            Clause(condition.sentence, _named(condition.wins), answer, place == verdict.clause)
            for place, (condition, answer) in enumerate(zip(rule.conditions, engine.answers(rule, values), strict=True))
        ],
        _named(rule.settled_by) if rule.settled_by and not rule.depends else "",
        _corrected(rule, verdict, values),
    )


def _headline(verdict: engine.Verdict) -> str:
    if verdict.winner:
        return f"{_capital(_named(verdict.winner))} wins."
    if verdict.would_win:
        return f"{_capital(_named(verdict.would_win))} would win, once the teams agree."
    return NOBODY[verdict.outcome]


def _named(record: engine.RecordType | None) -> str:
    return named(Record(record.system, record.name)) if record else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _field_values(rule: engine.RuleForDeciding, values: engine.Records) -> dict[str, str]:
    """What each system that has a record says of the field, without outer space."""
    found = {}
    for system, column in rule.columns:
        record = values.get(system)
        if record is not None and column in record:
            found[system] = (record[column] or "").strip()
    return found


def _corrected(rule: engine.RuleForDeciding, verdict: engine.Verdict, values: engine.Records) -> list[str]:
    if verdict.should_be is None:
        return []
    right = verdict.should_be.strip()
    return [system for system, value in _field_values(rule, values).items() if value != right]


def _differ(rules: Sequence[engine.RuleForDeciding], values: engine.Records) -> bool:
    """Whether the version in force and the one worked on say different things."""
    verdicts = [engine.decide(rule, values) for rule in rules]
    return len({one.winner or one.would_win for one in verdicts}) > 1


def _same(rules: Sequence[engine.RuleForDeciding], values: engine.Records) -> bool:
    found = list(_field_values(rules[0], values).values())
    return len(found) > 1 and len(set(found)) == 1 and bool(found[0])


def _unnamed(field: Field) -> str:
    """The systems that store the field in a column nobody has written down, as a list in words."""
    return wording.listed([use.system.name for use in field.uses.all() if not use.column])
