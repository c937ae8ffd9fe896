"""A check that somebody is putting together: kept at every change, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from ownership.models import Person, System, Team
from reconcile import engine
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check, Draft
from reconcile.checks.queries.columns import identity
from reconcile.checks.queries.edits import EDITS, filled, guess, guessed_in
from reconcile.checks.services import naming, suggesting
from reconcile.engine.suggesting.suggestions import PairSuggestion, Suggestion
from reconcile.exports import services as exports
from reconcile.exports.doorbell import ring
from reconcile.exports.models import Snapshot

SUGGEST = "reconcile.checks.tasks.suggest_for_draft"
SUGGEST_SECONDS = 300
READ = "read"  # beside the suggestion: the attempts under which its exports were read
RING_AGAIN_SECONDS = 20
KEPT_DISCARDED = timedelta(days=1)
Pairs = Sequence[tuple[str, str]]


@transaction.atomic
def start(*, person: Person, left: Snapshot, right: Snapshot) -> Draft:
    """Keep a new draft of ``person`` over two snapshots, named after their files, and ask for a suggestion."""
    Draft.objects.filter(person=person, discarded_at__lt=timezone.now() - KEPT_DISCARDED).delete()
    known = System.objects.values_list("name", flat=True)
    systems = naming.systems(left.file_name, right.file_name, known)
    draft = Draft.objects.create(
        person=person,
        left=left,
        right=right,
        left_system=left.system.name if left.system else systems[0],
        right_system=right.system.name if right.system else systems[1],
        owner=_team_of(person),
    )
    _ask(draft)
    return draft


def _team_of(person: Person) -> Team | None:
    return Team.objects.filter(lead=person).first() or person.team


@transaction.atomic
def start_edit(*, person: Person, check: Check) -> Draft:
    """The draft in which ``person`` edits ``check``: one begun earlier, or a new one over the files of the last run."""
    begun = Draft.objects.filter(person=person, check_edited=check, discarded_at=None).first()
    if begun is not None:
        return begun
    last = check.runs.filter(number__isnull=False).order_by("-number").first() or check.runs.first()
    draft = Draft.objects.create(
        person=person,
        check_edited=check,
        name=check.name,
        left_system=check.left_system.name,
        right_system=check.right_system.name,
        records=check.records,
        owner=check.owner,
        cadence=check.cadence,
        expected_lag_days=check.expected_lag_days,
        left=last.left if last else None,
        right=last.right if last else None,
        comparing_data=check.comparing_data,
    )
    _ask(draft)
    return draft


def _ask(draft: Draft) -> None:
    """Ring for a suggestion, at most once in a while: whoever waits may call this as often as he likes."""
    if draft.left_id and draft.right_id and cache.add(f"suggestion-asked-{draft.pk}", 1, RING_AGAIN_SECONDS):
        ring(SUGGEST, draft_id=str(draft.pk))


def ask_again(*, draft: Draft) -> None:
    """Ring once more for a suggestion that was asked for a while ago: the message may be lost."""
    _ask(draft)


def suggest(*, draft_id: str) -> None:
    """Suggest key, pairs and comparisons for a draft, and keep them, or why there are none. Twice does no harm."""
    draft = Draft.objects.select_related("left", "right").filter(pk=UUID(draft_id)).first()
    if draft is None or draft.left is None or draft.right is None or looked_at(draft):
        return
    sides = [exports.read(snapshot_id=side.pk) for side in (draft.left, draft.right)]
    if any(side.state != Snapshot.State.READY for side in sides):
        return
    try:
        found = engine.suggest(sides[0].kept, sides[1].kept, limits=engine.Limits(wall_seconds=SUGGEST_SECONDS))
    except engine.EngineError as error:
        _keep(draft, sides, problem=str(error))
    else:
        _keep(draft, sides, found)


def looked_at(draft: Draft) -> bool:
    """Whether there is a suggestion for the exports as they are read now, or the reason why there is none."""
    if draft.suggestion is None or draft.left is None or draft.right is None:
        return bool(draft.suggestion_problem)
    return bool(draft.suggestion.get(READ) == [draft.left.attempt, draft.right.attempt])


@transaction.atomic
def _keep(asked: Draft, sides: Sequence[Snapshot], found: Suggestion | None = None, problem: str = "") -> None:
    """Keep what was found unless the files were exchanged meanwhile. What a person has said already stays."""
    draft = Draft.objects.select_for_update().filter(pk=asked.pk, left=asked.left, right=asked.right).first()
    if draft is None:
        return
    untouched = draft.comparing_data is None or (draft.check_edited_id is None and _untouched(draft))
    attempts = [side.attempt for side in sides]
    draft.suggestion = suggesting.to_json(found) | {READ: attempts, EDITS: _guessed(sides)} if found else None
    draft.suggestion_problem = problem
    if untouched:
        draft.comparing_data = _suggested(draft).to_json()
    if draft.check_edited_id is None and asked.left and asked.right:
        key = [column for pair in draft.comparing.key for column in pair]
        draft.records = draft.records or naming.records(asked.left.file_name, asked.right.file_name, key)
        draft.name = draft.name or _name(draft)
    draft.save()


def _name(draft: Draft) -> str:
    called = f"{draft.left_system} and {draft.right_system} {draft.records}"
    taken = set(Check.objects.filter(name__startswith=called[:100]).values_list("name", flat=True))
    return naming.unlike(called, taken, Check._meta.get_field("name").max_length or 200)  # noqa: SLF001 - Django's public _meta


@transaction.atomic
def take_files(*, draft: Draft, left: Snapshot | None = None, right: Snapshot | None = None) -> Draft:
    """Exchange one export or both. What is compared stays if it was edited by hand, else it is suggested anew."""
    draft = _locked(draft)
    untouched = draft.check_edited_id is None and _untouched(draft)
    draft.left, draft.right = left or draft.left, right or draft.right
    draft.suggestion, draft.suggestion_problem = None, ""
    if untouched:
        draft.comparing_data = None
    draft.save()
    cache.delete(f"suggestion-asked-{draft.pk}")
    _ask(draft)
    return draft


def _untouched(draft: Draft) -> bool:
    return draft.comparing == _suggested(draft)


def _guessed(sides: Sequence[Snapshot]) -> list[dict[str, str]]:
    return [suggesting.storable(asdict(guess(side))) for side in sides]


def _suggested(draft: Draft) -> Comparing:
    if not draft.suggestion:
        return Comparing()
    left, right = guessed_in(draft)
    found = suggesting.comparing_of(Suggestion.from_json(draft.suggestion))
    return replace(found, left_edits=left, right_edits=right)


def _locked(draft: Draft) -> Draft:
    """The draft as it is now: two changes in quick succession both count."""
    return Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)


@transaction.atomic
def say(*, draft: Draft, **about: object) -> Draft:
    """Keep what was typed about the check, finished or not: name, systems, records, owner, cadence."""
    draft = _locked(draft)
    for name, value in about.items():
        setattr(draft, name, value)
    draft.save()
    return draft


@transaction.atomic
def _change(draft: Draft, change: Callable[[Comparing], Comparing]) -> Draft:
    draft = _locked(draft)
    draft.comparing_data = change(draft.comparing).to_json()
    draft.save()
    return draft


def set_key(*, draft: Draft, pairs: Pairs, fold: bool) -> Draft:
    """Identify records by ``pairs`` of (left, right) columns. A column of the key is not compared beside it."""
    left, right = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    return _change(
        draft,
        lambda comparing: replace(
            comparing,
            key=tuple(pairs),
            key_fold=fold,
            fields=tuple(f for f in comparing.fields if f.left not in left and f.right not in right),
        ),
    )


def set_edits(*, draft: Draft, left: engine.EditColumns, right: engine.EditColumns) -> Draft:
    """Say which columns of both exports tell when and by whom a record was made or changed."""
    return _change(draft, lambda comparing: replace(comparing, left_edits=left, right_edits=right))


def take_guessed_edits(*, draft: Draft) -> Draft:
    """Take the columns that seem to tell of edits where none is chosen."""
    left, right = guessed_in(draft)
    said = draft.comparing
    return set_edits(draft=draft, left=filled(said.left_edits, left), right=filled(said.right_edits, right))


def change_field(*, draft: Draft, field_id: str, **changes: object) -> Draft:
    """Change what the named attributes of one compared field are; nothing if it is no longer there."""
    return _change(
        draft,
        lambda comparing: replace(
            comparing,
            fields=tuple(
                replace(field, **changes) if identity(field.left) == field_id else field  # type: ignore[arg-type]  # by name
                for field in comparing.fields
            ),
        ),
    )


def remove_field(*, draft: Draft, field_id: str) -> Draft:
    """Compare one field no longer."""
    return _change(
        draft,
        lambda comparing: replace(comparing, fields=tuple(f for f in comparing.fields if identity(f.left) != field_id)),
    )


def add_field(*, draft: Draft, left: str, right: str) -> Draft:
    """Compare two columns, as was suggested for them or else as both look; nothing if one of them is taken."""
    pair = _pair(draft, left, right)

    def added(comparing: Comparing) -> Comparing:
        pairs = (*comparing.key, *((field.left, field.right) for field in comparing.fields))
        if any(left == ours or right == theirs for ours, theirs in pairs):
            return comparing
        taken = {field.name for field in comparing.fields}
        field = (
            suggesting.field_of(pair, taken) if pair else ComparedField(suggesting.field_name(left, taken), left, right)
        )
        return replace(comparing, fields=(*comparing.fields, field))

    return _change(draft, added)


def _pair(draft: Draft, left: str, right: str) -> PairSuggestion | None:
    found = Suggestion.from_json(draft.suggestion) if draft.suggestion else None
    return next((pair for pair in found.pairs if (pair.left, pair.right) == (left, right)), None) if found else None


def put_back(*, draft: Draft, fields: Sequence[ComparedField]) -> Draft:
    """Compare fields that were just removed again, as they were, where their columns are free.

    A table of words that was left out of them is that of the check that is edited, or else the one suggested.
    """
    fields = [_with_words(draft, field) for field in fields]

    def added(comparing: Comparing) -> Comparing:
        left = {column for column, _ in comparing.key} | {field.left for field in comparing.fields}
        right = {column for _, column in comparing.key} | {field.right for field in comparing.fields}
        free = tuple(field for field in fields if field.left not in left and field.right not in right)
        return replace(comparing, fields=(*comparing.fields, *free))

    return _change(draft, added)


def _with_words(draft: Draft, field: ComparedField) -> ComparedField:
    if field.compare != "mapped" or field.mapping:
        return field
    edited = draft.check_edited.comparing.fields if draft.check_edited else ()
    pair = _pair(draft, field.left, field.right)
    known = [one.mapping for one in edited if (one.left, one.right) == (field.left, field.right)]
    return replace(field, mapping=next(filter(None, [*known, pair.mapping if pair else ()]), ()))


def compare_all(*, draft: Draft) -> Draft:
    """Compare every pair that was suggested and whose columns are free, beside what is compared already."""
    found = Suggestion.from_json(draft.suggestion) if draft.suggestion else None

    def added(comparing: Comparing) -> Comparing:
        fields = list(comparing.fields)
        left = {column for column, _ in comparing.key} | {field.left for field in fields}
        right = {column for _, column in comparing.key} | {field.right for field in fields}
        names = {field.name for field in fields}
        for pair in found.pairs if found else ():
            if pair.left not in left and pair.right not in right:
                fields.append(suggesting.field_of(pair, names))
                names.add(fields[-1].name)
        return replace(comparing, fields=tuple(fields))

    return _change(draft, added)


def compare_none(*, draft: Draft) -> Draft:
    """Compare no field, only which keys are there."""
    return _change(draft, lambda comparing: replace(comparing, fields=()))


@transaction.atomic
def discard(*, draft: Draft) -> Draft:
    """Put a draft aside. It is kept for a day, so that it can be taken back."""
    draft = _locked(draft)
    draft.discarded_at = timezone.now()
    draft.save()
    return draft


@transaction.atomic
def restore(*, draft: Draft) -> Draft:
    """Take a discarded draft back."""
    draft = _locked(draft)
    draft.discarded_at = None
    draft.save()
    return draft
