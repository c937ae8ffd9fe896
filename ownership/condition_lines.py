"""Conditions as lines of a cell, and back: ``the order form is not signed yet | CRM signed is no | CRM: deal``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ownership.definitions import WITHOUT_VALUE, When
from ownership.models import Operator
from ownership.models.fields import COLUMN_CHARACTERS
from ownership.naming import (
    QUOTED,
    Names,
    Unclear,
    bare,
    found,
    one_line,
    quoted,
    record,
    record_text,
    split,
    system,
    unclear,
    unquoted,
)

# How people write each comparison, besides the words on our pages.
ALSO = {
    "=": "equals",
    "!=": "not_equals",
    "<": "less",
    ">": "greater",
    "is equal to": "equals",
    "not equals": "not_equals",
    "does not equal": "not_equals",
    "one of": "in",
    "less than": "less",
    "more than": "greater",
    "greater than": "greater",
    "is greater than": "greater",
    "not empty": "not_empty",
}
WORDS = {**ALSO, **{value: value for value in Operator.values}, **{str(one.label): one.value for one in Operator}}
LONGEST_FIRST = sorted(WORDS, key=len, reverse=True)
COMPARISON = re.compile(rf"(?<=\s)({'|'.join(map(re.escape, LONGEST_FIRST))})(?=\s|\Z)", re.IGNORECASE)
SENTENCE = re.compile(rf"[ ]*(?:({QUOTED})[ ]*(?=[|\n]|\Z)|([^|\n]*))")
PART = re.compile(rf"(?:{QUOTED}|[^|\n])*")
HOW = "Write the test as system, column, comparison, value, such as CRM signed is no."


def lines(conditions: Sequence[When]) -> str:
    """Return the conditions one a line: sentence, test and winner with bars between; what is missing is left empty."""
    return "\n".join(_line(one) for one in conditions)


def _line(one: When) -> str:
    sentence = quoted(one.sentence) if _misread(one.sentence) else one.sentence
    parts = [sentence, _test(one), record_text(one.settled_by, "|\n,;")]
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    return " | ".join(parts) if len(parts) > 1 or sentence else quoted("")


def _misread(sentence: str) -> bool:
    return sentence != sentence.strip() or sentence.startswith('"') or "|" in sentence or "\n" in sentence


def _test(one: When) -> str:
    if not (one.system or one.column or one.value) and one.operator == "equals":
        return ""
    head = f"{bare(one.system, ' |,:;')} {bare(one.column, ' |,:;')} {Operator(one.operator).label}"
    if one.operator in WITHOUT_VALUE:
        return head
    if isinstance(one.value, tuple):
        return f"{head} {', '.join(bare(value, '|,;') for value in one.value)}".strip()
    return f"{head} {_value(one)}"


def _value(one: When) -> str:
    plain = bare(str(one.value), "|;")
    # "is" before "not empty" would be another comparison.
    read = _compared(f" {Operator(one.operator).label} {plain}")
    return plain if read == (one.operator, one.value) else quoted(str(one.value))


def conditions(text: str, names: Names) -> tuple[When, ...]:
    """Return what lines say, with names as they are spelled. Raises Unclear, which names the line."""
    parsed = list(_parsed(text))
    made = []
    for number, parts in enumerate(parsed, start=1):
        try:
            made.append(_condition(parts, names))
        except Unclear as refused:
            where = f"Line {number}: " if len(parsed) > 1 else ""
            raise Unclear(f"{where}{refused.sentence}", new=refused.new) from refused
    return tuple(made)


def _parsed(text: str) -> Iterator[list[str]]:
    """The parts of each line that holds any; a line goes on inside quotes."""
    at = 0
    while at < len(text):
        parts = []
        sentence = SENTENCE.match(text, at)
        at = sentence.end() if sentence else at
        if sentence:
            parts.append(unquoted(sentence[1]) if sentence[1] else sentence[2].strip())
        while text[at : at + 1] == "|":
            part = PART.match(text, at + 1)
            at = part.end() if part else at + 1
            parts.append(part[0].strip() if part else "")
        at += 1
        if any(parts) or (sentence and sentence[1]):
            yield parts


def _condition(parts: list[str], names: Names) -> When:
    if len(parts) > 3:
        unclear("Between bars stand a sentence, a test and the record that wins. Put text with a bar in it in quotes.")
    sentence, test, winner = (*parts, "", "")[:3]
    read = _read_test(test, names) if test else When("")
    return replace(read, sentence=sentence, settled_by=record(winner, names))


def _read_test(test: str, names: Names) -> When:
    system_name, rest = _system(test, names)
    first = re.match(rf"\s*({QUOTED}|\S+)", rest) or unclear(HOW)
    comparison = COMPARISON.search(rest, first.end(1))
    if comparison is None:
        unclear(HOW)
    column = unquoted(rest[: comparison.start()])
    if len(column) > COLUMN_CHARACTERS:
        unclear(f"A column has at most {COLUMN_CHARACTERS} characters.")
    operator, value = _compared(rest[comparison.start() - 1 :])
    return When("", system_name, column, operator, value)


def _system(test: str, names: Names) -> tuple[str, str]:
    """The system a test begins with, of more than one word too, and the rest."""
    in_quotes = re.match(QUOTED, test)
    if in_quotes:
        named = unquoted(in_quotes[0])
        return (system(named, names) if named else ""), test[in_quotes.end() :].removeprefix(":")
    ends = [one.start() for one in re.finditer(r"\s+|\Z", test)]
    for end in reversed(ends[:8]):
        there = found(names.systems, test[:end].rstrip(":,"))
        if there is not None:
            return there.name, test[end:]
    return system(test[: ends[0]].rstrip(":,"), names), test[ends[0] :]


def _compared(text: str) -> tuple[str, str | tuple[str, ...]]:
    """The comparison ``text`` begins with, after a space, and what is compared with."""
    comparison = COMPARISON.match(text, 1)
    if comparison is None:
        unclear(HOW)
    operator = WORDS[one_line(comparison[1]).lower()]
    rest = text[comparison.end() :].strip()
    if operator in WITHOUT_VALUE:
        if rest:
            unclear(f"Nothing stands after “{Operator(operator).label}”.")
        return operator, ""
    if operator == "in":
        return operator, tuple(unquoted(one) for one in split(rest, ",;")) if rest else ()
    if not rest:
        unclear('Say what the column is compared with; empty text is written as "".')
    return operator, unquoted(rest)
