"""The table of fields, cell by cell: its page draws them, and what is edited comes back in the same cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from ownership.cells import COLUMNS, IT_DEPENDS, text_of, words_of_state
from ownership.definitions import Definition
from ownership.models import Field, OwnershipRule, Person, RecordType, System
from ownership.permissions import Rights
from ownership.queries import options, registry, suggestions
from ownership.queries.suggestions import Suggested
from ownership.templatetags import parts

Shown = tuple[SafeString, bool]
Problems = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class RowParts:
    """A field as a row: its texts and its cells (whole ``td`` elements) by column, and what one may do with it.

    ``key`` is what the browser calls the row: the id, or ``new-1`` as it was called before it had one. ``may``: "edit",
    "suggest" or nothing. ``problems``: by column, what keeps the field from being settled.
    """

    field: Field
    key: str
    address: str
    may: str
    state: str
    chip: SafeString
    texts: Mapping[str, str]
    html: Mapping[str, SafeString]
    problems: Mapping[str, str]
    suggestions: tuple[Suggested, ...]

    def cells(self, columns: Iterable[str]) -> list[SafeString]:
        """Return the cells of those columns, in their order."""
        return [self.html[column] for column in columns]

    def to_json(self) -> dict[str, Any]:
        """Return the row as the editable table takes it."""
        return {
            "field": self.field.pk,
            "key": self.key,
            "address": self.address,
            "may": self.may,
            "state": self.state,
            "chip": self.chip,
            "texts": self.texts,
            "html": self.html,
            "problems": self.problems,
            "suggestions": [one.to_json() for one in self.suggestions],
        }


def row_parts(
    fields: Iterable[Field],
    rights: Rights,
    *,
    problems: Problems | None = None,
    people: Mapping[str, str] | None = None,
    keys: Mapping[int, str] | None = None,
) -> list[RowParts]:
    """Return ``fields`` (out of ``registry.whole``) as rows, in the same order, with two queries for all of them.

    ``problems``: by id of the field and column, a sentence. ``people``: as `ownership.cells.labels` gives it, one query
    less. ``keys``: what the browser calls rows that are new to it.
    """
    fields = list(fields)
    called = options.people_labels() if people is None else people
    suggested = suggestions.open_by_field([one.pk for one in fields])
    painter = Painter(called)
    return [
        painter.row(
            one,
            rights,
            problems=(problems or {}).get(one.pk, {}),
            suggested=suggested.get(one.pk, ()),
            key=(keys or {}).get(one.pk, ""),
        )
        for one in fields
    ]


class Painter:
    """Draws cells. Chips of systems, records and people are drawn once, however many cells show them."""

    def __init__(self, people: Mapping[str, str]) -> None:
        self.people = people
        self._address = reverse("ownership_field", args=[0])
        self._systems: dict[int, SafeString] = {}
        self._records: dict[int, SafeString] = {}
        self._persons: dict[int, SafeString] = {}

    def row(
        self,
        one: Field,
        rights: Rights,
        *,
        problems: Mapping[str, str],
        suggested: tuple[Suggested, ...],
        key: str = "",
    ) -> RowParts:
        """Return one field as a row."""
        definition = registry.definition(one)
        state = words_of_state(one)
        texts = {column.key: text_of(definition, column.key, self.people) for column in COLUMNS} | {"state": state}
        shown = self.shown(one, definition)
        waiting: dict[str, list[Suggested]] = {}
        for suggestion in suggested:
            waiting.setdefault(suggestion.column, []).append(suggestion)
        return RowParts(
            field=one,
            key=key or str(one.pk),
            address=self.address(one),
            may="edit" if rights.edits(one) else "suggest" if rights.suggests(one) else "",
            state=state,
            chip=_chip(one),
            texts=texts,
            html={
                name: _cell(name, texts[name], inner, problems.get(name, ""), len(waiting.get(name, ())))
                for name, inner in shown.items()
            },
            problems=dict(problems),
            suggestions=suggested,
        )

    def shown(self, one: Field, definition: Definition) -> dict[str, Shown]:
        """Return what stands in each cell, and whether it reads as the text of the cell does."""
        rule = one.shown
        return {
            "subject": _plain(one.subject),
            "name": self._name(one),
            "means": _plain(one.means),
            "first_appears_in": self._record(rule.first_appears_in if rule else None),
            "owner": _plain(definition.rule.owner),
            "editors": self._editors(one),
            "settled_by": self._settled(rule),
            "because": _plain(definition.rule.because),
            "conditions": self._conditions(rule),
            "approver": self._person(rule.approver if rule else None),
            "deputy": self._person(rule.deputy if rule else None),
            "state": _state(one),
        }

    def address(self, one: Field) -> str:
        """Return the address of a field's page; looked up once for all of them."""
        return self._address.replace("/0/", f"/{one.pk}/")

    def _name(self, one: Field) -> Shown:
        link = format_html('<a href="{}">{}</a>', self.address(one), one.name)
        if not one.sensitive:
            return link, True
        lock = '{} <span class="sensitive" title="{}">{}<span class="visually-hidden">{}</span></span>'
        return format_html(lock, link, "Its values are masked", parts.icon("lock", 14), "sensitive"), False

    def _system(self, one: System) -> SafeString:
        if one.pk not in self._systems:
            self._systems[one.pk] = _chip_of(one, "system")
        return self._systems[one.pk]

    def _record(self, one: RecordType | None) -> Shown:
        if one is None:
            return _plain("")
        if one.pk not in self._records:
            self._records[one.pk] = format_html("{} <bdi>{}</bdi>", self._system(one.system), one.name)
        return self._records[one.pk], False

    def _settled(self, rule: OwnershipRule | None) -> Shown:
        if rule and rule.depends:
            return _plain(IT_DEPENDS)
        return self._record(rule.settled_by if rule else None)

    def _person(self, one: Person | None) -> Shown:
        if one is None:
            return _plain("")
        if one.pk not in self._persons:
            self._persons[one.pk] = _chip_of(one, "person")
        return self._persons[one.pk], self.people.get(one.email) == one.name

    def _editors(self, one: Field) -> Shown:
        drawn = []
        for use in one.uses.all():
            teams = ", ".join(sorted(editing.team.name for editing in use.editings.all()))
            who = f"<bdi>{escape(teams)}</bdi>" if teams else '<span class="no-value">nobody</span>'
            drawn.append(f'<li class="editing">{self._system(use.system)} {who}</li>')
        return (SafeString(f'<ul class="editings">{"".join(drawn)}</ul>'), False) if drawn else _plain("")

    def _conditions(self, rule: OwnershipRule | None) -> Shown:
        drawn = []
        for one in rule.conditions.all() if rule else ():
            winner = self._record(one.settled_by)[0] if one.settled_by else ""
            arrow = '<span class="then">then</span>' if winner else '<span class="no-value">no record named</span>'
            drawn.append(f'<li class="condition">{escape(one.sentence)} {arrow} {winner}</li>')
        return (SafeString(f'<ol class="conditions">{"".join(drawn)}</ol>'), False) if drawn else _plain("")


def _plain(text: str) -> Shown:
    return escape(text), True


def _chip_of(one: System | Person, kind: str) -> SafeString:
    """A chip as on other pages, without the picture: a page has thousands, and their column says what they are."""
    return format_html('<a class="chip {}" href="{}"><bdi>{}</bdi></a>', kind, one.get_absolute_url(), one.name)


def _chip(one: Field) -> SafeString:
    return parts.state_chip(one.shown.state if one.shown else "draft")


def _state(one: Field) -> Shown:
    working, in_force = one.working, one.in_force
    if working is None or in_force is None:
        return _chip(one), False
    return format_html('{} <span class="hint">version {} in force</span>', _chip(one), in_force.number), False


def _cell(column: str, text: str, shown: Shown, problem: str, suggested: int) -> SafeString:
    """A whole ``td``; its text is said apart only where what is shown reads otherwise."""
    inner, same = shown
    attrs = f' data-column="{column}"'
    if not same:
        attrs += f' data-text="{escape(text)}"'
    if problem:
        said = escape(problem)
        attrs += f' class="has-problem" data-problem="{said}" title="{said}"'
    if suggested:
        attrs += f' data-suggestions="{suggested}"'
    return SafeString(f"<td{attrs}>{inner}</td>")


class FieldTable(tables.Table):
    """The columns of the table of fields, for lists; `row_parts` gives whole rows with what one may do with them.

    Rows are fields out of ``registry.whole``; those it sorts by are annotated by `ownership.queries.table`.
    """

    noun = ("field", "fields")

    class Meta:
        empty_text = "No fields yet"

    def __init__(self, *args: Any, people: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = people
        self._drawn: dict[int, dict[str, Shown]] = {}

    @cached_property
    def _painter(self) -> Painter:
        return Painter(options.people_labels() if self._people is None else self._people)

    def cell_of(self, record: Field, column: str) -> SafeString:
        """Return what stands in one cell; a row is drawn once for all its cells."""
        if record.pk not in self._drawn:
            self._drawn[record.pk] = self._painter.shown(record, registry.definition(record))
        return self._drawn[record.pk][column][0]


class _CellColumn(tables.Column):
    empty_values = ()

    def render(self, record: Field, table: FieldTable, bound_column: Any) -> SafeString:
        return table.cell_of(record, bound_column.name)


ORDER = {
    "subject": ("subject", "name"),
    "name": ("name",),
    "means": ("means", "name"),
    "first_appears_in": ("shown_first_system", "shown_first", "name"),
    "owner": ("shown_owner", "name"),
    "settled_by": ("shown_settled_system", "shown_settled", "name"),
    "because": ("shown_because", "name"),
    "approver": ("shown_approver", "name"),
    "deputy": ("shown_deputy", "name"),
    "state": ("shown_state", "name"),
}

for _column in COLUMNS:
    _order = ORDER.get(_column.key)
    FieldTable.base_columns[_column.key] = _CellColumn(
        verbose_name=_column.label,
        accessor="pk",
        orderable=_order is not None,
        order_by=_order,
        attrs={"td": {"data-column": _column.key}, "th": {"data-column": _column.key}},
    )
