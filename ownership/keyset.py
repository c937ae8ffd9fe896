"""Going on in an ordered list after one of its rows, however deep: what `listing` pages with.

`OFFSET 1000000` reads a million rows to throw them away; `(name, id) > ('Meyer', 4711)` starts there in the index. The
row is named by its primary key alone, so addresses stay short and carry no value of it.

Quick needs an index that begins with the sorted column; where values repeat much, one on (column, id).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connections
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet, Value
from django.db.models.sql.compiler import SQLCompiler

LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Term:
    """One thing rows are ordered by: a field, a field of a related row, or an annotation."""

    name: str
    descending: bool
    nullable: bool

    @property
    def ordering(self) -> str:
        """As `order_by` takes it."""
        return f"-{self.name}" if self.descending else self.name

    def reversed(self) -> "Term":
        """The same, the other way round."""
        return Term(self.name, not self.descending, self.nullable)


def terms_of(queryset: QuerySet[Any], order: Sequence[str]) -> tuple[Term, ...]:
    """Return ``order`` ("-last_seen", "check__name") as terms, with the primary key last so that no two rows tie.

    The key goes the way of the term before it: databases then walk one index in one direction.
    """
    named = [(name.removeprefix("-"), name.startswith("-")) for name in order]
    if not {"pk", queryset.model._meta.pk.name} & {name for name, _ in named}:  # noqa: SLF001 - Django's public _meta
        named.append(("pk", named[-1][1] if named else False))
    return tuple(Term(name, descending, _may_be_null(queryset, name)) for name, descending in named)


def _may_be_null(queryset: QuerySet[Any], name: str) -> bool:
    if name == "pk":
        return False
    if name in queryset.query.annotations:
        return not getattr(queryset.query.annotations[name], "never_null", False)
    model: type[Model] | None = queryset.model
    for step in name.split("__"):
        if model is None:
            return True
        try:
            field = model._meta.get_field(step)  # noqa: SLF001
        except FieldDoesNotExist:
            return True
        if getattr(field, "null", True):
            return True
        model = field.related_model if isinstance(field.related_model, type) else None
    return False


def ordered(queryset: QuerySet[Any], terms: Sequence[Term]) -> QuerySet[Any]:
    """Return the rows in the order of ``terms``."""
    return queryset.order_by(*(term.ordering for term in terms))


def key_from(queryset: QuerySet[Any], text: str) -> object:
    """Return the primary key that ``text`` of an address stands for, None if no row can have it."""
    try:
        key = queryset.model._meta.pk.to_python(text)  # noqa: SLF001
    except ValidationError:
        return None
    return None if isinstance(key, int) and abs(key) > LARGEST_KEY else key


def values_at(queryset: QuerySet[Any], terms: Sequence[Term], text: str) -> tuple[object, ...] | None:
    """Return what the row whose primary key is ``text`` is ordered by, None if there is no such row."""
    key = key_from(queryset, text)
    if key is None:
        return None
    return queryset.order_by().filter(pk=key).values_list(*(term.name for term in terms)).first()


def beyond(queryset: QuerySet[Any], terms: Sequence[Term], values: Sequence[object]) -> QuerySet[Any]:
    """Return the rows that come after the place of ``values`` in the order of ``terms``, in that order."""
    one_way = len({term.descending for term in terms}) == 1
    rows = ordered(queryset, terms)
    if one_way and not any(term.nullable for term in terms):
        return rows.filter(RowBeyond(terms, values), _from(terms[0], values[0]))
    nulls_last = connections[queryset.db].vendor == "postgresql"
    place = _after(list(zip(terms, values, strict=True)), nulls_largest=nulls_last)
    first, value = terms[0], values[0]
    if value is not None and not first.nullable:
        place &= _from(first, value)
    return rows.filter(place)


def _from(term: Term, value: object) -> Q:
    """Say nothing new, but let the database start at the right place of an index, even one on an expression."""
    return Q(**{f"{term.name}__{'lte' if term.descending else 'gte'}": value})


def _after(pairs: list[tuple[Term, object]], *, nulls_largest: bool) -> Q:
    (term, value), rest = pairs[0], pairs[1:]
    further = _strictly_after(term, value, nulls_largest=nulls_largest)
    if not rest:
        return further
    equal = Q(**{f"{term.name}__isnull": True}) if value is None else Q(**{term.name: value})
    return further | (equal & _after(rest, nulls_largest=nulls_largest))


def _strictly_after(term: Term, value: object, *, nulls_largest: bool) -> Q:
    nulls_after = nulls_largest != term.descending
    if value is None:
        return Q(pk__in=()) if nulls_after else Q(**{f"{term.name}__isnull": False})
    further = Q(**{f"{term.name}__{'lt' if term.descending else 'gt'}": value})
    return further | Q(**{f"{term.name}__isnull": True}) if term.nullable and nulls_after else further


class RowBeyond(Func):
    """Rows compared as rows, ``(a, b) > (1, 2)``: the form for which both databases walk an index from that place."""

    output_field = BooleanField()

    def __init__(self, terms: Sequence[Term], values: Sequence[object]) -> None:
        super().__init__(*(F(term.name) for term in terms), *(Value(value) for value in values))
        self.sign = "<" if terms[0].descending else ">"

    def as_sql(self, compiler: SQLCompiler, connection: Any, **_: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # noqa: ARG002
        compiled = [compiler.compile(expression) for expression in self.get_source_expressions()]
        half = len(compiled) // 2
        left, right = (", ".join(sql for sql, _ in part) for part in (compiled[:half], compiled[half:]))
        return f"({left}) {self.sign} ({right})", [value for _, values in compiled for value in values]
