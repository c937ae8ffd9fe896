"""Remembering: the causes of every run's mismatches, worked out oldest first, each on the ground of the one before.

Working out happens outside of transactions, into a file of its own. It becomes what is known in one transaction with
the check locked, if by then nothing has changed that it rests on; otherwise it is thrown away and made again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import transaction

from reconcile import engine
from reconcile.checks.models import Check, Run, RunState
from reconcile.checks.queries.masking import columns_of_sensitive_values
from reconcile.checks.queries.mismatches import MismatchesOfRun
from reconcile.checks.services.storing import VALUES
from reconcile.exports.doorbell import ring
from reconcile.patterns.models import Classification, Setback, Week
from reconcile.patterns.queries import behind
from reconcile.patterns.services import clearing, leases, living, members

log = structlog.get_logger(__name__)

CATCH_UP = "reconcile.patterns.tasks.catch_up"
Progress = Callable[[str, int, int], None]


def catch_up(check_id: int, progress: Progress | None = None, *, again: bool = False) -> int:
    """Work out the causes of every run of a check that has none, or stale ones; how many runs that were.

    Nothing happens while somebody else is at it: whoever that is goes on until nothing is left. What stands against a
    run is kept with it and logged; it is tried again at the next call, ``behind.TRIES`` times in all. With ``again``,
    runs that were given up get as many tries once more.
    """
    if again:
        Setback.objects.filter(run__check_compared_id=check_id, tries__gte=behind.TRIES).delete()
    count = 0
    while behind.work_of(check_id):
        with leases.held(check_id, progress) as tell:
            if tell is None:
                return count
            done, stopped = _all(check_id, tell)
        count += done
        if stopped:
            break
    return count


def is_behind(check: Check) -> bool:
    """Whether patterns do not say yet how the last run of ``check`` stands."""
    return bool(behind.work_of(check.pk))


def sweep() -> int:
    """Ring for every check that is behind and that nobody is at; how many there were."""
    count = 0
    for check_id in behind.checks_behind():
        if not leases.is_held(check_id):
            ring(CATCH_UP, check_id=check_id)
            count += 1
    return count


def _all(check_id: int, tell: Progress) -> tuple[int, bool]:
    """How many runs were classified, and whether something stood against the next one."""
    count = 0
    while work := behind.work_of(check_id):
        if work.stale is None:
            _settle(work)
            continue
        try:
            count += _classify(work, work.stale, tell)
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the run is done and stays so
            if not _set_back(work, work.stale, error):
                return count, True
    return count, False


def _set_back(work: behind.Work, link: behind.Link, error: Exception) -> bool:
    """Keep what stood against a run; whether it was the last try, so that the runs after it go on without it."""
    log.error("causes not worked out", run=link.run_id, exc_info=error)
    why = (
        str(error)
        if isinstance(error, engine.EngineError)
        else f"something unforeseen ended it ({type(error).__name__})."
    )
    ground = {"base": link.base, "asked": work.asked}
    with transaction.atomic():
        if not Run.objects.filter(pk=link.run_id).exists():
            return False
        row, _ = Setback.objects.select_for_update().get_or_create(run_id=link.run_id, defaults={**ground, "why": why})
        tries = row.tries if (row.base, row.asked) == (link.base, work.asked) else 0
        Setback.objects.filter(pk=row.pk).update(**ground, why=why, tries=tries + 1)
    return tries + 1 >= behind.TRIES


def _classify(work: behind.Work, link: behind.Link, tell: Progress) -> int:
    """Classify a stale run: 1, or 0 where what it rests on changed meanwhile and the result was thrown away."""
    run = _run(link.run_id)
    before = _run(work.before.run_id) if work.before else None
    if before and work.before and work.before.kept and not before.classification.path.is_file():
        # Somebody removed the file. It is made again first: it carries what is known of all earlier runs.
        before.classification.delete()
        return 0
    out = run.folder / f"causes-{uuid4().hex}.parquet"
    run.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        asked = run.comparing.classifying(unused=_unused(run), splits=behind.splits_of(work.check_id))
        found = engine.classify(
            asked, _seen(run), _seen(before) if before else None, out=out, folder=run.folder, progress=tell
        )
        kept = _publish(work, link, found)
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    if not kept:
        out.unlink(missing_ok=True)
    clearing.clear_folder(run)
    return int(kept)


def _publish(work: behind.Work, link: behind.Link, found: engine.Classified) -> bool:
    """Make what was found what is known, all or nothing; whether it still holds."""
    with transaction.atomic():
        check = Check.objects.select_for_update(no_key=True).get(pk=work.check_id)
        current = behind.work_of(check.pk)
        if (current.stale, current.before, current.asked) != (work.stale, work.before, work.asked):
            return False
        patterns = living.of_groups(check, found.groups)
        listed = _listed(check.pk)
        old = Classification.objects.filter(run_id=link.run_id).first()
        new = _kept(link, work, found, old)
        Week.objects.filter(run_id=link.run_id).delete()
        Week.objects.bulk_create(
            Week(
                pattern_id=patterns[group.label],
                run_id=link.run_id,
                count=group.count,
                segments=living.segments_as_kept(group),
                typical=list(group.typical),
            )
            for group in found.groups
        )
        Setback.objects.filter(run_id=link.run_id).delete()
        if current.last and current.last.run_id == link.run_id:
            _list(check.pk, new, listed)
        living.settle(check, opened=None if old else link.run_id)
    return True


def _kept(link: behind.Link, work: behind.Work, found: engine.Classified, old: Classification | None) -> Classification:
    new = old or Classification(run_id=link.run_id)
    if old:
        path = old.path
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
    new.stamp, new.base, new.asked = uuid4(), link.base, work.asked
    new.file = str(found.causes.relative_to(Path(settings.MEDIA_ROOT).resolve()))
    new.save()
    return new


def _listed(check_id: int) -> Path | None:
    """The file that the memberships of a check are those of, where it is still there."""
    row = Classification.objects.filter(run__check_compared_id=check_id, run__state=RunState.DONE, listed=True).first()
    return row.path if row and row.path.is_file() else None


def _list(check_id: int, new: Classification, listed: Path | None) -> None:
    members.write(check_id, new.path, listed, living.by_label(check_id))
    Classification.objects.filter(run__check_compared_id=check_id, listed=True).exclude(pk=new.pk).update(listed=False)
    Classification.objects.filter(pk=new.pk).update(listed=True)


def _settle(work: behind.Work) -> None:
    """Forget what runs that are not done any more left, and let memberships be those of the last run."""
    with transaction.atomic():
        check = Check.objects.select_for_update(no_key=True).get(pk=work.check_id)
        if behind.work_of(check.pk) != work:
            return
        listed = _listed(check.pk)
        clearing.forget_runs(check)
        last = Classification.objects.filter(run_id=work.last.run_id).first() if work.last else None
        if last is None:
            members.write(check.pk, None, None, {})
        elif not last.path.is_file():
            # Made again where its exports are kept; without them, nothing is known of it.
            Classification.objects.filter(pk=last.pk).delete()
        elif not last.listed:
            _list(check.pk, last, listed)
        living.settle(check)


def _run(run_id: int) -> Run:
    return Run.objects.select_related("check_compared", "left", "right", "classification").get(pk=run_id)


def _seen(run: Run) -> engine.Seen:
    """A run as the classifier sees it. An export whose copy is gone is None."""
    left, right = (one.kept if one.understood and one.kept_path.is_file() else None for one in (run.left, run.right))
    causes = getattr(run, "classification", None)
    return engine.Seen(
        left,
        right,
        run.left.as_of,
        run.right.as_of,
        _mismatches(run),
        causes.path if causes and causes.path.is_file() else None,
    )


def _mismatches(run: Run) -> Path:
    """The file of a run's mismatches; made anew from the database where it is gone."""
    path = run.result_path
    if path is not None and path.is_file():
        return path
    run.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = run.folder / "mismatches-again.parquet"
    rows = MismatchesOfRun(run, lasting=True).each()
    engine.write_rows(
        ((row.identity.hex, row.kind, row.key, row.field, row.left_then, row.right_then) for row in rows),  # type: ignore[attr-defined]
        made,
        VALUES,
    )
    return made


def _unused(run: Run) -> tuple[tuple[str, str], ...]:
    """Columns in which nothing may concentrate: those of people, and those of sensitive values."""
    return tuple(sorted({*run.comparing.of_people, *columns_of_sensitive_values(run)}))
