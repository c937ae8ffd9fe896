"""A suggestion told to people in plain text, and as the arguments of the command that follows it."""

from __future__ import annotations

from collections.abc import Iterator

from reconcile.engine.suggesting.suggestions import KeySuggestion, PairSuggestion, Suggestion

_WIDEST = 40
_WORDS_SHOWN = 12


def compare_arguments(found: Suggestion) -> list[str]:
    """Options of ``compare`` for the first key, the good pairs, and comparisons ``auto`` would not come to."""
    if not found.keys:
        return []
    key = found.keys[0]
    arguments = [f"--key={_equation(*pair)}" for pair in key.pairs] + (["--key-fold"] if key.fold else [])
    arguments += [f"--map={pair.left}={pair.right}" for pair in found.pairs if pair.good and not pair.by_name]
    for pair in found.pairs:
        if not (pair.automatic or pair.comparison == "mapped") and (pair.good or pair.by_name):
            arguments.append(f"--field={pair.left}:{pair.comparison}" + (f":{pair.argument}" if pair.argument else ""))
    return arguments


def tell(found: Suggestion, line: str) -> str:
    """The whole answer as text for a terminal; ``line`` is the command that compares as suggested."""
    parts = [*_keys(found), "", *_pairs(found), *_alone(found), *_mappings(found)]
    if found.keys:
        parts += ["", "To compare so:", line]
    return "\n".join(parts)


def _equation(left: str, right: str) -> str:
    return left if left == right else f"{left}={right}"


def _clip(name: str) -> str:
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
    return shown if len(shown) <= _WIDEST else shown[: _WIDEST - 1] + "…"


def _shown(left: str, right: str) -> str:
    return _clip(left) if left == right else f"{_clip(left)} = {_clip(right)}"


def _percent(confidence: float) -> str:
    return f"{100 * confidence:.0f} %"


def _keys(found: Suggestion) -> Iterator[str]:
    if not found.keys:
        yield "No key was found: no column, nor up to three together, identifies the records on both sides."
        return
    for number, key in enumerate(found.keys):
        yield f"{'or ' if number else 'Key: '}{_named(key)}, {_percent(key.confidence)} sure: {key.reason}."
        if key.weak and not number:
            yield "This is too doubtful to be taken without a person; look at the records first."


def _named(key: KeySuggestion) -> str:
    columns = ", ".join(_shown(*pair) for pair in key.pairs)
    return f"{columns} (case and outer space set aside)" if key.fold else columns


def _pairs(found: Suggestion) -> Iterator[str]:
    if not found.pairs:
        yield "No pairs of columns besides the key."
        return
    rows = [("pair", "sure", "compared as", "why")]
    rows += [
        (_shown(pair.left, pair.right), _percent(pair.confidence), pair.comparison, _why(pair)) for pair in found.pairs
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    for number, row in enumerate(rows):
        yield "  ".join([row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].ljust(widths[2]), row[3]]).rstrip()
        if not number:
            yield "  ".join("─" * width for width in (*widths, len("why")))


def _why(pair: PairSuggestion) -> str:
    return f"{pair.reason}; {pair.comparison_reason}"


def _alone(found: Suggestion) -> Iterator[str]:
    for file, columns in ((found.left_file, found.unpaired_left), (found.right_file, found.unpaired_right)):
        if columns:
            yield f"Only in {file}: {', '.join(map(_clip, columns))}."


def _mappings(found: Suggestion) -> Iterator[str]:
    for pair in found.pairs:
        if pair.mapping:
            words = ", ".join(f"{_clip(left)} = {_clip(right)}" for left, right in pair.mapping[:_WORDS_SHOWN])
            yield (
                f"{_clip(pair.left)} has other words on each side: {words}. Check them, write them to a CSV file of "
                f"two columns and add --values {_clip(pair.left)}=FILE."
            )
