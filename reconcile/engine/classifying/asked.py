"""What is asked when mismatches are classified, and what comes back: plain frozen data, JSON-ready both ways."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from reconcile.engine.results import Kept
from reconcile.engine.spec import CompareSpec


class Cause(StrEnum):
    """The causes of §6, in the order in which people meet them."""

    TIMING = "timing"
    NEVER_SENT = "never_sent"
    NON_OWNER_EDIT = "non_owner_edit"
    BOTH_EDITED = "both_edited"
    MISSING_EVENT = "missing_event"
    REMOVED = "removed"
    DUPLICATE = "duplicate"
    MEANING = "meaning"
    FORMAT = "format"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class EditColumns:
    """Columns of one export that say when, by whom and how a record was made or changed; empty where there is none."""

    created_at: str = ""
    created_by: str = ""
    created_via: str = ""
    updated_at: str = ""
    updated_by: str = ""


@dataclass(frozen=True, slots=True)
class FieldCause:
    """What is known of one compared field: the side that owns it (``left``, ``right``, empty) and its lag in days."""

    owner: str = ""
    lag_days: float | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A column of one side (``left``, ``right``) that holds a value; the empty text also stands for NULL."""

    side: str
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Split:
    """People's split of a group: what of the group ``of`` meets all conditions is in the group ``label`` instead.

    ``of`` may itself be the label of a split; splits are applied in order.
    """

    of: str
    label: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Classifying:
    """How the mismatches of a run are to be classified.

    ``spec`` is what was compared, its names those of the mismatches' fields. ``fields`` by name. ``lag_days`` is that
    of records, and of fields that have none. ``unused`` are columns (side, name) in which nothing may concentrate:
    those of people and of sensitive values.
    """

    spec: CompareSpec
    fields: dict[str, FieldCause] = field(default_factory=dict)
    lag_days: float | None = None
    left: EditColumns = EditColumns()
    right: EditColumns = EditColumns()
    unused: tuple[tuple[str, str], ...] = ()
    splits: tuple[Split, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON-ready data; ``from_json`` is its inverse."""
        return asdict(self) | {"spec": self.spec.to_json()}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Classifying:
        """What ``to_json`` described."""
        return Classifying(
            spec=CompareSpec.from_json(data["spec"]),
            fields={name: FieldCause(**one) for name, one in data["fields"].items()},
            lag_days=data["lag_days"],
            left=EditColumns(**data["left"]),
            right=EditColumns(**data["right"]),
            unused=tuple((side, column) for side, column in data["unused"]),
            splits=tuple(
                Split(one["of"], one["label"], tuple(Condition(**each) for each in one["conditions"]))
                for one in data["splits"]
            ),
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """One run as the classifier sees it: both exports, when each was made, and its mismatches.

    ``mismatches`` is ``Standing.mismatches``; ``causes`` is ``Classified.causes`` of that run, None before it is known.
    An export is None once its copy is no longer kept.
    """

    left: Kept | None
    right: Kept | None
    left_as_of: datetime
    right_as_of: datetime
    mismatches: Path
    causes: Path | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """Where a group concentrates: records that meet one condition or two.

    ``inside`` of the group's mismatches meet them, of ``records`` records that do; ``group`` mismatches and
    ``population`` records there are in all. ``chance`` is the probability of as much by chance, corrected for what
    was tried.
    """

    conditions: tuple[Condition, ...]
    inside: int
    records: int
    group: int
    population: int
    chance: float

    @property
    def share(self) -> float:
        """The share of the group that is inside."""
        return self.inside / self.group if self.group else 0.0

    @property
    def rate(self) -> float:
        """Mismatches a record inside."""
        return self.inside / self.records if self.records else 0.0

    @property
    def rate_elsewhere(self) -> float:
        """Mismatches a record outside; 0 where there is none."""
        others = self.population - self.records
        return (self.group - self.inside) / others if others else 0.0


@dataclass(frozen=True, slots=True)
class Group:
    """Mismatches that fail the same way: ``label`` names the group across runs.

    ``kind`` and ``field`` are those of its mismatches, ``detail`` what is particular about the cause (see ``labels``).
    ``typical`` are identities of up to ten of them.
    """

    label: str
    cause: Cause
    kind: str
    field: str
    detail: str
    count: int
    segments: tuple[Segment, ...] = ()
    typical: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Classified:
    """The mismatches of a run by cause.

    ``causes`` is a Parquet file, one row a mismatch in the order of ``Seen.mismatches``: see ``engine.Caused``.
    """

    causes: Path
    groups: tuple[Group, ...]
    total: int

    @staticmethod
    def from_json(data: dict[str, Any]) -> Classified:
        """What the child process sent."""
        return Classified(Path(data["causes"]), tuple(group_from_json(one) for one in data["groups"]), data["total"])


def group_from_json(data: dict[str, Any]) -> Group:
    """The group that ``dataclasses.asdict`` described."""
    segments = tuple(
        Segment(**{**one, "conditions": tuple(Condition(**each) for each in one["conditions"])})
        for one in data["segments"]
    )
    return Group(**{**data, "cause": Cause(data["cause"]), "segments": segments, "typical": tuple(data["typical"])})


@dataclass(frozen=True, slots=True)
class Caused:
    """One row of a causes file: a mismatch, why it is there, and on what that rests. Texts; None where not known.

    Moments are ISO texts. ``agreed_at`` is the as-of time of the last run in which both sides had the record and the
    field compared equal (of a one-sided record: in which both had it), ``agreed_left`` and ``agreed_right`` the values
    then. ``since_left`` is the as-of time of the first run that saw the present left value (of a one-sided record: the
    record); None where it was there when the two were first compared, or since they agreed. ``before_left`` is the
    value it had before the present one. ``edited_at``, ``edited_by``, ``via``: what the mapped edit columns say,
    of the side ``edited_side``. ``other`` is the key of a near copy on the side ``other_side``, ``alike`` the names of
    the columns in which both agree, a JSON list.
    """

    identity: str
    kind: str
    key: str
    field: str
    left: str | None
    right: str | None
    cause: str
    detail: str
    label: str
    agreed_at: str | None = None
    agreed_left: str | None = None
    agreed_right: str | None = None
    since_left: str | None = None
    since_right: str | None = None
    before_left: str | None = None
    before_right: str | None = None
    edited_side: str | None = None
    edited_at: str | None = None
    edited_by: str | None = None
    via: str | None = None
    other: str | None = None
    other_side: str | None = None
    alike: str | None = None


CAUSED_COLUMNS = tuple(Caused.__dataclass_fields__)
