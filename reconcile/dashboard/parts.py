"""Every part of a page in every state, for developers: a page to look at, and for the browser tests to photograph."""

from datetime import timedelta
from typing import Any, ClassVar

import django_tables2 as tables
from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_filters import ChoiceFilter, DateFromToRangeFilter, FilterSet

from ownership.columns import NumberColumn, PersonColumn, StateColumn, ValueColumn, WhenColumn
from ownership.history import changes_of
from ownership.listing import Listing
from ownership.models import Person, Role
from ownership.parts import (
    Bar,
    Bars,
    BulkAction,
    Change,
    Chart,
    Progress,
    Series,
    Sparkline,
    Tile,
    Timeline,
    TimelinePoint,
)

HOSTILE = (
    'O\'Brien & "Söhne" <b>GmbH</b>',
    "<script>alert(1)</script>",
    '=HYPERLINK("http://example.com")',
    "\u202eevil\u202c right to left",
    "\u200f\u05e9\u05dc\u05d5\u05dd\u200e mixed",
    " outer  and double space ",
    "tab\there, line\nhere, NUL\x00here",
    "no\u00a0break, zero\u200bwidth",
    "e\u0301 combined",
    "W" * 10_000,
    "many words " * 900,
)
PAIRS = (
    ("open", "paid"),
    ("Düsseldorf", "Düsseldorf "),
    ("2026-05-01", "2026-05-04"),
    ("1,204.50", "1204.5"),
    ("Straße 7", "Strasse 7"),
    ("Meyer\u00a0AG", "Meyer AG"),
    ("", "something"),
    (None, ""),
    ("x" * 4_000 + "1" + "y" * 4_000, "x" * 4_000 + "2" + "y" * 4_000),
    ("a" * 10_000, "b" * 10_000),
    ("<i>left</i>", "<b>right</b>"),
)
STATES = (
    "open", "returned", "not due", "excepted", "gone", "queued", "reading", "needs confirmation", "comparing",
    "storing", "done", "failed", "cancelled", "received", "ready", "unreadable",
    "new", "growing", "steady", "shrinking",
)  # fmt: skip
WEEKS = tuple(f"2026-{week:02}" for week in range(1, 9))


class PeopleTable(tables.Table):
    """People, because they are always there."""

    noun: ClassVar = ("person", "people")
    bulk_actions: ClassVar = (BulkAction("Look at them", "/_parts/", "search"),)

    name = ValueColumn("Name", linkify=lambda record: f"/_parts/?q={record.pk}")
    email = ValueColumn("E-mail address")
    role = tables.Column("Role")
    joined_at = WhenColumn("Since")
    is_active = tables.BooleanColumn(verbose_name="May sign in", visible=False)

    class Meta:
        empty_text = "Nobody yet"


class PlainTable(tables.Table):
    """A table without anything around it."""

    key = tables.Column("Customer")
    value = ValueColumn("Value")
    differs = NumberColumn("Differs in")
    seen = WhenColumn("First seen")
    state = StateColumn("State")
    owner = PersonColumn("Owner")


class PeopleFilter(FilterSet):
    role = ChoiceFilter(choices=Role.choices, label="Role", empty_label="any")
    joined_at = DateFromToRangeFilter(label="Since")


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Reason", widget=forms.Textarea({"rows": 3}), help_text="")


def _tiles() -> list[Tile]:
    return [
        Tile("All", 1207, "?", "All mismatches of this run", active=True),
        Tile("Only in CRM", 95, "?q=left", "Customers that Billing does not have", share="0.5 %", tone="left"),
        Tile("Only in Billing", 0, "?q=right", "Customers that CRM does not have", share="0 %", tone="right"),
        Tile("Returned", 12, "?q=returned", "Mismatches that were gone and are back", tone="returned"),
        Tile("Excepted", None, "?q=excepted", "Mismatches covered by an exception; not counted yet", tone="excepted"),
    ]


def _timeline() -> Timeline:
    first = timezone.now().date() - timedelta(weeks=5)
    values = (("open", "open"), ("open", "open"), ("paid", "open"), ("paid", "open"), ("paid", "paid"), ("paid", None))
    points = [
        TimelinePoint(first + timedelta(weeks=week), left, right, left == right, right_missing=right is None)
        for week, (left, right) in enumerate(values)
    ]
    return Timeline("Billing status of customer 1842", "CRM", "Billing", points)


def _charts() -> list[Chart]:
    weekly = Series("Mismatches", (1400, 1380, 1352, 1207, 900, 640, 320, 214))
    many = [Series(f"Cause {number}", tuple(number * week for week in range(1, 9))) for number in range(1, 10)]
    addresses = tuple(f"?q={week}" for week in WEEKS)
    return [
        Chart("Mismatches a week", "They have fallen since the fix of week 4.", "bar", WEEKS, [weekly], addresses),
        Chart("By cause", "Nine causes; from the sixth on they are summed up.", "line", WEEKS, many),
    ]


def _context() -> dict[str, Any]:
    now = timezone.now()
    rows = [
        {"key": number, "value": text, "differs": 1207 * number, "seen": now - timedelta(days=number), "state": state,
         "owner": HOSTILE[0] if number % 2 else None}
        for number, (text, state) in enumerate(zip((*HOSTILE, None, ""), STATES, strict=False))
    ]  # fmt: skip
    return {
        "values": (*HOSTILE, None, ""),
        "pairs": PAIRS,
        "states": STATES,
        "hostile": HOSTILE[0],
        "moments": (None, now, now - timedelta(hours=5), now - timedelta(days=400), now.date()),
        "figures": (0, 1, 1207, 1_000_000, None),
        "shares": ((0, 10), (1, 100_000), (1, 3), (99_999, 100_000), (10, 10), (0, 0)),
        "lengths": (0, 0.4, 12, 125, 3905, 200_000, None),
        "sizes": (0, 512, 1_234, 147_000_000, 2_000_000_000, None),
        "tiles": _tiles(),
        "plain": PlainTable(rows),
        "progresses": (
            Progress("Reading CRM", seconds=0.2),
            Progress("Comparing", 412_000, 1_000_000, 12),
            Progress("Storing", 1_207, 1_207, 125, "mismatches"),
        ),
        "reason_form": ReasonForm(),
        "reasons": ("Agreed with Billing on Monday", HOSTILE[0]),
        "hostile_changes": [Change(now, "", "Changed", "name", HOSTILE[1], HOSTILE[3], HOSTILE[0])],
        "timeline": _timeline(),
        "sparklines": (Sparkline("Mismatches", (9, 7, 8, 4, 2)), Sparkline("One run", (5,)), Sparkline("No run", ())),
        "bars": Bars("Mismatches by field", [
            Bar("billing status", 391, "1.9 %", "?q=status"),
            Bar("amount", 20, "0.1 %", "?q=amount", tone="right"),
            Bar(HOSTILE[0], 1, "under 0.1 %", "?q=x"),
            Bar("W" * 300, 0, "0 %"),
        ]),
        "charts": _charts(),
    }  # fmt: skip


@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """Show all parts; there is no such page unless DEBUG is on."""
    if not settings.DEBUG:
        raise Http404
    person = get_object_or_404(Person, pk=request.user.pk)
    listing = Listing(
        request,
        Person.objects.all(),
        PeopleTable,
        search=("name", "email"),
        filters=PeopleFilter,
        default_order=("name",),
        page_sizes=(10, 25, 50),
        downloads=(("CSV", "/_parts/"), ("XLSX", "/_parts/")),
    )
    return listing.respond("dashboard/parts.html", {**_context(), "changes": changes_of(person)})
