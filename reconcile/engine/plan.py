"""From what was asked to which column stands against which: keys, pairs, rules, every name checked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reconcile.engine.errors import (
    ArgumentNotUnderstood,
    ColumnMissing,
    NoKey,
    NothingToCompare,
    PairedTwice,
)
from reconcile.engine.results import Export
from reconcile.engine.spec import COMPARISONS, CompareSpec, Rule

_RULE_TEXT = re.compile(rf"(?s)(.+?):({'|'.join(COMPARISONS)})(?::(.*))?")


@dataclass(frozen=True, slots=True)
class Pair:
    """A left and a right column, by name and place, the rule for them, and the name of the field they make."""

    name: str
    left: int
    right: int
    right_name: str
    rule: Rule
    field: str


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which columns are the key, which are compared, and which stand alone."""

    key: tuple[tuple[int, int], ...]
    key_names: tuple[tuple[str, str], ...]
    fields: tuple[Pair, ...]
    unpaired_left: tuple[str, ...]
    unpaired_right: tuple[str, ...]
    notes: tuple[str, ...]


def resolve(spec: CompareSpec, left: Export, right: Export) -> Pairing:
    """The pairing that ``spec`` asks of these two exports.

    Raises ColumnMissing for a name that is not there, PairedTwice, NoKey, NothingToCompare.
    """
    key = [*spec.key, *(_split(text, left, right, "Key column") for text in spec.key_texts)]
    maps = [*spec.maps, *(_split(text, left, right, "Column") for text in spec.map_texts)]
    if not key:
        raise NoKey
    for role, pairs in (("Key column", key), ("Column", maps)):
        for ours, theirs in pairs:
            _place(left, ours, role)
            _place(right, theirs, role)
    ignored = {_known(column, left, right) for column in spec.ignore}
    _refuse_twice([*key, *maps])
    fields = _fields(spec, left, right, key, maps)
    if not fields and not _only_keys(left, right, key, chosen=bool(ignored) or not spec.by_name):
        raise NothingToCompare(left=_others(left, key, 0), right=_others(right, key, 1))
    return _pairing(left, right, key, fields, ignored)


def _split(text: str, left: Export, right: Export, role: str) -> tuple[str, str]:
    """``LEFT=RIGHT`` cut where both names exist; without a cut that fits, the same name on both sides."""
    if text in left.columns and text in right.columns:
        return text, text
    cuts = [(text[:at], text[at + 1 :]) for at, char in enumerate(text) if char == "="]
    for ours, theirs in cuts:
        if ours in left.columns and theirs in right.columns:
            return ours, theirs
    ours, theirs = cuts[0] if cuts else (text, text)
    _place(left, ours, role)
    _place(right, theirs, role)
    return ours, theirs


def _place(export: Export, column: str, role: str) -> int:
    try:
        return export.columns.index(column)
    except ValueError:
        raise ColumnMissing(role=role, column=column, file=export.file, columns=list(export.columns)) from None


def _known(column: str, left: Export, right: Export) -> str:
    if column not in left.columns and column not in right.columns:
        raise ColumnMissing(
            role="Ignored column", column=column, file=f"{left.file} or {right.file}",
            columns=list(dict.fromkeys((*left.columns, *right.columns))),
        )  # fmt: skip
    return column


def _refuse_same_names(names: dict[str, str]) -> None:
    """A field is known by its name in every result: no two may have the same."""
    seen: set[str] = set()
    for field in names.values():
        if field in seen:
            raise ArgumentNotUnderstood(argument=field, expected="give each field a name of its own")
        seen.add(field)


def _refuse_twice(pairs: list[tuple[str, str]]) -> None:
    for side in (0, 1):
        seen: set[str] = set()
        for pair in pairs:
            if pair[side] in seen:
                raise PairedTwice(column=pair[side])
            seen.add(pair[side])


def _fields(
    spec: CompareSpec,
    left: Export,
    right: Export,
    key: list[tuple[str, str]],
    maps: list[tuple[str, str]],
) -> list[Pair]:
    taken_left = {ours for ours, _ in (*key, *maps)}
    taken_right = {theirs for _, theirs in (*key, *maps)}
    by_name = [
        (column, column)
        for column in left.columns
        if spec.by_name and column in right.columns and column not in taken_left and column not in taken_right
    ]
    pairs = {ours: theirs for ours, theirs in (*by_name, *maps) if not {ours, theirs} & set(spec.ignore)}
    rules = _rules(spec, left, pairs)
    default = Rule("exact") if spec.strict else Rule()
    names = {column: spec.names.get(column, column) for column in pairs}
    _refuse_same_names(names)
    return [
        Pair(
            column, place, right.columns.index(pairs[column]), pairs[column], rules.get(column, default), names[column]
        )
        for place, column in enumerate(left.columns)
        if column in pairs
    ]


def _rules(spec: CompareSpec, left: Export, pairs: dict[str, str]) -> dict[str, Rule]:
    """Rules by left column; a rule may name a field by its right column too."""
    by_right = {theirs: ours for ours, theirs in pairs.items()}
    rules: dict[str, Rule] = {}
    texts = [_rule_text(text, {*pairs, *by_right}) for text in spec.rule_texts]
    for column, rule in (*spec.rules.items(), *texts):
        ours = column if column in pairs else by_right.get(column)
        if ours is None:
            raise ColumnMissing(role="Compared column", column=column, file=left.file, columns=list(pairs))
        known = spec.rules.get(ours)
        mapping = rule.mapping or (known.mapping if known and rule.comparison == "mapped" else ())
        rules[ours] = Rule(rule.comparison, rule.argument, mapping)
    return rules


def _rule_text(text: str, names: set[str]) -> tuple[str, Rule]:
    """``COL:COMPARISON[:ARG]``; the column's name may hold colons, so every cut is tried until the name exists."""
    found = None
    for at in (place for place, char in enumerate(text) if char == ":"):
        rest = _RULE_TEXT.fullmatch("x" + text[at:])
        if rest:
            found = found or (text[:at], rest)
            if text[:at] in names:
                return text[:at], Rule(rest[2], rest[3] or "")
    if found is None:
        column, _, comparison = text.partition(":")
        if not comparison:
            raise ArgumentNotUnderstood(argument=text, expected="write COLUMN:COMPARISON or COLUMN:COMPARISON:ARGUMENT")
        return column, Rule(comparison.partition(":")[0])
    return found[0], Rule(found[1][2], found[1][3] or "")


def _others(export: Export, key: list[tuple[str, str]], side: int) -> list[str]:
    return [column for column in export.columns if column not in {pair[side] for pair in key}]


def _only_keys(left: Export, right: Export, key: list[tuple[str, str]], *, chosen: bool) -> bool:
    """Two lists of keys can be compared too: who is on which. So can a pair of which nothing else was chosen."""
    return chosen or not (_others(left, key, 0) and _others(right, key, 1))


def _pairing(left: Export, right: Export, key: list[tuple[str, str]], fields: list[Pair], ignored: set[str]) -> Pairing:
    used_left = {ours for ours, _ in key} | {field.name for field in fields} | ignored
    used_right = {theirs for _, theirs in key} | {field.right_name for field in fields} | ignored
    alone_left = tuple(column for column in left.columns if column not in used_left)
    alone_right = tuple(column for column in right.columns if column not in used_right)
    return Pairing(
        key=tuple((left.columns.index(ours), right.columns.index(theirs)) for ours, theirs in key),
        key_names=tuple(key),
        fields=tuple(fields),
        unpaired_left=alone_left,
        unpaired_right=alone_right,
        notes=tuple(_alike(alone_left, alone_right)),
    )


def _alike(alone_left: tuple[str, ...], alone_right: tuple[str, ...]) -> list[str]:
    """Names that would pair but for case and punctuation are said, never paired in silence."""
    plain = {re.sub(r"[\W_]+", "", column).lower(): column for column in alone_right}
    return [
        f"{column} and {theirs} are almost the same name and were not paired; to pair them: --map '{column}={theirs}'."
        for column in alone_left
        if (theirs := plain.get(re.sub(r"[\W_]+", "", column).lower())) and re.sub(r"[\W_]+", "", column)
    ][:5]
