"""What a file asks for of fields and their rules, checked as far as the file alone tells.

``uses`` and ``rule`` are each one whole: what they leave out is empty. Any other key that is left out leaves what is
there. ``agreed_by`` names the teams that agreed to exactly this rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ownership.definitions import OPERATORS, WITHOUT_VALUE, Record, Rule, Use, When
from ownership.models import Person
from ownership.models.fields import COLUMN_CHARACTERS, NAME_CHARACTERS
from reconcile.configuration.places import Place
from reconcile.configuration.refusals import refuse

NAME, EMAIL = 100, 254
TEXT = 1_000_000
STATES = ("draft", "proposed", "disputed", "agreed")
FIELD_KEYS = ("name", "subject", "means", "sensitive", "uses", "rule", "next_rule")
RULE_KEYS = (
    "first_appears_in", "owner", "settled_by", "depends", "because", "conditions", "approver", "deputy", "state",
    "agreed_by", "objections",
)  # fmt: skip


@dataclass(frozen=True)
class Named:
    """A name of something that has to be there: what (team, system, person), its name, and where that stands."""

    what: str
    name: str
    path: str


@dataclass(frozen=True)
class AskedRule:
    """One version of a rule. ``state`` and ``agreed_by`` are None where the file says nothing of them.

    ``objections`` are teams with their reasons.
    """

    path: str
    rule: Rule = field(default_factory=Rule)
    state: str | None = None
    agreed_by: tuple[str, ...] | None = None
    objections: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AskedField:
    """One field: its name, where it stands, and under ``said`` what the file says of it.

    ``rule`` None: nothing is said of it. ``next_rule``: a version people work on while ``rule`` is in force;
    ``drops_next``: there shall be none. ``names``: everything that has to be there already.
    """

    name: str
    path: str
    said: dict[str, Any]
    rule: AskedRule | None = None
    next_rule: AskedRule | None = None
    drops_next: bool = False
    names: tuple[Named, ...] = ()


def address(place: Place) -> str | None:
    """Return the e-mail address there as people are known by it, None where nothing is written. Raises Refused."""
    text = place.text_or_nothing(EMAIL)
    if text is None:
        return None
    email = Person.normalize_username(text)
    try:
        validate_email(email)
    except ValidationError:
        place.refuse(f"{text} is no e-mail address.")
    return email


def fields_asked(section: Place) -> tuple[AskedField, ...]:
    """Return every field of ``section``. Raises Refused."""
    found: dict[str, AskedField] = {}
    for place in section.items():
        one = _Reader().field(place)
        known = one.name.casefold()
        if known in found:
            place.refuse(f"{one.name} is at {found[known].path} already.")
        found[known] = one
    return tuple(found.values())


class _Reader:
    """Reads one field and remembers the names in it."""

    def __init__(self) -> None:
        self._names: list[Named] = []

    def field(self, place: Place) -> AskedField:
        said = place.keys(FIELD_KEYS)
        if "name" not in said:
            place.refuse("the key name is missing.")
        readers: dict[str, Callable[[Place], Any]] = {
            "subject": lambda one: _words(one, NAME),
            "means": _words,
            "sensitive": lambda one: one.truth() if one.value is not None else False,
            "uses": self._uses,
        }
        name = said["name"].text(NAME_CHARACTERS)
        values = {key: reader(said[key]) for key, reader in readers.items() if key in said}
        rule = self._rule(said["rule"]) if "rule" in said else None
        following = said.get("next_rule")
        next_rule = self._rule(following) if following and following.value is not None else None
        if following and next_rule and (next_rule.state == "agreed" or rule is None):
            following.refuse("this is the version people work on while another, under rule, is in force.")
        return AskedField(
            name, place.path, values, rule, next_rule, following is not None and next_rule is None, tuple(self._names)
        )

    def _uses(self, place: Place) -> tuple[Use, ...]:
        found: dict[str, Use] = {}
        for one in place.items():
            said = one.keys(("system", "column", "means", "editors"))
            system = self._name(one, said, "system")
            if system.casefold() in found:
                said["system"].refuse(f"{system} is named already.")
            column = _words(said["column"], COLUMN_CHARACTERS) if "column" in said else ""
            means = _words(said["means"]) if "means" in said else ""
            editors = self._teams(said["editors"]) if "editors" in said else ()
            found[system.casefold()] = Use(system, column, means, tuple(sorted(editors)))
        return tuple(found.values())

    def _teams(self, place: Place) -> tuple[str, ...]:
        found: list[str] = []
        for one in place.items():
            name = self._known(one, "team")
            if name in found:
                one.refuse(f"{name} is named already.")
            found.append(name)
        return tuple(found)

    def _rule(self, place: Place) -> AskedRule:
        if place.value is None:
            return AskedRule(place.path)
        said = place.keys(RULE_KEYS)
        readers: dict[str, Callable[[Place], Any]] = {
            "first_appears_in": self._record,
            "owner": lambda one: self._known(one, "team") if one.value is not None else "",
            "settled_by": self._record,
            "depends": lambda one: one.truth() if one.value is not None else False,
            "because": _words,
            "conditions": lambda one: tuple(self._condition(each) for each in one.items()),
            "approver": self._person,
            "deputy": self._person,
        }
        rule = Rule(**{key: reader(said[key]) for key, reader in readers.items() if key in said})
        if rule.depends and rule.settled_by:
            said["depends"].refuse("either it depends, or settled_by names the record that wins.")
        if rule.approver and rule.approver == rule.deputy:
            said["deputy"].refuse("the deputy is somebody else than the approver.")
        return self._agreement(place, said, rule)

    def _agreement(self, place: Place, said: dict[str, Place], rule: Rule) -> AskedRule:
        state = said["state"].one_of(STATES) if "state" in said and said["state"].value is not None else None
        agreed_by = self._teams(said["agreed_by"]) if "agreed_by" in said else None
        objections = tuple(self._objection(one) for one in said["objections"].items()) if "objections" in said else ()
        answering = [*(agreed_by or ()), *(team for team, _ in objections)]
        if state == "draft" and answering:
            said["state"].refuse("nobody has answered to a draft; leave out who did, or write proposed.")
        if len(set(answering)) < len(answering):
            said["objections"].refuse("a team agrees or objects, and says so once.")
        return AskedRule(place.path, rule, state, agreed_by, objections)

    def _objection(self, place: Place) -> tuple[str, str]:
        said = place.keys(("team", "reason"))
        return self._name(place, said, "team"), _words(said["reason"]) if "reason" in said else ""

    def _condition(self, place: Place) -> When:
        said = place.keys(("when", "test", "settled_by"))
        sentence = _words(said["when"]) if "when" in said else ""
        settled_by = self._record(said["settled_by"]) if "settled_by" in said else None
        test = said.get("test")
        if test is None or test.value is None:
            return When(sentence, settled_by=settled_by)
        return When(sentence, *self._test(test), settled_by=settled_by)

    def _test(self, place: Place) -> tuple[str, str, str, str | tuple[str, ...]]:
        said = place.keys(("system", "column", "operator", "value"))
        system = self._known(said["system"], "system") if "system" in said and said["system"].value else ""
        column = _words(said["column"], COLUMN_CHARACTERS) if "column" in said else ""
        operator = said["operator"].one_of(OPERATORS) if "operator" in said else "equals"
        value = _value(said["value"], operator) if "value" in said else ()
        return system, column, operator, value if operator == "in" else value or ""

    def _record(self, place: Place) -> Record | None:
        if place.value is None:
            return None
        said = place.keys(("system", "record_type"))
        system = self._name(place, said, "system")
        if "record_type" not in said:
            place.refuse("the key record_type is missing.")
        return Record(system, said["record_type"].text(NAME))

    def _person(self, place: Place) -> str:
        email = address(place) or ""
        if email:
            self._names.append(Named("person", email, place.path))
        return email

    def _name(self, place: Place, said: dict[str, Place], what: str) -> str:
        if what not in said:
            place.refuse(f"the key {what} is missing.")
        return self._known(said[what], what)

    def _known(self, place: Place, what: str) -> str:
        name = place.text(NAME)
        self._names.append(Named(what, name, place.path))
        return name


def _words(place: Place, longest: int = TEXT) -> str:
    """Any text; nothing written is none."""
    if place.value is None:
        return ""
    if not isinstance(place.value, str):
        place.refuse("write a text here.")
    if len(place.value) > longest:
        place.refuse(f"this has {len(place.value):,} characters; at most {longest:,} are taken.")
    return place.value


def _value(place: Place, operator: str) -> str | tuple[str, ...]:
    """What a condition compares with: a list for ``in``, one text for the others, nothing where none is needed."""
    if operator == "in":
        return tuple(_words(one) for one in place.items())
    if isinstance(place.value, list | dict):
        refuse("write one text here; only the operator in takes a list.", place.path)
    if operator in WITHOUT_VALUE and place.value is not None:
        refuse(f"the operator {operator} compares with no value; leave it out.", place.path)
    return _words(place)
