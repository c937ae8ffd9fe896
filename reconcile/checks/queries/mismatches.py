"""The mismatches of a run: as they stood then, however many there are and whatever later runs made of them.

Of the latest run they are the rows that are not closed; of an earlier one also what was closed since, and the
``Episode`` rows that cover it. Lists are read along an index of ``Mismatch``, or are at most ``SORTED`` rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.sql.compiler import SQLCompiler

from ownership import keyset
from reconcile import engine
from reconcile.checks.masking import SHOWN, Masking
from reconcile.checks.models import KEY_START, Episode, Kind, Mismatch, Opened, Run, RunState

# Up to so many rows are sorted by anything; more only in the order of an index.
SORTED = 20_000
# So many of what a text is found in are listed; a download has all of them.
FOUND = 2_000
CHUNK = 2_000

GONE = "gone"
STANDING = "standing"
STATES = (Opened.NEW, Opened.CHANGED, Opened.RETURNED, STANDING, GONE)


class KeyStart(Func):
    """The first characters of a key, spelled as the index on them is."""

    output_field = TextField()
    never_null = True

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]
        column, parameters = compiler.compile(self.get_source_expressions()[0])
        postgres = connection.vendor == "postgresql"
        return f"LEFT({column}, {KEY_START})" if postgres else f"SUBSTR({column}, 1, {KEY_START})", tuple(parameters)


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a run's mismatches is asked for; empty is everything. ``state`` is one of STATES."""

    kind: str = ""
    field: str = ""
    state: str = ""
    text: str = ""


EVERYTHING = Asked()


class MismatchesOfRun:
    """The mismatches of one run that is done. Rows carry what they were then, as annotations.

    These are ``key_start``; ``left_then`` and ``right_then``; ``opened_then``, the number of the run that began the
    episode, and ``opened_as_then``, why; ``closed_then``, the number of the last run that saw it, null while it stands.

    ``lasting`` reads rows the longer way, which stays right over many queries when another run is published meanwhile.
    ``masking``: what stays unread; ``left_then`` and ``right_then`` of such rows are null, and nothing finds them by
    their values. Whoever shows rows to a person gives it.
    """

    def __init__(self, run: Run, masking: Masking = SHOWN, *, lasting: bool = False) -> None:
        assert run.number is not None  # noqa: S101 - for the types: a run that is done has one
        self.run = run
        self.masking = masking
        self.number: int = run.number
        self.totals: Mapping[str, Any] = run.totals or {}
        later = Run.objects.filter(check_compared_id=run.check_compared_id, state=RunState.DONE, number__gt=run.number)
        self._is_latest = not lasting and not later.exists()

    # --- Rows ----------------------------------------------------------------------------------------------------

    def rows(self, asked: Asked = EVERYTHING, among: list[int] | None = None) -> QuerySet[Mismatch]:
        """Return what matches everything but the text, in no order yet; ``among`` are primary keys of the check."""
        # Not also narrowed by the check: SQLite would then read along the check's index instead of fetching the few.
        every = self._of_check if among is None else _rows().filter(pk__in=among)
        rows = self._in_state(asked.state, every) if asked.state else self._standing(every)
        if asked.field:
            rows = rows.filter(kind=Kind.DIFFERS, field=asked.field)
        if asked.kind:
            rows = rows.filter(kind=asked.kind)
        return rows

    def ever(self) -> QuerySet[Mismatch]:
        """Return every mismatch of the check that this run or an earlier one saw, without what it was then."""
        return self._of_check.filter(first_number__lte=self.number)

    @property
    def _of_check(self) -> QuerySet[Mismatch]:
        return _rows().filter(check_compared_id=self.run.check_compared_id)

    def _in_state(self, state: str, among: QuerySet[Mismatch]) -> QuerySet[Mismatch]:
        count = self.count(Asked(state=state))
        if count == 0:
            return self._standing(among).none()
        if count is not None and count <= SORTED and state != STANDING:
            # Few among many: found first, by what opened or closed them. Left to itself, a database would rather read
            # all that stands in the order of the list, looking for them.
            among = _rows().filter(Q(pk__in=self._turned(gone=state == GONE)))
        if state == GONE:
            return self._gone(among)
        rows = self._standing(among)
        if state == STANDING:
            return rows.filter(Q(opened_then__lt=self.number))
        return rows.filter(Q(opened_then=self.number, opened_as_then=state))

    def _turned(self, *, gone: bool) -> QuerySet[Any]:
        """Primary keys of what this run opened, or was the first not to see, and maybe of some others."""
        check = self.run.check_compared_id
        rows = Mismatch.objects.filter(check_compared_id=check).order_by()
        episodes = Episode.objects.filter(mismatch__check_compared_id=check).order_by()
        if gone:
            ended = rows.filter(closed_number=self.number - 1).values("pk")
            return (
                ended
                if self._is_latest
                else ended.union(episodes.filter(closed_number=self.number - 1).values("mismatch"))
            )
        standing = rows.filter(closed_number__isnull=True, opened_number=self.number).values("pk")
        if self._is_latest:
            return standing
        closed = rows.filter(closed_number__gte=self.number, opened_number=self.number).values("pk")
        return standing.union(closed, episodes.filter(opened_number=self.number).values("mismatch"))

    def _standing(self, among: QuerySet[Mismatch]) -> QuerySet[Mismatch]:
        nothing = Value(None, IntegerField(null=True))
        if self._is_latest:
            return among.filter(closed_number__isnull=True).annotate(**self._as_now(), closed_then=nothing)
        begun = Q(opened_number__lte=self.number)
        now = begun & (Q(closed_number__isnull=True) | Q(closed_number__gte=self.number))
        covering = Episode.objects.filter(
            mismatch=OuterRef("pk"), opened_number__lte=self.number, closed_number__gte=self.number
        )
        return self._then(among, now, begun, covering).annotate(closed_then=nothing)

    def _gone(self, among: QuerySet[Mismatch]) -> QuerySet[Mismatch]:
        last = self.number - 1
        closed = Value(last, IntegerField(null=True))
        if self._is_latest:
            return among.filter(closed_number=last).annotate(**self._as_now(), closed_then=closed)
        ended = Episode.objects.filter(mismatch=OuterRef("pk"), closed_number=last)
        next_one = Episode.objects.filter(mismatch=OuterRef("pk"), opened_number=self.number)
        went_on = Q(opened_number=self.number) | Exists(next_one)
        begun = Q(opened_number__lte=last)
        return self._then(among, Q(closed_number=last), begun, ended).exclude(went_on).annotate(closed_then=closed)

    def _then(self, among: QuerySet[Mismatch], now: Q, begun: Q, episodes: QuerySet[Episode]) -> QuerySet[Mismatch]:
        """Rows of which the episode held by the row is meant (``now``), or else one of ``episodes``."""
        then: dict[str, Any] = {
            f"{side}_then": self._unless_masked(F(side), [When(~begun, then=Subquery(episodes.values(side)[:1]))])
            for side in ("left", "right")
        }
        for name in ("opened_number", "opened_as"):
            then[f"{name.removesuffix('_number')}_then"] = Case(
                When(begun, then=F(name)), default=Subquery(episodes.values(name)[:1])
            )
        earlier = Episode.objects.defer("left", "right")
        return (
            among.filter(now | (~begun & Exists(episodes)))
            .annotate(**then)
            .prefetch_related(Prefetch("episodes", earlier, to_attr="earlier"))
        )

    def _as_now(self) -> dict[str, Any]:
        return {
            "left_then": self._unless_masked(F("left")),
            "right_then": self._unless_masked(F("right")),
            # An expression, so that SQLite does not take the index on it and then sort a million rows.
            "opened_then": F("opened_number") + 0,
            "opened_as_then": F("opened_as"),
        }

    def _unless_masked(self, value: F, otherwise: Sequence[When] = ()) -> F | Case:
        """The value of a row, or what ``otherwise`` says: never that of a masked field."""
        masked = [When(self._masked, then=Value(None))] if self.masking.fields else []
        return Case(*masked, *otherwise, default=value) if masked or otherwise else value

    @property
    def _masked(self) -> Q:
        return Q(kind=Kind.DIFFERS, field__in=sorted(self.masking.fields))

    def order(self, asked: Asked) -> tuple[str, ...]:
        """Rows by kind, field and age, less what is the same in all: so going on from a row is quick in SQLite."""
        return ("pk",) if asked.field else ("field",) if asked.kind else ("kind", "field")

    # --- Searching -----------------------------------------------------------------------------------------------

    def search(self, asked: Asked) -> QuerySet[Mismatch]:
        """Return what matches and belongs to the record with the key ``asked.text``.

        Where there is no such record, what has the text in its key or a value, whatever its case; of more than
        ``FOUND`` the first ones. What is masked is not looked at: a search would tell what it says.
        """
        record = self._named(asked.text)
        if record:
            return self.rows(asked, record)
        found = self._found(asked, FOUND, FOUND)
        if found is None:
            return self.rows(asked).filter(self._contains(asked.text))
        return self.rows(asked, self._of_identities(next(found, [])))

    def _named(self, text: str) -> list[int]:
        return [] if self.masking.key else self.of_record(text)

    def _contains(self, text: str) -> Q:
        values = Q(left__icontains=text) | Q(right__icontains=text)
        if self.masking.fields:
            values &= ~self._masked
        return values if self.masking.key else values | Q(key__icontains=text)

    def of_record(self, key: str) -> list[int]:
        """Return the primary keys of all mismatches that this run or an earlier one saw of a record."""
        # The key itself is compared as an expression: SQLite puts a constant for a column that has to equal one, and
        # then no longer sees that the index on its beginning would do.
        whole = Func(F("key"), template="(%(expressions)s || '')", output_field=TextField())
        record = self.ever().annotate(whole=whole).filter(Q(key_start=key[:KEY_START], whole=key))
        return list(record.order_by().values_list("pk", flat=True)[:FOUND])

    def _of_identities(self, identities: list[str]) -> list[int]:
        found = Mismatch.objects.filter(check_compared_id=self.run.check_compared_id, identity__in=identities)
        return list(found.order_by().values_list("pk", flat=True))

    def _found(self, asked: Asked, batch: int, most: int | None = None) -> Iterator[list[str]] | None:
        """Identities of what a text is found in, a list of at most ``batch`` at a time; None without a result file.

        The files of runs hold what stood in them, so what is gone is looked for in that of the run before.
        """
        run = self.run
        if asked.state == GONE:
            run = Run.objects.filter(check_compared_id=run.check_compared_id, number=self.number - 1).first() or run
        path = run.result_path
        if path is None or not path.is_file():
            return None
        only = {name: value for name, value in (("kind", asked.kind), ("field", asked.field)) if value}
        passed_over = sorted(self.masking.fields)
        return engine.search(
            path, asked.text, only, passed_over=passed_over, keys=not self.masking.key, batch=batch, most=most
        )

    # --- All of them, in constant memory -------------------------------------------------------------------------

    def each(self, asked: Asked = EVERYTHING) -> Iterator[Mismatch]:
        """Give every row that matches, text included, without holding more than ``CHUNK`` of them or a transaction."""
        if not asked.text:
            yield from _along(self.rows(asked))
            return
        record = self._named(asked.text)
        found = None if record else self._found(asked, CHUNK)
        if found is None:
            yield from _along(self.search(asked))
            return
        for identities in found:
            some = self.rows(asked, self._of_identities(identities))
            yield from keyset.ordered(some, keyset.terms_of(some, ("kind", "field")))

    # --- Figures -------------------------------------------------------------------------------------------------

    def count(self, asked: Asked) -> int | None:
        """Return how many match where the run's totals say so, None where they do not."""
        narrowing = [bool(asked.kind), bool(asked.field), bool(asked.state), bool(asked.text)]
        if not any(narrowing):
            return _number(self.totals.get("mismatches"))
        if sum(narrowing) > 1 or asked.text:
            return None
        if asked.kind:
            return _number(self.totals.get("kinds", {}).get(asked.kind, 0))
        if asked.field:
            fields = {field["name"]: field["differing"] for field in self.totals.get("fields", [])}
            return _number(fields.get(asked.field, 0))
        return _number(self.totals.get("unchanged" if asked.state == STANDING else asked.state))

    def at_most(self, asked: Asked) -> int:
        """Return how many can match at most, by the run's totals."""
        alone = (Asked(kind=asked.kind), Asked(field=asked.field), Asked(state=asked.state))
        most = [count for one in alone if (count := self.count(one)) is not None]
        return min([FOUND, *most] if asked.text else most, default=SORTED + 1)

    def times_seen(self, mismatch: Mismatch) -> int:
        """Return in how many runs up to this one ``mismatch``, a row of these, was seen."""
        opened = mismatch.opened_then  # type: ignore[attr-defined]  # an annotation
        closed = mismatch.closed_then  # type: ignore[attr-defined]
        if opened == mismatch.opened_number:
            before = mismatch.seen_before
        else:
            earlier = (one for one in mismatch.earlier if one.opened_number < opened)  # type: ignore[attr-defined]
            before = sum(one.closed_number - one.opened_number + 1 for one in earlier)
        return int(before + (closed or self.number) - opened + 1)

    def state(self, mismatch: Mismatch) -> str:
        """Return open, returned or gone: what a row of these was then."""
        if mismatch.closed_then is not None:  # type: ignore[attr-defined]
            return GONE
        # Values that changed since it returned began another episode; that it returned stays true of the mismatch.
        returned = mismatch.opened_as_then == Opened.RETURNED  # type: ignore[attr-defined]
        if not returned and mismatch.times_returned:
            opened = mismatch.opened_then  # type: ignore[attr-defined]
            returned = opened == mismatch.opened_number or any(
                one.opened_as == Opened.RETURNED and one.opened_number <= opened
                for one in mismatch.earlier  # type: ignore[attr-defined]
            )
        return Opened.RETURNED if returned else "open"


def _rows() -> QuerySet[Mismatch]:
    # Values as they were then are annotations; those of the row itself stay where they are.
    return Mismatch.objects.defer("left", "right").annotate(key_start=KeyStart("key"))


def _along(rows: QuerySet[Mismatch]) -> Iterator[Mismatch]:
    """Every row by kind, field and age, ``CHUNK`` at a time, each chunk going on after the one before."""
    terms = keyset.terms_of(rows, ("kind", "field"))
    chunk = list(keyset.ordered(rows, terms)[:CHUNK])
    while chunk:
        yield from chunk
        last = chunk[-1]
        chunk = (
            list(keyset.beyond(rows, terms, (last.kind, last.field, last.pk))[:CHUNK]) if len(chunk) == CHUNK else []
        )


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
