"""What the editable table sends, read with care: it comes from outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from ownership import wording
from ownership.cells import BY_KEY
from ownership.naming import clean

Read = TypeVar("Read")

MOST_CHANGES = 20_000
LONGEST_REASON = 1_000
LARGEST_ID = 2**63 - 1
NEW = re.compile(r"new-[\w-]{1,60}", re.ASCII)


class Unreadable(Exception):
    """Why what was sent cannot be read: a sentence for whoever wrote the program that sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Change:
    """The text of one cell. ``field``: an id, or what the browser calls a row that is new, as ``new-1``.

    ``was``: what stood there when it was typed, None not to ask. ``version``: take what this version of the field had
    in the column, also what its text does not show.
    """

    field: int | str
    column: str
    text: str
    was: str | None = None
    version: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is of a row that is no field yet."""
        return isinstance(self.field, str)


@dataclass(frozen=True)
class Batch:
    """Changes that are made together or not at all.

    ``remove``, ``bring_back``: ids of fields. ``withdraw``: ids of suggestions of one's own. ``undoes``: takes one's
    own last change back; ``versions`` says, by id of the field, which version that made.
    """

    changes: tuple[Change, ...] = ()
    reason: str = ""
    create: bool = False
    remove: tuple[int, ...] = ()
    bring_back: tuple[int, ...] = ()
    withdraw: tuple[int, ...] = ()
    undoes: bool = False
    versions: Mapping[int, int] = field(default_factory=dict)


def batch_from(data: object) -> Batch:
    """Return what a body of JSON, parsed, asks for. Raises Unreadable."""
    if not isinstance(data, dict):
        _unreadable("an object with changes is needed")
    changes = _list(data, "changes", _change)
    most = wording.number(MOST_CHANGES)
    if len(changes) > MOST_CHANGES:
        _refuse(f"These are {wording.number(len(changes))} cells. At most {most} are changed at once.")
    reason = clean(_text(data.get("reason", ""), "reason"))
    if len(reason) > LONGEST_REASON:
        _refuse(f"A reason has at most {wording.number(LONGEST_REASON)} characters.")
    return Batch(
        changes=changes,
        reason=reason,
        create=_yes(data, "create"),
        remove=_list(data, "remove", _id),
        bring_back=_list(data, "bring_back", _id),
        withdraw=_list(data, "withdraw", _id),
        undoes=_yes(data, "undoes"),
        versions=_versions(data.get("versions") or {}),
    )


def _unreadable(what: str) -> NoReturn:
    _refuse(f"This cannot be read: {what}.")


def _refuse(sentence: str) -> NoReturn:
    raise Unreadable(sentence)


def _list(data: Mapping[str, Any], name: str, reader: Callable[[object], Read]) -> tuple[Read, ...]:
    given = data.get(name)
    if given is None:
        return ()
    if not isinstance(given, list):
        _unreadable(f"{name} has to be a list")
    return tuple(reader(one) for one in given)


def _change(given: object) -> Change:
    if not isinstance(given, dict):
        _unreadable("each change has to be an object")
    column = _text(given.get("column"), "column")
    if column not in BY_KEY:
        _unreadable("there is a column that the table does not have")
    was, version = given.get("was"), given.get("version")
    return Change(
        field=_field(given.get("field")),
        column=column,
        text=_text(given.get("text"), "text"),
        was=None if was is None else _text(was, "was"),
        version=None if version is None else _id(version),
    )


def _field(given: object) -> int | str:
    if isinstance(given, str) and NEW.fullmatch(given):
        return given
    return _id(given)


def _id(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given <= LARGEST_ID:
        _unreadable("a field is a number, or new-1 and so on for rows that are new")
    return given


def _text(given: object, name: str) -> str:
    if not isinstance(given, str):
        _unreadable(f"{name} has to be text")
    return given


def _yes(data: Mapping[str, Any], name: str) -> bool:
    given = data.get(name, False)
    if not isinstance(given, bool):
        _unreadable(f"{name} has to be true or false")
    return given


def _versions(given: object) -> dict[int, int]:
    if not isinstance(given, dict) or not all(str(key).isdecimal() for key in given):
        _unreadable("versions has to be an object of numbers")
    return {_id(int(key[:19])): _id(value) for key, value in given.items()}
