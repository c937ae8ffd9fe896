"""Teams, people, systems and record types: a list and a small page each.

Leads add, rename and describe systems and record types here; teams and people are for administrators.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ownership import directory_tables as tables
from ownership.forms.directory import RecordTypeForm, RemoveForm, SystemForm
from ownership.history import changes_of
from ownership.listing import Listing
from ownership.models import RecordType, System, Team
from ownership.permissions import Rights, leads
from ownership.queries import directory as queries
from ownership.queries.people import who_can_help
from ownership.services import directory as services
from ownership.services.defining import Refused
from ownership.views.asking import person_of, rights_of

Thing = TypeVar("Thing", bound=Model)

LEADS_ADD = "Systems and record types are added by the leads of teams."
READ_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """List teams."""
    listing = Listing(
        request,
        queries.teams(),
        tables.TeamsTable,
        search=("name", "lead__name"),
        default_order=("name",),
        name="teams",
    )
    return listing.respond("ownership/teams.html")


@require_safe
def team(request: HttpRequest, team_id: int) -> HttpResponse:
    """One team: what it owns, edits and settles, and who is in it."""
    found = queries.of_team(_of(Team.objects.select_related("lead"), team_id))
    context = {
        "team": found.team,
        "found": found,
        "owned": tables.FieldsTable(found.owns, exclude=("owner",)),
        "edited": tables.FieldsTable(found.edits, exclude=("approver",)),
    }
    return render(request, "ownership/team.html", context)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List people."""
    listing = Listing(
        request,
        queries.people(),
        tables.PeopleTable,
        search=("name", "email", "team__name"),
        filters=tables.PeopleFilter,
        default_order=("name", "email"),
        name="people",
    )
    return listing.respond("ownership/people.html")


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: what they decide on and lead."""
    found = queries.of_person(_of(queries.people(), person_id))
    context = {
        "person": found.person,
        "found": found,
        "approved": tables.FieldsTable(found.approves, exclude=("approver",)),
        "deputised": tables.FieldsTable(found.deputises),
    }
    return render(request, "ownership/person.html", context)


@READ_OR_POST
def systems(request: HttpRequest) -> HttpResponse:
    """List systems; add one."""
    rights = rights_of(request)
    form = _system_form(request, rights)
    if form.is_bound:
        _require_lead(rights)
        if form.is_valid() and (made := _added_system(form)):
            messages.success(request, f"{made} is added. Say next which record types it has.")
            return redirect(made)
    listing = Listing(
        request,
        queries.systems(),
        tables.SystemsTable,
        search=("name", "owner__name"),
        default_order=("name",),
        name="systems",
    )
    return _answered(listing.respond("ownership/systems.html", {"form": form if rights.adds else None}), form)


@READ_OR_POST
def system(request: HttpRequest, system_id: int) -> HttpResponse:
    """One system: its record types, and the fields it stores; rename it."""
    found = queries.of_system(_of(System.objects.select_related("owner__lead"), system_id))
    may = leads(person_of(request), found.system.owner)
    form = SystemForm(
        request.POST if request.method == "POST" else None,
        initial={"name": found.system.name},
        reasoned=bool(found.agreed),
    )
    if form.is_bound:
        _require(found.system, may=may)
        if form.is_valid() and _changed_system(found.system, form):
            messages.success(request, f"{found.system} is saved.")
            return redirect(found.system)
        found.system.refresh_from_db(fields=["name"])
    context = {
        "system": found.system,
        "found": found,
        "form": form if may else None,
        "kinds": tables.KindsTable(found.kinds),
        "stored": tables.StoredTable(found.stores),
        "adds": rights_of(request).adds,
        "changes": changes_of(found.system),
    }
    return _answered(render(request, "ownership/system.html", context), form)


@READ_OR_POST
def record_types(request: HttpRequest) -> HttpResponse:
    """List record types; add one."""
    rights = rights_of(request)
    form = _record_type_form(request)
    if form.is_bound:
        _require_lead(rights)
        if form.is_valid() and (made := _added_record_type(form)):
            messages.success(request, f"{made} is added.")
            return redirect("record_type", record_type_id=made.pk)
    listing = Listing(
        request,
        queries.record_types(),
        tables.RecordTypesTable,
        search=("name", "system__name", "means"),
        filters=tables.RecordTypesFilter,
        default_order=("system__name", "name"),
        name="record-types",
    )
    context = {"form": form if rights.adds else None, "any_system": System.objects.exists()}
    return _answered(listing.respond("ownership/record_types.html", context), form)


@READ_OR_POST
def record_type(request: HttpRequest, record_type_id: int) -> HttpResponse:
    """One record type: the fields that begin there or are settled by it; rename and describe it."""
    found = queries.of_record_type(_of(RecordType.objects.select_related("system__owner__lead"), record_type_id))
    kind = found.record_type
    may = leads(person_of(request), kind.system.owner)
    form = RecordTypeForm(
        request.POST if request.method == "POST" else None,
        initial={"name": kind.name, "means": kind.means},
        reasoned=bool(found.agreed),
    )
    if form.is_bound:
        _require(kind.system, may=may)
        if form.is_valid() and _changed_record_type(kind, form):
            messages.success(request, f"{kind} is saved.")
            return redirect("record_type", record_type_id=kind.pk)
        kind.refresh_from_db(fields=["name", "means"])
    context = {
        "kind": kind,
        "found": found,
        "form": form if may else None,
        "begins": tables.FieldsTable(found.begins, exclude=("approver",)),
        "settles": tables.FieldsTable(found.settles, exclude=("approver",)),
        "changes": changes_of(kind),
    }
    return _answered(render(request, "ownership/record_type.html", context), form)


@require_POST
def remove_record_type(request: HttpRequest, record_type_id: int) -> HttpResponse:
    """Delete a record type that nothing names."""
    kind = _of(RecordType.objects.select_related("system__owner__lead"), record_type_id)
    _require(kind.system, may=leads(person_of(request), kind.system.owner))
    form = RemoveForm(request.POST)
    try:
        services.remove_record_type(kind, reason=form.cleaned_data.get("reason", "") if form.is_valid() else "")
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("record_type", record_type_id=record_type_id)
    messages.success(request, f"{kind} is removed.")
    return redirect("record_types")


def _of(things: QuerySet[Thing], key: int) -> Thing:
    try:
        return things.get(pk=key)
    except (ObjectDoesNotExist, OverflowError) as missing:
        raise Http404 from missing


def _require_lead(rights: Rights) -> None:
    if not rights.adds:
        message = f"{LEADS_ADD} {who_can_help(rights.person)}"
        raise PermissionDenied(message)


def _require(system: System, *, may: bool) -> None:
    if may:
        return
    lead = system.owner.lead if system.owner else None
    who = f"the lead of {system.owner}{f', {lead}' if lead else ''}" if system.owner else "the lead of any team"
    message = f"{system} and its record types are changed by {who}."
    raise PermissionDenied(message)


def _system_form(request: HttpRequest, rights: Rights) -> SystemForm:
    led = Team.objects.filter(pk__in=rights.led)
    first = led.first() if rights.led else None
    given = request.POST if request.method == "POST" else None
    return SystemForm(given, teams=led, initial={"owner": first}, auto_id="add_%s")


def _record_type_form(request: HttpRequest) -> RecordTypeForm:
    given = request.POST if request.method == "POST" else None
    chosen = request.GET.get("system", "")
    initial = {"system": chosen} if chosen.isdecimal() else {}
    return RecordTypeForm(given, systems=System.objects.all(), initial=initial, auto_id="add_%s")


def _added_system(form: SystemForm) -> System | None:
    try:
        return services.add_system(name=form.cleaned_data["name"], owner=form.cleaned_data["owner"])
    except Refused as refused:
        _say(form, refused)
        return None


def _added_record_type(form: RecordTypeForm) -> RecordType | None:
    given = form.cleaned_data
    try:
        return services.add_record_type(system=given["system"], name=given["name"], means=given["means"])
    except Refused as refused:
        _say(form, refused)
        return None


def _changed_system(system: System, form: SystemForm) -> System | None:
    given = form.cleaned_data
    try:
        return services.change_system(system, name=given["name"], reason=given.get("reason", ""))
    except Refused as refused:
        _say(form, refused)
        return None


def _changed_record_type(kind: RecordType, form: RecordTypeForm) -> RecordType | None:
    given = form.cleaned_data
    try:
        return services.change_record_type(
            kind, name=given["name"], means=given["means"], reason=given.get("reason", "")
        )
    except Refused as refused:
        _say(form, refused)
        return None


def _say(form: Any, refused: Refused) -> None:
    form.add_error(refused.column if refused.column in form.fields else None, refused.sentence)


def _answered(response: HttpResponse, form: Any) -> HttpResponse:
    """The page, with the status of a refusal if its form has one."""
    if form.is_bound and form.errors:
        response.status_code = 400
    return response
