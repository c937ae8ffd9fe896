"""Which values are masked for a person (§10): columns of systems and fields by name. One query, two where any are.

Whether a field is sensitive and who sees its values is asked at every page, so it counts at once, also for old runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import FilteredRelation, Q

from ownership import wording
from ownership.models import Editing, Field, FieldUse, OwnershipRule, Person, RuleState, Team
from ownership.parts import Masked, by_who_sees
from ownership.permissions import Rights

STANDING = (RuleState.AGREED, RuleState.DRAFT, RuleState.PROPOSED, RuleState.DISPUTED)
NOBODY = "Shown to nobody until a team owns or edits the field."


@dataclass(frozen=True)
class Hidden:
    """What one person may not see: by system the columns of fields, and fields by name; names have no case here.

    A system is given by its id. None stands for a system that nobody has named yet: it may be any.
    """

    columns: Mapping[int, Mapping[str, Masked]] = field(default_factory=dict)
    names: Mapping[str, Masked] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.names)

    def of_field(self, name: str) -> Masked | None:
        """Return what stands for values of what is called like a field, None where they are shown."""
        return self.names.get(_plain(name))

    def of_column(self, column: str, systems: Iterable[int | None]) -> Masked | None:
        """Return what stands for values of a column that belongs to a field in one of ``systems`` or is named so."""
        plain = _plain(column)
        found = (columns[plain] for columns in self._of_systems(systems) if plain in columns)
        return next(found, self.names.get(plain))

    def of_columns(self, columns: Iterable[str], systems: Iterable[int | None]) -> dict[str, Masked]:
        """Return what stands for the values of those of ``columns`` that are masked."""
        if not self:
            return {}
        systems = tuple(systems)
        found = ((column, self.of_column(column, systems)) for column in columns)
        return {column: masked for column, masked in found if masked is not None}

    def in_text(self, columns: Sequence[str] | None, systems: Iterable[int | None]) -> list[Masked]:
        """Return what may stand in the text of a whole file or line, one of each field; ``columns`` None: not known.

        A file of a system may hold any field of it, whatever its columns were taken for.
        """
        systems = tuple(systems)
        found = [masked for one in self._of_systems(systems) for masked in one.values()] if any(systems) else []
        if columns is None and None in systems:
            found += self.names.values()
        found += self.of_columns(columns or (), systems).values()
        return sorted({masked.field: masked for masked in found}.values(), key=lambda masked: masked.field.casefold())

    def _of_systems(self, systems: Iterable[int | None]) -> list[Mapping[str, Masked]]:
        wanted = set(systems)
        if None in wanted:
            return list(self.columns.values())
        return [columns for system, columns in self.columns.items() if system in wanted]


NOTHING = Hidden()


def hidden_from(person: Person) -> Hidden:
    """Return what ``person`` may not see."""
    fields = sensitive_fields()
    if not fields:
        return NOTHING
    rights = Rights(person)
    return _hiding(one for one in fields if not rights.sees_values(one))


def hidden_from_some() -> Hidden:
    """Return what somebody may not see: every sensitive field."""
    return _hiding(sensitive_fields())


def _hiding(fields: Iterable[Field]) -> Hidden:
    columns: dict[int, dict[str, Masked]] = {}
    names: dict[str, Masked] = {}
    for one in fields:
        masked = names[_plain(one.name)] = Masked(one.name, who_sees(one))
        for use in one.uses.all():
            if use.column.strip():
                columns.setdefault(use.system_id, {}).setdefault(_plain(use.column), masked)
    return Hidden(columns, names)


def who_sees(field: Field) -> str:
    """Return in a sentence who sees the values of a sensitive ``field`` (out of ``sensitive_fields`` or ``whole``).

    It says in words what `permissions.Rights.sees_values` asks.
    """
    rule = field.in_force or field.working
    teams = {editing.team.name for use in field.uses.all() for editing in use.editings.all()}
    teams |= {rule.owner.name} if rule and rule.owner else set()
    people = [rule.approver, rule.deputy] if rule else []
    shown = [f"to the leads of {wording.listed(sorted(teams, key=str.casefold))}"] if teams else []
    shown += dict.fromkeys(f"to {one.name}" for one in people if one and one.is_active)
    return f"Shown {wording.listed(shown)}." if shown else NOBODY


def refusal(masked: Sequence[Masked]) -> str:
    """Return why somebody does not get a file that may hold these values."""
    groups = by_who_sees(masked)
    held = wording.listed(fields for fields, _ in groups)
    every = [who if len(groups) == 1 else f"{fields}: {who}" for fields, who in groups]
    return f"This may hold values of {held} as they came, and these are masked for you. {' '.join(every)}"


def sensitive_fields() -> list[Field]:
    """Return every sensitive field with its uses, their editing teams and the versions that count, in one query.

    A field that is removed hides nothing: it is not in the registry, as if nobody had marked it.
    """
    fields: dict[int, Field] = {}
    relations: dict[int, dict[str, dict[int, Any]]] = {}
    for row in _rows():
        key = row["pk"]
        if key not in fields:
            fields[key] = Field(pk=key, name=row["name"], sensitive=True)
            relations[key] = {"uses": {}, "rules": {}}
        _add_use(relations[key]["uses"], row)
        if row["standing__pk"]:
            relations[key]["rules"].setdefault(row["standing__pk"], _rule(row))
    for key, one in fields.items():
        _hold(one, {name: list(found.values()) for name, found in relations[key].items()})
    return list(fields.values())


def _rows() -> list[dict[str, Any]]:
    standing = FilteredRelation("rules", condition=Q(rules__state__in=STANDING))
    people = (f"standing__{who}__{what}" for who in ("approver", "deputy") for what in ("pk", "name", "is_active"))
    return list(
        Field.objects.filter(sensitive=True, removed_at=None)
        .annotate(standing=standing)
        .order_by("pk")
        .values(
            *("pk", "name", "uses__pk", "uses__system_id", "uses__column"),
            *("uses__editings__pk", "uses__editings__team_id", "uses__editings__team__name"),
            *("standing__pk", "standing__state", "standing__owner_id", "standing__owner__name"),
            *people,
        )
    )


def _add_use(uses: dict[int, FieldUse], row: Mapping[str, Any]) -> None:
    key, team = row["uses__pk"], row["uses__editings__team_id"]
    if not key:
        return
    if key not in uses:
        uses[key] = FieldUse(pk=key, system_id=row["uses__system_id"], column=row["uses__column"])
        _hold(uses[key], {"editings": []})
    held = uses[key].editings.all()
    if team and all(editing.team_id != team for editing in held):
        name = row["uses__editings__team__name"]
        _hold(uses[key], {"editings": [*held, Editing(pk=row["uses__editings__pk"], team=Team(pk=team, name=name))]})


def _rule(row: Mapping[str, Any]) -> OwnershipRule:
    owner = row["standing__owner_id"]
    return OwnershipRule(
        pk=row["standing__pk"],
        state=row["standing__state"],
        owner=Team(pk=owner, name=row["standing__owner__name"]) if owner else None,
        approver=_person(row, "approver"),
        deputy=_person(row, "deputy"),
    )


def _person(row: Mapping[str, Any], who: str) -> Person | None:
    key, name, is_active = (row[f"standing__{who}__{what}"] for what in ("pk", "name", "is_active"))
    return Person(pk=key, name=name, is_active=is_active) if key else None


def _hold(instance: Field | FieldUse, relations: Mapping[str, list[Any]]) -> None:
    """Give ``instance`` its relations where prefetched ones are kept: rows of one query instead of five queries."""
    instance._prefetched_objects_cache = dict(relations)  # type: ignore[union-attr]  # noqa: SLF001


def _plain(name: str) -> str:
    return name.strip().casefold()
