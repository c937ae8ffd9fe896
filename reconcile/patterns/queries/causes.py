"""Why a mismatch is there: its row in the causes file of a run, and the sentence on what that rests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ownership.parts import Masked
from reconcile import engine
from reconcile.checks.masking import SHOWN, Cell, Masking, key_words
from reconcile.checks.models import Kind, Mismatch, Run
from reconcile.patterns.models import Cause, Classification, Membership, Pattern
from reconcile.patterns.queries import families
from reconcile.patterns.queries.naming import name_of

if TYPE_CHECKING:
    from reconcile.patterns.queries.patterns import PatternShown

MASKED = "a masked value"


@dataclass(frozen=True, slots=True)
class SaidOf:
    """What a list says of a mismatch: the pattern it is in, as people see it, and its cause in words."""

    pattern: Pattern
    name: str
    cause: str


@dataclass(frozen=True, slots=True)
class Typical:
    """One typical mismatch of a pattern: its row, its key, both values, and the evidence of its cause."""

    mismatch: Mismatch
    key: str | Masked
    left: Cell
    right: Cell
    caused: engine.Caused
    evidence: str


def cause_of(run: Run, mismatch: Mismatch) -> engine.Caused | None:
    """Return what the causes of ``run`` say of a mismatch; None where it was not there, or nobody knows (any more)."""
    return causes_of(run, [mismatch.identity.hex]).get(mismatch.identity.hex)


def causes_of(run: Run, identities: Iterable[str]) -> dict[str, engine.Caused]:
    """Return what the causes of ``run`` say of mismatches, by identity; nothing where nobody knows (any more)."""
    path = causes_path(run)
    if path is None:
        return {}
    try:
        return engine.caused(path, list(identities))
    except engine.EngineError:
        # Made again at this moment: the file that was asked for is gone.
        return {}


def causes_path(run: Run) -> str | None:
    """Return the causes file of ``run``, None where there is none (any more)."""
    row = Classification.objects.filter(run=run).first()
    return str(row.path) if row and row.path.is_file() else None


class Evidence:
    """Sentences on what causes of one run's mismatches rest. What is masked for a person stays so."""

    def __init__(self, run: Run, masking: Masking = SHOWN) -> None:
        self._compared = run.comparing
        self._masking = masking
        self._fields = {one.name: one for one in self._compared.fields}
        check = run.check_compared
        self._plain = engine.Telling(
            left=check.left_system.name,
            right=check.right_system.name,
            owner="",
            lag_days=self._compared.lag_days,
            as_of=_as_of(run),
        )

    def of(self, caused: engine.Caused) -> str:
        """Return the sentence for one row of the run's causes."""
        return engine.evidence(self._without_masked(caused), self._telling(caused))

    def _telling(self, caused: engine.Caused) -> engine.Telling:
        known = self._fields.get(caused.field) if caused.kind == Kind.DIFFERS else None
        telling = self._plain
        if known:
            lag = known.lag_days if known.lag_days is not None else telling.lag_days
            telling = replace(telling, owner=known.owner, lag_days=lag)
        if caused.kind == Kind.DIFFERS and caused.field in self._masking.fields:
            telling = replace(telling, value=_masked)
        return telling

    def _without_masked(self, caused: engine.Caused) -> engine.Caused:
        """The row without what edit columns say that are masked, and without the key of a copy where keys are."""
        if not self._masking:
            return caused
        edits, place = (
            (self._compared.left_edits, 0) if caused.edited_side == "left" else (self._compared.right_edits, 1)
        )
        named = (edits.updated_at, edits.updated_by, edits.created_via, edits.created_by)
        hidden = set(self._masking.columns(place, [column for column in named if column]))
        return replace(
            caused,
            other=MASKED if caused.other is not None and self._masking.key else caused.other,
            edited_at=None if edits.updated_at in hidden else caused.edited_at,
            edited_by=None if {edits.updated_by, edits.created_by} & hidden else caused.edited_by,
            via=None if edits.created_via in hidden else caused.via,
        )


def evidence_of(run: Run, caused: engine.Caused, masking: Masking = SHOWN) -> str:
    """Return in a sentence on what the cause of a mismatch of ``run`` rests. What is masked stays so."""
    return Evidence(run, masking).of(caused)


def said_of(run: Run, ids: Iterable[int]) -> dict[int, SaidOf]:
    """Return the pattern of each mismatch, by primary key, that stands now. ``run`` is of their check."""
    check = run.check_compared
    rows = dict(Membership.objects.filter(mismatch_id__in=list(ids)).values_list("mismatch_id", "pattern_id"))
    if not rows:
        return {}
    roots = {pattern: family.root for family in families.of_check(check.pk) for pattern in family.ids}
    causes = dict(Pattern.objects.filter(pk__in=set(rows.values())).values_list("pk", "cause"))
    names = {root.pk: name_of(root, None, check) for root in roots.values()}
    return {
        mismatch: SaidOf(roots[pattern], names[roots[pattern].pk], Cause(causes[pattern]).label)
        for mismatch, pattern in rows.items()
        if pattern in roots
    }


def typical_of(shown: PatternShown, masking: Masking = SHOWN) -> list[Typical]:
    """Return up to ten typical mismatches of a pattern, in the last run that has it."""
    if not shown.typical:
        return []
    around = ("check_compared__left_system", "check_compared__right_system", "left", "right")
    run = Run.objects.select_related(*around).get(pk=shown.last_run)
    causes = causes_of(run, shown.typical)
    rows = Mismatch.objects.filter(check_compared_id=run.check_compared_id, identity__in=list(causes))
    found = {one.identity.hex: one for one in rows}
    evidence, composite = Evidence(run, masking), len(run.comparing.key) > 1
    return [
        _typical(found[identity], causes[identity], masking, evidence, composite=composite)
        for identity in shown.typical
        if identity in found and identity in causes
    ]


def _typical(
    mismatch: Mismatch, caused: engine.Caused, masking: Masking, evidence: Evidence, *, composite: bool
) -> Typical:
    masked = masking.fields.get(caused.field) if caused.kind == Kind.DIFFERS else None
    return Typical(
        mismatch,
        key_words(caused.key, composite=composite, masked=masking.key),
        masked or caused.left,
        masked or caused.right,
        caused,
        evidence.of(caused),
    )


def _masked(_: str | None) -> str:
    return MASKED


def _as_of(run: Run) -> date:
    return (run.as_of or max(run.left.as_of, run.right.as_of)).date()


def by_label(run: Run) -> Mapping[str, Pattern]:
    """Return, by the label that a causes file has, the pattern people see: the root of its family."""
    every = families.of_check(run.check_compared_id)
    return {one.label: family.root for family in every for one in family.every}
