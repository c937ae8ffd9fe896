"""Real records to try the rule of a field on: where a check compares it, what its last run found to differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ownership.models import Field, Person
from ownership.permissions import Rights
from reconcile import engine
from reconcile.checks.comparing import ComparedField
from reconcile.checks.models import Check, Kind, Mismatch, Run
from reconcile.checks.queries.checks import last_done
from reconcile.checks.queries.masking import of_check
from reconcile.exports.models import Snapshot


@dataclass(frozen=True, slots=True)
class Example:
    """One record that differs: its ``values`` by the names of both systems and their columns, None where not there.

    ``masked``: the columns left out of them because the person may not see their values.
    """

    mismatch: Mismatch
    run: Run
    values: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    masked: frozenset[str] = frozenset()


def comparing_checks(of: Field) -> Iterator[tuple[Check, ComparedField]]:
    """Give the checks that compare ``of`` (out of ``registry.whole``): both its columns, each in its system."""
    columns = {use.system_id: use.column for use in of.uses.all() if use.column}
    checks = Check.objects.filter(left_system__in=columns, right_system__in=columns)
    for check in checks.select_related("left_system", "right_system"):
        pair = (columns[check.left_system_id], columns[check.right_system_id])
        compared = next((one for one in check.comparing.fields if (one.left, one.right) == pair), None)
        if compared is not None:
            yield check, compared


def has_example(of: Field, person: Person) -> bool:
    """Return whether there is a record to try the field on that ``person`` may see."""
    return Rights(person).sees_values(of) and _next(of, 0) is not None


def example_of(of: Field, person: Person, after: int) -> Example | None:
    """Return the first record that differs in ``of`` behind the mismatch ``after``, starting over at the end."""
    if not Rights(person).sees_values(of):
        return None
    found = _next(of, after) or _next(of, 0)
    if found is None:
        return None
    mismatch, check, compared = found
    run, masking = last_done(check), of_check(check, person)
    if run is None or compared.name in masking.fields or masking.key:
        return None
    values: dict[str, dict[str, str | None]] = {}
    masked: set[str] = set()
    for place, (name, snapshot) in enumerate(
        ((check.left_system.name, run.left), (check.right_system.name, run.right))
    ):
        record = _record(run, snapshot, place, mismatch.key)
        hidden = masking.columns(place, record)
        masked |= set(hidden)
        values[name] = {column: value for column, value in record.items() if column not in hidden}
    return Example(mismatch, run, values, frozenset(masked))


def _next(of: Field, after: int) -> tuple[Mismatch, Check, ComparedField] | None:
    for check, compared in comparing_checks(of):
        standing = Mismatch.objects.filter(
            check_compared=check, kind=Kind.DIFFERS, field=compared.name, closed_number__isnull=True, pk__gt=after
        )
        if (mismatch := standing.order_by("pk").first()) is not None:
            return mismatch, check, compared
    return None


def _record(run: Run, snapshot: Snapshot, side: int, key: str) -> dict[str, str | None]:
    """The only row of one side that has the key; nothing where there is not one, or its copy is gone."""
    if not snapshot.kept_path.is_file():
        return {}
    kept = snapshot.kept
    try:
        found = engine.records(
            kept, [pair[side] for pair in run.comparing.key], key, fold=run.comparing.key_fold, most=2
        )
    except engine.EngineError:
        return {}
    return dict(zip(kept.export.columns, found[0].values, strict=True)) if len(found) == 1 else {}
