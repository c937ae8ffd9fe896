"""What is odd about the conditions of a rule: they are asked in order, the first that holds decides.

Pure: conditions in, findings out. What is said is certain of the conditions alone, whatever the records hold; where
that cannot be known (two tests of different columns may hold together or not) nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ownership.definitions import Record, When
from ownership.sentences import named

NO_TEST, NO_WINNER, IMPOSSIBLE = "no_test", "no_winner", "impossible"
CONTRADICTING, UNREACHABLE, CHANGES_NOTHING = "contradicting", "unreachable", "changes_nothing"

DATES = frozenset({"before", "after"})
NUMBERS = frozenset({"less", "greater"})
ORDERED = DATES | NUMBERS
UPWARDS = frozenset({"before", "less"})
PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(?:\.[0-9]{1,40})?")
PLAIN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
OUTER = " \t\r\n\N{NO-BREAK SPACE}"
QUOTED = 60


@dataclass(frozen=True, slots=True)
class Oddity:
    """What is odd about the condition at ``index`` (from 0), in a sentence that counts from 1.

    ``other_index`` is the earlier condition it is about, where it is about one.
    """

    index: int
    kind: str
    sentence: str
    other_index: int | None = None


def complete(one: When) -> bool:
    """Return whether a condition has a test and a record that wins: only then can a rule with it be proposed."""
    return bool(one.system and one.column and one.settled_by)


def oddities(conditions: Sequence[When], settled_by: Record | None = None) -> list[Oddity]:
    """Return what is odd about ``conditions``, in their order; ``settled_by`` wins where none of them holds."""
    found: list[Oddity] = []
    for index, one in enumerate(conditions):
        missing = list(_missing(index, one))
        odd = (
            None if missing and not _tested(one) else _never(index, conditions) or _idle(index, conditions, settled_by)
        )
        found += [*missing, *([odd] if odd else [])]
    return found


def _missing(index: int, one: When) -> Iterator[Oddity]:
    if not _tested(one):
        yield Oddity(index, NO_TEST, f"Condition {index + 1} has no test yet: say which column it looks at.")
    if one.settled_by is None:
        yield Oddity(index, NO_WINNER, f"Condition {index + 1} does not say which record wins.")


def _tested(one: When) -> bool:
    return bool(one.system and one.column)


def _never(index: int, conditions: Sequence[When]) -> Oddity | None:
    """Why the condition never decides: it cannot hold, or earlier ones hold whenever it does."""
    one = conditions[index]
    why = _impossible(one)
    if why:
        return Oddity(index, IMPOSSIBLE, f"Condition {index + 1} {why}.")
    earlier = [n for n in range(index) if _tested(conditions[n]) and not _impossible(conditions[n])]
    always = _always([(n, conditions[n]) for n in earlier])
    if always:
        return _unreachable(index, f"one of {_and_numbers(always)} always holds", always)
    there = [n for n in earlier if _same_column(conditions[n], one)]
    for n in there:
        if _same_test(conditions[n], one):
            return _repeated(index, n, conditions)
    for n in there:
        if _covers(conditions[n], one):
            return _unreachable(index, f"condition {n + 1} holds whenever it does", [n])
    together = _covering([(n, conditions[n]) for n in there], one)
    return _unreachable(index, f"{_and_numbers(together)} leave nothing to it", together) if together else None


def _unreachable(index: int, why: str, others: Sequence[int]) -> Oddity:
    return Oddity(index, UNREACHABLE, f"Condition {index + 1} never decides: {why}.", others[0])


def _repeated(index: int, n: int, conditions: Sequence[When]) -> Oddity:
    winners = conditions[n].settled_by, conditions[index].settled_by
    if None in winners or _same_record(*winners):
        return _unreachable(index, f"condition {n + 1} has the same test", [n])
    said = (
        f"Condition {index + 1} contradicts condition {n + 1}: the same test, but another record wins. "
        f"Condition {n + 1} comes first and decides."
    )
    return Oddity(index, CONTRADICTING, said, n)


def _idle(index: int, conditions: Sequence[When], settled_by: Record | None) -> Oddity | None:
    """Nothing changes if the same record wins without it: unless it keeps a later condition from deciding."""
    winner = conditions[index].settled_by
    if winner is None or not _same_record(winner, settled_by):
        return None
    if any(not _same_record(later.settled_by, settled_by) for later in conditions[index + 1 :]):
        return None
    return Oddity(index, CHANGES_NOTHING, f"Condition {index + 1} changes nothing: {named(winner)} wins anyway.")


def _impossible(one: When) -> str:
    """Why a condition can never decide by itself, as part of a sentence."""
    if one.operator == "in" and not one.value:
        return "never holds: its list of values is empty"
    if one.operator not in ORDERED:
        return ""
    value = _texts(one)[0]
    if not value:
        return "can never be told: it compares with no value"
    # In which ways numbers and dates may be written is for those who read records; without a digit it is neither.
    if any(letter.isdigit() for letter in value):
        return ""
    shown = value if len(value) <= QUOTED else f"{value[:QUOTED]}\N{HORIZONTAL ELLIPSIS}"
    kind = "date" if one.operator in DATES else "number"
    return f"can never be told: \N{LEFT DOUBLE QUOTATION MARK}{shown}\N{RIGHT DOUBLE QUOTATION MARK} is not a {kind}"


# --- Which values a test lets through: outer space is set aside, case is not, no value and a blank one are alike -----


def _same_column(one: When, other: When) -> bool:
    return all(
        a.strip().casefold() == b.strip().casefold()
        for a, b in ((one.system, other.system), (one.column, other.column))
    )


def _same_record(one: Record | None, other: Record | None) -> bool:
    return one is not None and other is not None and str(one).casefold() == str(other).casefold()


def _same_test(one: When, other: When) -> bool:
    return _alike(one) == _alike(other)


def _texts(one: When) -> tuple[str, ...]:
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    if one.operator != "in":
        values = values[:1] or ("",)
    return tuple(text.strip(OUTER) for text in values)


def _alike(one: When) -> tuple[str, object]:
    """The test of a column as something equal for tests that let the same values through."""
    values = _values(one)
    if values is not None:
        return "in", values
    if one.operator == "not_empty":
        return "not_equals", ""
    measured = _measured(one.operator, _texts(one)[0])
    return one.operator, _texts(one)[0] if measured is None else measured


def _values(one: When) -> frozenset[str] | None:
    """Every value a test lets through, where they can be counted."""
    if one.operator in {"in", "equals"}:
        return frozenset(_texts(one))
    return frozenset({""}) if one.operator == "empty" else None


def _shut_out(one: When) -> str | None:
    """The only value a test does not let through, where there is just one."""
    if one.operator == "not_empty":
        return ""
    return _texts(one)[0] if one.operator == "not_equals" else None


def _accepts(one: When, text: str) -> bool:
    """Whether a test certainly lets ``text`` through."""
    values, shut_out = _values(one), _shut_out(one)
    if values is not None:
        return text in values
    if shut_out is not None:
        return text != shut_out
    limit, found = _measured(one.operator, _texts(one)[0]), _measured(one.operator, text)
    if limit is None or found is None:
        return False
    return found < limit if one.operator in UPWARDS else found > limit


def _covers(one: When, other: When) -> bool:
    """Whether ``one`` certainly lets every value through that ``other`` does; both test the same column."""
    values, shut_out = _values(other), _shut_out(one)
    if values is not None:
        return all(_accepts(one, text) for text in values)
    if shut_out is not None:
        # A test by order holds for nothing that is no number or date, and not for the very value it compares with.
        return other.operator in ORDERED and (not shut_out or shut_out == _texts(other)[0])
    return one.operator == other.operator and _wider(one, other)


def _wider(one: When, other: When) -> bool:
    ours, theirs = (_measured(each.operator, _texts(each)[0]) for each in (one, other))
    if ours is None or theirs is None:
        return False
    return theirs <= ours if one.operator in UPWARDS else theirs >= ours


def _covering(earlier: Sequence[tuple[int, When]], one: When) -> list[int]:
    """The earlier conditions that share the values of ``one`` out between them, if they leave none."""
    values = _values(one)
    if not values:
        return []
    takers = [next((n for n, each in earlier if _accepts(each, text)), None) for text in values]
    return [] if None in takers else sorted({n for n in takers if n is not None})


def _always(earlier: Sequence[tuple[int, When]]) -> list[int]:
    """Two conditions on one column of which one holds whatever is in it, if there are such."""
    for position, (n, one) in enumerate(earlier):
        for m, other in earlier[:position]:
            if _same_column(one, other) and (_opposite(one, other) or _opposite(other, one)):
                return [m, n]
    return []


def _opposite(one: When, other: When) -> bool:
    """Whether ``other`` holds for the one value that ``one`` shuts out."""
    shut_out = _shut_out(one)
    return shut_out is not None and _accepts(other, shut_out)


def _measured(operator: str, text: str) -> Decimal | None:
    """A day or a number as something that has an order; None where only whoever reads the records can tell."""
    if operator in NUMBERS and PLAIN_NUMBER.fullmatch(text):
        return Decimal(text)
    if operator in DATES and PLAIN_DAY.fullmatch(text):
        try:
            return Decimal(date.fromisoformat(text).toordinal())
        except ValueError:
            return None
    return None


def _and_numbers(others: Sequence[int]) -> str:
    *first, last = (str(n + 1) for n in others)
    return f"conditions {', '.join(first)} and {last}" if first else f"condition {last}"
