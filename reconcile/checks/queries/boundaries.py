"""Checks and the boundaries they compare across."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from boundaries.models import Boundary
from boundaries.queries import maps, readiness
from ownership.models import Field, FieldUse
from reconcile.checks.comparing import ComparedField
from reconcile.checks.models import Check

MOST_OFFERED = 500


def compared_across(boundaries: Collection[int]) -> Mapping[int, Iterable[str]]:
    """Return, by the ids of boundaries, the names of the fields that their checks compare. At most three queries."""
    checks = list(Check.objects.filter(boundary__in=boundaries).order_by("pk"))
    names: dict[int, list[str]] = {}
    for check, told in zip(checks, registry_names(checks), strict=True):
        names.setdefault(check.boundary_id or 0, []).extend(told)
    return names


def registry_names(checks: Collection[Check]) -> list[tuple[str, ...]]:
    """Return for each check what its fields are called: by the registry, if that knows them by name or by column."""
    if not any(check.comparing.fields for check in checks):
        return [()] * len(checks)
    fields = Field.objects.filter(removed_at=None).values_list("name", flat=True)
    known = {name.casefold(): name for name in fields}
    systems = {system for check in checks for system in (check.left_system_id, check.right_system_id)}
    uses = FieldUse.objects.filter(system__in=systems, field__removed_at=None).exclude(column="")
    columns = {(system, column): name for system, column, name in uses.values_list("system", "column", "field__name")}

    def called(check: Check, one: ComparedField) -> str:
        left, right = (check.left_system_id, one.left), (check.right_system_id, one.right)
        return known.get(one.name.casefold()) or columns.get(left) or columns.get(right) or one.name

    return [tuple(called(check, one) for one in check.comparing.fields) for check in checks]


def of_check(check: Check) -> Boundary | None:
    """Return the boundary that ``check`` compares across, with its whole map; None without one, or if it is removed."""
    if check.boundary_id is None:
        return None
    return maps.whole(Boundary.objects.filter(pk=check.boundary_id, removed_at=None)).first()


@dataclass(frozen=True, slots=True)
class Across:
    """The boundary of a check, how it stands, and what the check compares although no hand-off carries it."""

    boundary: Boundary
    stands: readiness.Readiness
    not_carried: tuple[str, ...]


def across(check: Check) -> Across | None:
    """Return what the page of ``check`` says of its boundary, None without one. A fixed number of queries."""
    found = of_check(check)
    if found is None:
        return None
    stands = readiness.of(found)
    compared = {name.casefold() for name in registry_names([check])[0]}
    return Across(found, stands, tuple(name for name in stands.not_carried if name.casefold() in compared))


def offered(check: Check) -> tuple[list[Boundary], list[Boundary]]:
    """Return the boundaries ``check`` may compare across: those between its two systems, then the others."""
    every = Boundary.objects.filter(removed_at=None).select_related("from_system", "to_system").order_by("name")
    own = {check.left_system_id, check.right_system_id}
    found = list(every[:MOST_OFFERED])
    fitting = [one for one in found if {one.from_system_id, one.to_system_id} == own]
    return fitting, [one for one in found if one not in fitting]


def between(check: Check) -> Boundary | None:
    """Return the first boundary drawn between the two systems of ``check``, in either direction."""
    systems = [check.left_system_id, check.right_system_id]
    drawn = Boundary.objects.filter(removed_at=None, from_system__in=systems, to_system__in=systems)
    return maps.whole(drawn.order_by("created_at", "pk")).first()


def checks_of(boundary: Boundary) -> QuerySet[Check]:
    """Return the checks that compare across ``boundary``."""
    return Check.objects.filter(boundary=boundary).select_related("left_system", "right_system", "owner")
