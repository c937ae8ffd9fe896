"""Patterns as a table, and what is always shown of one in the same way: cause, change, where it concentrates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import django_tables2 as tables
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from ownership import wording
from ownership.columns import NumberColumn
from ownership.parts import Sparkline
from ownership.templatetags import parts
from reconcile import engine
from reconcile.checks.models import Check
from reconcile.checks.queries.columns import shown_name
from reconcile.patterns.models import PROBLEMS, Cause, Pattern
from reconcile.patterns.queries.listed import EveryPattern
from reconcile.patterns.queries.patterns import CHANGES
from reconcile.patterns.queries.seen import SeenPattern

NAME_SHOWN = 120
VALUE_SHOWN = 40
PROBLEM_ICONS = {
    "timing": "hourglass",
    "hand-off": "unplug",
    "ownership": "users-round",
    "process": "repeat",
    "definition": "book-open",
    "unknown": "circle-question-mark",
}
PROBLEM_WORDS = {
    "timing": "Timing: it will most likely arrive by itself",
    "hand-off": "Hand-off: what should be sent is not",
    "ownership": "Ownership: somebody changes what is not theirs to change",
    "process": "Process: records are made more than once",
    "definition": "Definition: both sides mean the same and write it differently",
    "unknown": "Unknown: no cause is known",
}


def cause_chip(cause: str) -> SafeString:
    """Show a cause with the kind of problem it is: both words, and a shape for the kind."""
    said, problem = Cause(cause).label, PROBLEMS[Cause(cause)]
    return format_html(
        '<span class="chip cause" title="{}">{}<span>{}</span><span class="cause-problem">{}</span></span>',
        PROBLEM_WORDS[problem],
        parts.icon(PROBLEM_ICONS[problem], 14),
        said,
        problem if problem != said else "",
    )


def condition_chip(side: str, column: str, value: str) -> SafeString:
    """Show a condition on the records of one side: "created via = import", in the side's colour."""
    said = value if len(value) <= VALUE_SHOWN else f"{value[: VALUE_SHOWN - 1]}…"
    return format_html(
        '<span class="chip condition"><span class="side side-{}"><bdi>{}</bdi></span> = <bdi>{}</bdi></span>',
        side,
        shown_name(column, VALUE_SHOWN),
        said or "nothing",
    )


def conditions_shown(conditions: Sequence[engine.SegmentCondition]) -> SafeString:
    """Show the conditions of a segment or a split, all of which have to hold."""
    chips = ((condition_chip(one.side, one.column, one.value),) for one in conditions)
    return format_html_join(format_html(' <span class="aside">{}</span> ', "and"), "{}", chips)


def weeks_running(count: int) -> str:
    """Return in how many runs in a row a pattern is seen."""
    return wording.plural(count, "run running", "runs running") if count > 1 else ""


class PatternsTable(tables.Table):
    """Patterns; each kind of page makes a table of its own out of it with ``table_of``."""

    noun: ClassVar = ("pattern", "patterns")
    seen: ClassVar[Mapping[int, SeenPattern]] = {}
    of_many: ClassVar = False

    name = tables.Column("Pattern", accessor="pk", attrs={"td": {"class": "pattern-name"}}, orderable=False)
    cause = tables.Column("Why", order_by=("cause",))
    change = tables.Column("Change", accessor="pk", orderable=False)
    count = NumberColumn("Mismatches", accessor="pk", orderable=False)
    weeks = tables.Column("Run by run", accessor="pk", orderable=False, attrs={"td": {"class": "pattern-weeks"}})
    where = tables.Column("Where it concentrates", accessor="pk", orderable=False)
    first_seen = tables.Column("First seen", accessor="pk", orderable=False, visible=False)

    class Meta:
        empty_text = "No patterns yet"

    def render_name(self, value: int) -> SafeString:
        seen = self.seen[value]
        name = seen.name if len(seen.name) <= NAME_SHOWN else f"{seen.name[: NAME_SHOWN - 1]}…"
        link = format_html('<a href="{}"><bdi>{}</bdi></a>', reverse("pattern", args=[value]), name)
        if not self.of_many:
            return link
        return format_html("{}<br><small><bdi>{}</bdi></small>", link, seen.shown.pattern.check_compared.name[:60])

    def render_cause(self, record: Pattern) -> SafeString:
        return cause_chip(record.cause)

    def render_change(self, value: int) -> SafeString:
        return parts.state_chip(self.seen[value].shown.change)

    def render_count(self, value: int) -> str:
        return wording.number(self.seen[value].shown.count)

    def render_weeks(self, value: int) -> SafeString:
        shown = self.seen[value].shown
        if len(shown.weeks) < 2:
            return SafeString(wording.NOTHING)
        line = Sparkline("Mismatches of the last runs", [count for *_, count in shown.weeks], width=96)
        drawn = render_to_string("_parts/sparkline.html", {"sparkline": line})
        return format_html('{}<br><span class="aside">{}</span>', drawn, weeks_running(shown.weeks_running))

    def render_where(self, value: int) -> SafeString:
        segments = self.seen[value].segments
        if not segments:
            return format_html('<span class="no-value">{}</span>', "nowhere in particular")
        strongest = segments[0]
        share = wording.percent(strongest.inside, strongest.group)
        return format_html('{}<br><span class="aside">{} of it</span>', conditions_shown(strongest.conditions), share)

    def render_first_seen(self, value: int) -> Any:
        return parts.when(self.seen[value].shown.first_seen)


def table_of(seen: Mapping[int, SeenPattern], *, of_many: bool = False) -> type[PatternsTable]:
    """Return the table of the patterns ``seen``, by primary key; ``of_many`` checks: each says of which it is."""
    kept = {"Meta": PatternsTable.Meta, "seen": seen, "of_many": of_many}
    return type("SeenPatternsTable", (PatternsTable,), kept)


def filter_of(found: EveryPattern) -> type[FilterSet]:
    """Return the filters of a list of patterns: check, kind of problem, cause, change."""

    class PatternsFilter(FilterSet):
        check = ModelChoiceFilter(
            field_name="check_compared",
            queryset=Check.objects.filter(pk__in=found.checks),
            label="Check",
            empty_label="any",
        )
        problem = ChoiceFilter(label="Kind of problem", empty_label="any", choices=problems(), method="by_problem")
        cause = ChoiceFilter(label="Cause", empty_label="any", choices=Cause.choices)
        change = ChoiceFilter(
            label="Since the run before", empty_label="any", choices=[(one, one) for one in CHANGES], method="by_change"
        )

        def by_problem(self, rows: QuerySet[Pattern], _: str, value: str) -> QuerySet[Pattern]:
            return found.having(rows, problem=value)

        def by_change(self, rows: QuerySet[Pattern], _: str, value: str) -> QuerySet[Pattern]:
            return found.having(rows, change=value)

    return PatternsFilter


def problems() -> list[tuple[str, str]]:
    """Every kind of problem, in the order in which people meet them, as the choices of a form."""
    return [(problem, problem) for problem in dict.fromkeys(PROBLEMS.values())]
