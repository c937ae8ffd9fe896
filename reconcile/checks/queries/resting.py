"""What the causes of a run's mismatches rest on: whose side owns a field, and how long a change may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from boundaries.definitions import Map
from boundaries.findings import lags
from boundaries.queries import maps
from ownership.models import Field
from ownership.queries import registry
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check
from reconcile.checks.queries import boundaries
from reconcile.checks.registry_fields import owner_side

CHECK = "said with the check"


def settled(check: Check) -> Comparing:
    """Return what ``check`` compares, with the owners and the lags that hold now: as a run keeps it.

    Owners are the registry's where it knows the field, by name or column; lags those of the hand-offs on the map of the
    check's boundary. What neither says is the check's own. A fixed number of queries.
    """
    comparing = check.comparing
    names = boundaries.registry_names([check])[0]
    owners = _owners(check, set(names)) if names else {}
    drawn = boundaries.of_check(check)
    said = maps.definition(drawn) if drawn else None
    fields = []
    for field, name in zip(comparing.fields, names, strict=True):
        owned = replace(field, owner=owners.get(name) or field.owner)
        fields.append(_with_lag(owned, name, check, said) if said else owned)
    return _with_lag_of_records(replace(comparing, fields=tuple(fields)), check, said)


def _owners(check: Check, names: set[str]) -> Mapping[str, str]:
    """The side that owns each field of the registry among ``names``."""
    systems = check.left_system.name, check.right_system.name
    known = registry.whole(Field.objects.filter(removed_at=None, name__in=names))
    return {
        one.name: owner_side(registry.definition(one, one.in_force or one.working), *systems)
        for one in known
        if one.in_force or one.working
    }


def _with_lag(field: ComparedField, name: str, check: Check, said: Map) -> ComparedField:
    left, right = check.left_system.name, check.right_system.name
    source, target = (right, left) if field.owner == "right" else (left, right)
    if not field.owner and said.source.casefold() == right.casefold():
        source, target = target, source
    found = lags.of_field(said, (name, field.name, field.left, field.right), source, target)
    days, told = _longer(found, check.expected_lag_days, said)
    return replace(field, lag_days=days, lag_from=told) if found else field


def _with_lag_of_records(comparing: Comparing, check: Check, said: Map | None) -> Comparing:
    found = lags.of_records(said, said.source, said.target) if said and _between(check, said) else None
    days, told = _longer(found, check.expected_lag_days, said)
    return replace(comparing, lag_days=days, lag_from=told)


def _between(check: Check, said: Map) -> bool:
    ours = {check.left_system.name.casefold(), check.right_system.name.casefold()}
    return {said.source.casefold(), said.target.casefold()} == ours


def _longer(found: lags.Lag | None, own: float | None, said: Map | None) -> tuple[float | None, str]:
    """Days and where they are from. A way of which nobody knows how long it takes in all is at least the check's."""
    if found is None or said is None:
        return own, "" if own is None else CHECK
    if found.unsaid and own is not None and own > found.days:
        return own, CHECK
    return found.days, lags.told(said, found)
