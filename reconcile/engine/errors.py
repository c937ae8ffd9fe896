"""Every way the engine refuses its input, as one plain sentence each.

An error carries the facts it speaks of as attributes, so that a page can show them in its own way and so that it can
cross the boundary between the reading process and ours as plain JSON.
"""

from __future__ import annotations

from typing import Any, ClassVar


class EngineError(Exception):
    """Base of all refusals. ``facts`` holds the attributes named in ``sentence``."""

    sentence: ClassVar[str] = "The comparison stopped."
    _kinds: ClassVar[dict[str, type[EngineError]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        EngineError._kinds[cls.__name__] = cls

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.sentence.format(**{name: _shown(value) for name, value in facts.items()}))

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self).__name__, self.facts)

    def to_json(self) -> dict[str, Any]:
        """The error as JSON-ready data; ``from_json`` is its inverse."""
        return {"error": type(self).__name__, "facts": self.facts}

    @staticmethod
    def from_json(data: dict[str, Any]) -> EngineError:
        """The error that ``to_json`` described."""
        return EngineError._kinds[data["error"]](**data["facts"])


def _again(kind: str, facts: dict[str, Any]) -> EngineError:
    """An error rebuilt on the other side of a pipe."""
    return EngineError.from_json({"error": kind, "facts": facts})


def _shown(value: Any) -> str:
    """A fact as it stands in a sentence: lists joined, whole numbers grouped, long text cut, controls seen."""
    if isinstance(value, list | tuple):
        shown = ", ".join(_shown(item) for item in value[:_MOST_LISTED])
        return shown + (f" and {len(value) - _MOST_LISTED:,} more" if len(value) > _MOST_LISTED else "") or "none"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in str(value))
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


_MOST_LISTED = 20
_LONGEST_SHOWN = 200


class FileProblem(EngineError):
    """Something about one file; ``file`` is its name as the user knows it."""


class FileMissing(FileProblem):
    sentence = "{file} is not there, or is not a file. Check the name and the folder."


class FileNotReadable(FileProblem):
    sentence = "{file} cannot be opened: {why}."


class FileIsEmpty(FileProblem):
    sentence = "{file} has no lines. Export it again and check that the export finished."


class NotATable(FileProblem):
    sentence = "{file} is {what}, not a table. Export it as CSV or XLSX."


class NotText(FileProblem):
    sentence = "{file}, line {line}: there are bytes here that no text file has. Export it again as CSV or XLSX."


class FileIsEncrypted(FileProblem):
    sentence = "{file} is protected with a password. Save it without one."


class FileIsCorrupt(FileProblem):
    sentence = "{file} is damaged or cut off: {why}. Export it again."


class UnpacksTooLarge(FileProblem):
    sentence = "{file} unpacks to more than {limit}. Split the export into smaller ones."


class ArchiveContents(FileProblem):
    sentence = "{file} holds {count} files. Pack exactly one export into an archive, or give the file itself."


class EncodingUnknown(FileProblem):
    sentence = "{file}, line {line}: the text is not {encoding}. Export it as UTF-8."


class HeaderWidth(FileProblem):
    sentence = (
        "{file}, line {line}: the header names {names} columns, but the lines below it have {values} values. "
        "Give every column a name, or quote the values that contain the delimiter."
    )


class NoRowFits(FileProblem):
    sentence = "{file}: none of its {lines} lines below the header can be read; line {line}: {reason}."


class NoColumns(FileProblem):
    sentence = "{file} has no column with a name or a value."


class QuotesNeverClose(FileProblem):
    sentence = "{file}, line {line}: a quote opens here that is never closed, as on many other lines. Export it again."


class TooManyColumns(FileProblem):
    sentence = "{file} has {count} columns; the most that can be compared are {limit}."


class SheetMissing(FileProblem):
    sentence = "{file} has no sheet named {sheet}. It has: {sheets}."


class NotAWorkbook(FileProblem):
    sentence = "{file} is not a spreadsheet, so it has no sheet {sheet}. Leave the sheet out."


class LineNotJson(FileProblem):
    sentence = "{file}, line {line}: {why}. Each line holds one JSON object."


class BalanceBroken(FileProblem):
    sentence = (
        "{file}: {lines} lines came in, but {accounted} are accounted for, so it is refused. "
        "Save it as CSV in UTF-8 with quoted values and try again."
    )


class ColumnMissing(FileProblem):
    sentence = "{role} `{column}` is not in {file}. It has: {columns}."


class SpecProblem(EngineError):
    """Something about what was asked for."""


class NoKey(SpecProblem):
    sentence = "Name at least one key column."


class NoKeyFound(SpecProblem):
    sentence = "No column, nor up to three together, identifies the records on both sides. Name the key columns."


class NothingToCompare(SpecProblem):
    sentence = "Besides the key, the two files share no column name. Pair columns by name: left {left}; right {right}."


class ComparisonUnknown(SpecProblem):
    sentence = "`{comparison}` is not a comparison. There are: {comparisons}."


class ArgumentNotUnderstood(SpecProblem):
    sentence = "`{argument}` is not understood: {expected}."


class PairedTwice(SpecProblem):
    sentence = "Column `{column}` is paired twice. Pair each column once."


class WordMappedTwice(SpecProblem):
    sentence = "{file}, line {line}: `{word}` is already mapped to `{other}`. Map each left word once."


class MappingUnreadable(SpecProblem):
    sentence = "{file}, line {line}: a mapping needs two columns, the left word and the right word."


class LimitProblem(EngineError):
    """The work met a limit set for it."""


class TooMuchMemory(LimitProblem):
    sentence = "{doing} needs more than the {limit} of memory allowed. Allow more, or split the export."


class TooSlow(LimitProblem):
    sentence = "{doing} took longer than the {limit} seconds allowed. Allow more time, or split the export."


class DiskFull(LimitProblem):
    sentence = "{doing} needs more room on disk than there is. Free some, and try again."


class StoppedUnexpectedly(LimitProblem):
    sentence = "{doing} stopped: {why}."


class OutputNotWritable(EngineError):
    sentence = "{file} cannot be written: {why}."
