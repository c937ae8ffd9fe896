"""A comparison told to people in plain text: the sentence, the fields, the first mismatches with their difference."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from reconcile.engine.results import Comparison, Export, Mismatch

_WIDEST = 60
_LONGEST_MARKED = 400
_LISTED = 12
_VISIBLE = str.maketrans({"\t": "→", "\n": "↵", "\r": "␍", "\N{NO-BREAK SPACE}": "⍽"})
_KINDS = {
    "only_left": "only in {left}",
    "only_right": "only in {right}",
    "duplicate_left": "more than once, or empty, in {left}",
    "duplicate_right": "more than once, or empty, in {right}",
}


def tell(found: Comparison) -> str:
    """The whole answer as text for a terminal."""
    parts = [_sentence(found), *_suggested(found), *_remarks(found), "", *_fields(found)]
    if found.first:
        parts += ["", *_mismatches(found)]
    if found.rows_file:
        parts += ["", f"All mismatches are in {found.rows_file}."]
    return "\n".join(parts)


def _sentence(found: Comparison) -> str:
    names = _names(found)
    records = count(found.matched, "record")
    if not found.anything_differs:
        all_of_them = "the only record they have" if found.matched == 1 else f"all {records}"
        return f"{names[0]} and {names[1]} agree on {all_of_them if found.matched else 'having no records'}."
    if not found.matched:
        sentences = [f"{names[0]} and {names[1]} have no record in common."]
    else:
        share = _share(found.matched - found.differing_rows, found.matched)
        sentences = [f"{names[0]} and {names[1]} agree on {share} of {records}."]
    if found.differing_cells:
        fields = sum(1 for result in found.fields if result.differing)
        verb = "differs" if found.differing_cells == 1 else "differ"
        sentences.append(f"{count(found.differing_cells, 'value')} {verb} in {count(fields, 'field')}.")
    for side, name in zip((found.left_side, found.right_side), names, strict=True):
        if side.only:
            sentences.append(f"{count(side.only, 'record')} {'is' if side.only == 1 else 'are'} only in {name}.")
    for side, name in zip((found.left_side, found.right_side), names, strict=True):
        if side.duplicate_keys:
            verb = "occurs" if side.duplicate_keys == 1 else "occur"
            rows = count(side.duplicate_rows, "row")
            keys = count(side.duplicate_keys, "key")
            sentences.append(f"{keys} {verb} more than once, or empty, in {name}: {rows}, compared with nothing.")
    return "\n".join(sentences)


def _names(found: Comparison) -> tuple[str, str]:
    """File names, told apart where they are the same."""
    if found.left.file != found.right.file:
        return found.left.file, found.right.file
    return f"the left {found.left.file}", f"the right {found.right.file}"


def _share(part: int, whole: int) -> str:
    """Percent with one decimal, never rounded up to all or down to none."""
    tenths = part * 1000 // whole
    if part and not tenths:
        return "less than 0.1 %"
    return f"{tenths / 10:g} %"


def count(number: int, noun: str) -> str:
    """``1 record``, ``1,207 records``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _suggested(found: Comparison) -> list[str]:
    return ["", *found.suggested] if found.suggested else []


def _remarks(found: Comparison) -> list[str]:
    lines = [*found.left.notes, *found.right.notes] if found.left.file == found.right.file else []
    for export in (found.left, found.right):
        if not lines or found.left.file != found.right.file:
            lines += [f"{export.file}: {note}" for note in export.notes]
        lines += _rejected(export)
    lines += found.notes
    if found.key_folds:
        verb = "differs" if found.key_folds == 1 else "differ"
        lines.append(f"{count(found.key_folds, 'key')} {verb} only in case or outer space; --key-fold pairs them.")
    for export, alone in ((found.left, found.unpaired_left), (found.right, found.unpaired_right)):
        if alone:
            more = f" and {len(alone) - _LISTED:,} more" if len(alone) > _LISTED else ""
            shown = ", ".join(_clip(name) for name in alone[:_LISTED])
            lines.append(f"Not compared, only in {export.file}: {shown}{more}.")
    return ["", *lines] if lines else []


def _rejected(export: Export) -> Iterator[str]:
    if rejected := export.balance.rejected:
        first = export.first_rejected[0]
        yield (
            f"{export.file}: {count(rejected, 'line')} could not be read and "
            f"{'takes' if rejected == 1 else 'take'} no part; line {first.line:,}: {first.reason}."
        )


def _fields(found: Comparison) -> list[str]:
    if not found.fields:
        return ["Only the keys were compared."]
    rows = [("field", "compared as", "differ", "share")]
    for result in found.fields:
        name = result.name if result.name == result.right else f"{result.name} = {result.right}"
        share = _share(result.differing, found.matched) if found.matched else "-"
        rows.append((_clip(name), result.comparison, f"{result.differing:,}", share))
    return list(_table(rows, right={2, 3}))


def _table(rows: Sequence[tuple[str, ...]], right: set[int]) -> Iterator[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = (
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()
        if not number:
            yield "  ".join("─" * width for width in widths)


def _mismatches(found: Comparison) -> Iterator[str]:
    names = _names(found)
    yield "First mismatches"
    for line in found.first:
        if line.kind == "differs":
            yield from _differing(line)
        else:
            told = _KINDS[line.kind].format(left=names[0], right=names[1])
            yield f"  {_clip(_visible(line.key)) or '(empty key)'}  {told}"


def _differing(line: Mismatch) -> Iterator[str]:
    """Both values under each other, with a mark under every character that is not on the other side."""
    yield f"  {_clip(_visible(line.key))}  {_clip(line.field)}"
    values = [_visible(value) for value in (line.left, line.right)]
    for side, value, marks in zip(("left ", "right"), values, _marks(line.left, line.right), strict=True):
        start, cut = _window(value, marks)
        yield f"    {side}  {cut or '(empty)'}"
        if marks[start : start + _WIDEST].strip():
            yield f"           {marks[start : start + _WIDEST].rstrip()}"


def _marks(left: str, right: str) -> tuple[str, str]:
    if not left or not right:
        return "", ""
    left, right = left[:_LONGEST_MARKED], right[:_LONGEST_MARKED]
    marks = [" "] * len(left), [" "] * len(right)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind != "equal":
            marks[0][a:b] = "^" * (b - a)
            marks[1][c:d] = "^" * (d - c)
    return "".join(marks[0]), "".join(marks[1])


def _window(value: str, marks: str) -> tuple[int, str]:
    """Where to start showing a long value so that the first difference is in sight."""
    first = marks.find("^")
    start = max(0, first - _WIDEST // 3) if first > _WIDEST - 10 else 0
    cut = value[start : start + _WIDEST]
    return start, cut + ("…" if len(value) > start + _WIDEST else "")


def _visible(value: str) -> str:
    """Control characters and outer or repeated space shown by signs."""
    shown = value.translate(_VISIBLE)
    if shown != shown.strip() or "  " in shown:
        shown = shown.replace(" ", "·")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown)


def _clip(value: str) -> str:
    value = _visible(value)
    return value if len(value) <= _WIDEST else value[: _WIDEST - 1] + "…"
