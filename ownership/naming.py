"""Names as people type them: found whatever their case, quoted where they would be misread, the near one offered."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import NoReturn, Protocol, TypeVar

from ownership.definitions import Record
from ownership.models import Person, RecordType, System, Team

Thing = TypeVar("Thing")

RECORD_TYPE_CHARACTERS = 100
NOBODY = frozenset({"nobody", "no one", "none", "n/a", "-", "\N{EN DASH}", "\N{EM DASH}"})
# A quote opens where a word begins and closes where one ends; any other is a character like others.
QUOTED = r'(?<![^\s,:;|])"(?:[^"]|"")*+"(?=[\s,:;|]|\Z)'
# What a sheet brings along and nobody sees.
UNSEEN = frozenset("\N{ZERO WIDTH NO-BREAK SPACE}\N{ZERO WIDTH SPACE}")


class Unclear(Exception):
    """Why a text cannot be taken: a sentence that says what to write, and the column.

    ``new``: what would have to be made first and may not be in this edit, as ``CRM: deal``.
    """

    def __init__(self, sentence: str, column: str = "", *, new: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.column = column
        self.new = new


class Names(Protocol):
    """What there is by the names people use, in lower case: `ownership.services.defining.Known`."""

    teams: dict[str, Team]
    systems: dict[str, System]
    record_types: dict[tuple[str, str], RecordType]
    people: dict[str, Person]
    creates: bool


def unclear(sentence: str, *, new: str = "") -> NoReturn:
    """Raise Unclear; the column is filled in by whoever knows it."""
    raise Unclear(sentence, new=new)


def clean(text: str) -> str:
    """Return ``text`` without what no database keeps or nobody sees, lines ended alike, nothing empty around it."""
    lines = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text).replace("\t", " ")
    if lines.isprintable():
        return lines.strip()
    return "".join(one for one in lines if one == "\n" or _is_kept(one)).strip()


def _is_kept(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs"} and character not in UNSEEN


def one_line(text: str) -> str:
    """Return ``text`` with each stretch of space and line ends as one space."""
    return " ".join(text.split())


# --- Quotes ------------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """Return ``text`` in quotes, those in it doubled."""
    return '"' + text.replace('"', '""') + '"'


def bare(text: str, special: str = "") -> str:
    """Return ``text``, in quotes if it is empty, holds one of ``special``, or space or quotes that would be lost."""
    lost = not text or one_line(text) != text or '"' in text
    return quoted(text) if lost or any(one in text for one in special) else text


def unquoted(text: str) -> str:
    """Return what a quoted text says, in one line otherwise."""
    text = text.strip()
    if re.fullmatch(QUOTED, text):
        return text[1:-1].replace('""', '"')
    return one_line(text)


def split(text: str, separators: str) -> list[str]:
    """Return the parts between ``separators`` (a character class) that stand outside quotes, in order."""
    return [part.strip() for part in _parts(text, separators)]


def _parts(text: str, separators: str) -> Iterator[str]:
    start = 0
    for found in re.finditer(rf"{QUOTED}|[{separators}]", text):
        if not found[0].startswith('"'):
            yield text[start : found.start()]
            start = found.end()
    yield text[start:]


# --- Teams, systems ----------------------------------------------------------------------------------------------


def found(things: Mapping[str, Thing], text: str) -> Thing | None:
    """Return what is called ``text``, whatever its case and however much space is in it."""
    return things.get(text.casefold()) or things.get(one_line(text).casefold())


def near(names: Iterable[str], text: str) -> str:
    """Return the name most like ``text``, nothing if none is."""
    by_key = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(text.casefold(), list(by_key), n=1, cutoff=0.65)
    return by_key[close[0]] if close else ""


def team(text: str, names: Names) -> str:
    """Return the name of the team, as it is spelled. Raises Unclear."""
    there = found(names.teams, text)
    if there is not None:
        return there.name
    like = near((one.name for one in names.teams.values()), text)
    unclear(
        f"There is no team {shortened(text)}; there is {like}."
        if like
        else f"There is no team {shortened(text)}. Teams are added by an administrator."
    )


def system(text: str, names: Names) -> str:
    """Return the name of the system, as it is spelled. Raises Unclear."""
    there = found(names.systems, text)
    if there is not None:
        return there.name
    like = near((one.name for one in names.systems.values()), text)
    unclear(
        f"There is no system {shortened(text)}; there is {like}."
        if like
        else f"There is no system {shortened(text)}. Systems are added by an administrator."
    )


def shortened(text: str) -> str:
    """Return ``text`` as a sentence can repeat it: at most 60 characters of it."""
    text = one_line(text)
    return text if len(text) <= 60 else f"{text[:59]}…"


def after_system(text: str, names: Names) -> tuple[str, str] | None:
    """Return a system and the rest of ``text``, in whichever way people put them; None without a system in it.

    ``CRM: deal``, ``CRM / deal``, ``CRM - deal``, ``deal in CRM``. Of several ways the first that names a system.
    """
    ways = [(text[: one.start()], text[one.end() :]) for one in _outside_quotes(r":", text)]
    ways += [(text[one.end() :], text[: one.start()]) for one in _outside_quotes(r"\s+in\s+", text)]
    ways += [
        (text[: one.start()], text[one.end() :])
        for one in _outside_quotes(r"\s*/\s*|\s+[-\u2013\u2014]\s+|\s*\u2192\s*", text)
    ]
    for left, rest in ways:
        there = found(names.systems, unquoted(left))
        if there is not None:
            return there.name, rest.strip()
    return None


def _outside_quotes(pattern: str, text: str) -> list[re.Match[str]]:
    return [one for one in re.finditer(rf"{QUOTED}|{pattern}", text) if not one[0].startswith('"')]


# --- Records -----------------------------------------------------------------------------------------------------


def record_text(record: Record | None, special: str = "") -> str:
    """Return a record as cells spell it: ``CRM: deal``; ``special`` as `bare` takes it."""
    if record is None:
        return ""
    return f"{bare(record.system, f':{special}')}: {bare(record.record_type, special)}"


def record(text: str, names: Names) -> Record | None:
    """Return the record a text names, as it is spelled; None for none. Raises Unclear."""
    if not text or text.casefold() in NOBODY:
        return None
    placed = after_system(text, names)
    if placed is None:
        return _only_one_called(text, names)
    system_name, rest = placed
    wanted = unquoted(rest)
    if not wanted:
        unclear(f"Say which record of {system_name}, such as {system_name}: deal.")
    there = _record_type(system_name, wanted, names)
    if there is not None:
        return Record(there.system.name, there.name)
    return _new(Record(system_name, wanted), names)


def _record_type(system_name: str, name: str, names: Names) -> RecordType | None:
    key = system_name.casefold()
    return names.record_types.get((key, name.casefold())) or names.record_types.get((key, one_line(name).casefold()))


def _new(wanted: Record, names: Names) -> Record:
    if len(wanted.record_type) > RECORD_TYPE_CHARACTERS:
        unclear(f"The name of a record has at most {RECORD_TYPE_CHARACTERS} characters.")
    if names.creates:
        return wanted
    of_system = [one.name for key, one in names.record_types.items() if key[0] == wanted.system.casefold()]
    like = near(of_system, wanted.record_type)
    known = f" There is {Record(wanted.system, like)}." if like else ""
    unclear(f"{wanted} would be new: nothing of that kind is known in {wanted.system} yet.{known}", new=str(wanted))


def _only_one_called(text: str, names: Names) -> Record:
    wanted = unquoted(text)
    found_in = [one for key, one in names.record_types.items() if key[1] == wanted.casefold()]
    if len(found_in) == 1:
        return Record(found_in[0].system.name, found_in[0].name)
    if found_in:
        unclear(f"Say which: {' or '.join(sorted(one.cell for one in found_in))}.")
    if found(names.systems, wanted) is not None:
        there = system(wanted, names)
        unclear(f"Say which record of {there}, such as {there}: deal.")
    before, colon, _ = text.partition(":")
    if colon:
        system(unquoted(before), names)
    unclear("Write the system and its record, such as CRM: deal.")


# --- People ------------------------------------------------------------------------------------------------------


def labels(people: Iterable[Person]) -> dict[str, str]:
    """Return by address what each person is called in cells: the name, with the address where that is not enough."""
    everybody = list(people)
    times: dict[str, int] = {}
    for one in everybody:
        times[_key(one.name)] = times.get(_key(one.name), 0) + 1
    return {
        one.email: one_line(one.name if times[_key(one.name)] == 1 and _speaks_alone(one.name) else _with_address(one))
        for one in everybody
    }


def _key(name: str) -> str:
    return one_line(name).casefold()


def _speaks_alone(name: str) -> bool:
    return bool(name.strip()) and _key(name) not in NOBODY and not any(one in name for one in "@(<")


def _with_address(one: Person) -> str:
    return f"{one.name} ({one.email})"


def person(text: str, names: Names, present: str = "") -> str:
    """Return the address of the person a text names, nothing for nobody. ``present``: who it is now. Raises Unclear."""
    if not text or text.casefold() in NOBODY:
        return ""
    one = _person(text, names)
    if not one.is_active and one.email != present:
        unclear(f"{one.name} does not sign in any more. Name somebody who does.")
    return one.email


def _person(text: str, names: Names) -> Person:
    bracketed = re.search(r"[(<]\s*([^\s()<>]+@[^\s()<>]+)\s*[)>]$", text)
    for address in (text, bracketed[1] if bracketed else ""):
        if address.strip().lower() in names.people:
            return names.people[address.strip().lower()]
    called = [one for one in names.people.values() if _key(one.name) == _key(text)]
    active = [one for one in called if one.is_active] or called
    if len(active) == 1:
        return active[0]
    if active:
        addresses = " or ".join(sorted(one.email for one in active))
        unclear(f"{len(active)} people are called {active[0].name}. Write the address: {addresses}.")
    like = near((one.name for one in names.people.values() if one.is_active), text)
    unclear(
        f"Nobody here is called {shortened(text)}; there is {like}."
        if like
        else f"Nobody here is called {shortened(text)}. People are added by an administrator."
    )
