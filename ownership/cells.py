"""The columns of the table of fields, and how the text in a cell and the data behind it become each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ownership import condition_lines, wording
from ownership.definitions import Definition, Rule, Use
from ownership.models import Field
from ownership.models.fields import NAME_CHARACTERS
from ownership.naming import (
    NOBODY,
    Names,
    Unclear,
    after_system,
    bare,
    clean,
    found,
    labels,
    one_line,
    person,
    record,
    record_text,
    split,
    system,
    team,
    unclear,
    unquoted,
)

__all__ = ["BY_KEY", "COLUMNS", "RULE_COLUMNS", "Column", "Names", "Unclear", "labels", "text_of", "with_text"]

IT_DEPENDS = "it depends"
DEPENDS = frozenset({IT_DEPENDS, "depends"})
EDITORS = "Write who edits the field in which system, such as CRM: Sales; Billing: Finance."


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its key, its head, what to write into its cells, the most characters they take."""

    key: str
    label: str
    hint: str
    editable: bool = True
    longest: int = 5_000


COLUMNS = (
    Column("subject", "Subject", "What the field is about, such as customer", longest=100),
    Column("name", "Field", "The fact that is compared, such as billing status", longest=NAME_CHARACTERS),
    Column("means", "What it means", "One plain sentence"),
    Column("first_appears_in", "First appears in", "System and record, such as CRM: deal"),
    Column("owner", "Owner team", "The team that answers for it"),
    Column("editors", "Editors by system", "Such as CRM: Sales; Billing: nobody"),
    Column("settled_by", "Settled by", "The record that wins, such as Billing: posted invoice, or it depends"),
    Column("because", "Because", "Why that record wins, in one plain sentence"),
    Column(
        "conditions",
        "It depends",
        "One a line: the order form is not signed yet | CRM signed is no | CRM: signed order form",
        longest=20_000,
    ),
    Column("approver", "Approver", "Who signs exceptions"),
    Column("deputy", "Deputy", "Who signs them while the approver is away"),
    Column("state", "State", "Changes when teams propose, agree or object", editable=False),
)
BY_KEY = {column.key: column for column in COLUMNS}
# What the teams agreed on: the rule, and who may edit the field where.
RULE_COLUMNS = frozenset(
    {"first_appears_in", "owner", "editors", "settled_by", "because", "conditions", "approver", "deputy"}
)


def text_of(definition: Definition, column: str, people: Mapping[str, str]) -> str:
    """Return what a cell says. ``people``: what each address is called, as `labels` gives it.

    The state of a rule is not part of a definition: its cell is empty here.
    """
    return _TEXTS[column](definition, people)


def with_text(definition: Definition, column: str, text: str, known: Names) -> Definition:
    """Return ``definition`` with what ``text`` says in ``column``; names come back as they are spelled.

    Raises Unclear with what to write instead.
    """
    try:
        fitting = _fitting(text, column)
        return _READERS[column](definition, fitting, known)
    except Unclear as refused:
        raise Unclear(refused.sentence, column, new=refused.new) from refused


def _fitting(text: str, column: str) -> str:
    shape = BY_KEY.get(column)
    if shape is None:
        unclear("The table has no such column.")
    if not shape.editable:
        unclear("The state changes when teams propose, agree or object, on the page of the field.")
    cleaned = clean(text)
    if len(cleaned) > shape.longest:
        longest = wording.number(shape.longest)
        unclear(f"{shape.label}: at most {longest} characters; here are {wording.number(len(cleaned))}.")
    return cleaned


def from_other(definition: Definition, column: str, other: Definition) -> Definition:
    """Return ``definition`` with ``column`` as it is in ``other``, also what its text does not show."""
    if column == "editors":
        return _with_editors(definition, {use.system: use.editors for use in other.uses})
    if column == "settled_by":
        return _with_rule(definition, settled_by=other.rule.settled_by, depends=other.rule.depends)
    if column in RULE_COLUMNS:
        return _with_rule(definition, **{column: getattr(other.rule, column)})
    return replace(definition, **{column: getattr(other, column)})


# --- Data to text ------------------------------------------------------------------------------------------------


def _settled(rule: Rule) -> str:
    return IT_DEPENDS if rule.depends else record_text(rule.settled_by)


def _editors_text(definition: Definition) -> str:
    return "; ".join(f"{bare(use.system, ':;')}: {_teams_text(use)}" for use in definition.uses)


def _teams_text(use: Use) -> str:
    return ", ".join(bare(name, ",;:") if name.casefold() not in NOBODY else f'"{name}"' for name in use.editors) or (
        "nobody"
    )


_TEXTS: dict[str, Callable[[Definition, Mapping[str, str]], str]] = {
    "subject": lambda one, _: one.subject,
    "name": lambda one, _: one.name,
    "means": lambda one, _: one.means,
    "first_appears_in": lambda one, _: record_text(one.rule.first_appears_in),
    "owner": lambda one, _: one.rule.owner,
    "editors": lambda one, _: _editors_text(one),
    "settled_by": lambda one, _: _settled(one.rule),
    "because": lambda one, _: one.rule.because,
    "conditions": lambda one, _: condition_lines.lines(one.rule.conditions),
    "approver": lambda one, people: people.get(one.rule.approver, one.rule.approver),
    "deputy": lambda one, people: people.get(one.rule.deputy, one.rule.deputy),
    "state": lambda *_: "",
}


# --- Text to data ------------------------------------------------------------------------------------------------


def _with_rule(definition: Definition, **changed: Any) -> Definition:
    return replace(definition, rule=replace(definition.rule, **changed))


def _name(definition: Definition, text: str, _: Names) -> Definition:
    if not text:
        unclear("A field needs a name, such as billing status.")
    return replace(definition, name=text if text == definition.name else one_line(text))


def _subject(definition: Definition, text: str, _: Names) -> Definition:
    return replace(definition, subject=text if text == definition.subject else one_line(text))


def _owner(definition: Definition, text: str, names: Names) -> Definition:
    return _with_rule(definition, owner=_team_or_nobody(text, names))


def _team_or_nobody(text: str, names: Names) -> str:
    there = found(names.teams, text)
    if there is not None:
        return there.name
    return team(text, names) if text and text.casefold() not in NOBODY else ""


def _settled_by(definition: Definition, text: str, names: Names) -> Definition:
    if one_line(text).casefold() in DEPENDS:
        return _with_rule(definition, settled_by=None, depends=True)
    return _with_rule(definition, settled_by=record(text, names), depends=False)


def _editors(definition: Definition, text: str, names: Names) -> Definition:
    wanted: dict[str, tuple[str, ...]] = {}
    for part in split(text, ";\n"):
        if part:
            system_name, teams = _editors_in(part, names)
            wanted[system_name] = (*wanted.get(system_name, ()), *teams)
    return _with_editors(definition, wanted)


def _with_editors(definition: Definition, wanted: Mapping[str, tuple[str, ...]]) -> Definition:
    """A system left out keeps its column and meaning, without editors; one that has neither is gone."""
    there = {use.system: use for use in definition.uses}
    kept = [use for use in definition.uses if use.system in wanted or use.column or use.means]
    added = [Use(name) for name in wanted if name not in there]
    uses = (replace(use, editors=tuple(sorted(set(wanted.get(use.system, ()))))) for use in (*kept, *added))
    return replace(definition, uses=tuple(uses))


def _editors_in(part: str, names: Names) -> tuple[str, list[str]]:
    placed = after_system(part, names)
    if placed is None:
        before, colon, _ = part.partition(":")
        alone = found(names.systems, unquoted(part))
        if alone is not None:
            unclear(f"Say who edits it in {alone.name}, such as {alone.name}: Sales, or {alone.name}: nobody.")
        if colon:
            system(unquoted(before), names)
        unclear(EDITORS)
    system_name, rest = placed
    return system_name, [name for one in split(rest, ",") for name in _teams(one, names)]


def _teams(text: str, names: Names) -> list[str]:
    """The teams of one part: usually one; ``Sales and Finance`` are two unless a team is called that."""
    if not text or (text.casefold() in NOBODY and found(names.teams, text) is None):
        return []
    wanted = unquoted(text)
    if found(names.teams, wanted) is None:
        for sign in (" and ", " & ", " / ", " + "):
            several = [found(names.teams, one) for one in wanted.split(sign)]
            if all(several):
                return [one.name for one in several if one]
    return [team(wanted, names)]


def _approver(definition: Definition, text: str, names: Names) -> Definition:
    return _with_rule(definition, approver=person(text, names, definition.rule.approver))


def _deputy(definition: Definition, text: str, names: Names) -> Definition:
    return _with_rule(definition, deputy=person(text, names, definition.rule.deputy))


_READERS: dict[str, Callable[[Definition, str, Names], Definition]] = {
    "subject": _subject,
    "name": _name,
    "means": lambda one, text, _: replace(one, means=text),
    "first_appears_in": lambda one, text, names: _with_rule(one, first_appears_in=record(text, names)),
    "owner": _owner,
    "editors": _editors,
    "settled_by": _settled_by,
    "because": lambda one, text, _: _with_rule(one, because=text),
    "conditions": lambda one, text, names: _with_rule(
        one, conditions=condition_lines.conditions(text, names) if text else ()
    ),
    "approver": _approver,
    "deputy": _deputy,
}


def words_of_state(field: Field) -> str:
    """Return where the rule of ``field`` (out of ``registry.whole``) stands, in one word: what its cell says."""
    return str(field.shown.get_state_display()) if field.shown else "draft"
