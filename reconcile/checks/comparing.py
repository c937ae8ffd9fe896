"""What a check compares: plain frozen data, kept as JSON with the check and, frozen, with every run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from reconcile import engine

NAME_CHARACTERS = 200
NO_EDITS = engine.EditColumns()
WORDS_MASKED = "(masked)"
# What a table of words can take the place of without changing what else counts as the same.
BY_WORDS = ("auto", "exact", "mapped")
EDIT_WORDS = {
    "created_at": "created at",
    "created_by": "created by",
    "created_via": "created via",
    "updated_at": "updated at",
    "updated_by": "updated by",
}
COMPARISON_WORDS = {
    "auto": "decided on both columns",
    "exact": "exactly",
    "number": "as numbers",
    "date": "as dates",
    "text": "as text",
    "mapped": "by a table of words",
    "boolean": "as yes or no",
}


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field: its name for people, a column on each side, and how the two compare (§5).

    ``name`` has at most NAME_CHARACTERS and is unique within a check; a column may be called anything at any length.

    ``argument`` is that of the comparison (a tolerance, formats); ``mapping`` left word -> right word for ``mapped``;
    ``owner`` is ``left``, ``right`` or empty while nobody has said; ``lag_days`` that of the hand-offs which carry the
    field, None where no map says, and ``lag_from`` where it is from, in words. A run's frozen copy alone has those two.
    """

    name: str
    left: str
    right: str
    compare: str = "auto"
    argument: str = ""
    mapping: tuple[tuple[str, str], ...] = ()
    owner: str = ""
    lag_days: float | None = None
    lag_from: str = ""


@dataclass(frozen=True, slots=True)
class Comparing:
    """Key pairs of (left, right) columns and the compared fields. ``key_fold``: case and outer space set aside.

    ``lag_days`` is the expected lag of records, ``lag_from`` where it is from, in words: both are settled when a run is
    asked for. ``left_edits`` and ``right_edits`` are the columns that say when and by whom a record was made or
    changed. None of them decides what differs, only why: the ``fingerprint`` leaves them out.
    """

    key: tuple[tuple[str, str], ...] = ()
    key_fold: bool = False
    fields: tuple[ComparedField, ...] = ()
    lag_days: float | None = None
    lag_from: str = ""
    left_edits: engine.EditColumns = NO_EDITS
    right_edits: engine.EditColumns = NO_EDITS

    def to_json(self) -> dict[str, Any]:
        """JSON-ready data; ``from_json`` is its inverse."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]  # tuples become lists, as when read back

    @staticmethod
    def from_json(data: dict[str, Any]) -> Comparing:
        """What ``to_json`` described; keys that are missing take their defaults."""
        return Comparing(
            key=tuple((left, right) for left, right in data.get("key", [])),
            key_fold=bool(data.get("key_fold", False)),
            fields=tuple(
                ComparedField(**{**field, "mapping": tuple((a, b) for a, b in field.get("mapping", []))})
                for field in data.get("fields", [])
            ),
            lag_days=data.get("lag_days"),
            lag_from=data.get("lag_from", ""),
            left_edits=engine.EditColumns(**data.get("left_edits", {})),
            right_edits=engine.EditColumns(**data.get("right_edits", {})),
        )

    @property
    def of_people(self) -> list[tuple[str, str]]:
        """Side and name of the columns that name people: nothing is grouped by them."""
        sides = (("left", self.left_edits), ("right", self.right_edits))
        return [(side, column) for side, edits in sides for column in (edits.created_by, edits.updated_by) if column]

    @property
    def fingerprint(self) -> str:
        """A hash of what decides the result: two runs of the same files under the same one find the same."""
        asked = self.to_json()
        for name in ("lag_days", "lag_from", "left_edits", "right_edits"):
            del asked[name]
        for field in asked["fields"]:
            del field["owner"], field["lag_days"], field["lag_from"]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

    def classifying(
        self, *, unused: tuple[tuple[str, str], ...] = (), splits: tuple[engine.Split, ...] = ()
    ) -> engine.Classifying:
        """The same, as the engine takes it to find causes (see ``engine.Classifying``)."""
        return engine.Classifying(
            spec=self.spec(),
            fields={field.name: engine.FieldCause(field.owner, field.lag_days) for field in self.fields},
            lag_days=self.lag_days,
            left=self.left_edits,
            right=self.right_edits,
            unused=unused,
            splits=splits,
        )

    def spec(self) -> engine.CompareSpec:
        """The same, as the engine takes it. Raises the engine's refusal of a rule it does not know."""
        return engine.CompareSpec(
            key=self.key,
            key_fold=self.key_fold,
            by_name=False,
            maps=tuple((field.left, field.right) for field in self.fields),
            rules={field.left: engine.Rule(field.compare, field.argument, field.mapping) for field in self.fields},
            names={field.left: field.name for field in self.fields},
        )


def in_words(edits: engine.EditColumns) -> str:
    """Say which columns tell of edits: "created at in opened_on, updated by in changed_by"; nothing where none does."""
    said = ((words, getattr(edits, name)) for name, words in EDIT_WORDS.items())
    return ", ".join(f"{words} in {column}" for words, column in said if column)


def differences(
    before: Comparing, after: Comparing, masked: Callable[[ComparedField], object] = lambda _: None
) -> list[tuple[str, str, str]]:
    """What an edit changed, for people: what, from, to; empty text where there was or is nothing.

    The words of fields that are ``masked`` are left out; that they changed is said.
    """
    found = [
        (what, old, new)
        for what, old, new in (
            ("key", _key_in_words(before), _key_in_words(after)),
            ("case and outer space in keys", _fold_in_words(before), _fold_in_words(after)),
            ("edit columns left", in_words(before.left_edits), in_words(after.left_edits)),
            ("edit columns right", in_words(before.right_edits), in_words(after.right_edits)),
        )
        if old != new
    ]
    old_fields, new_fields = ({field.name: field for field in one.fields} for one in (before, after))
    for name in dict.fromkeys((*old_fields, *new_fields)):
        sides = old_fields.get(name), new_fields.get(name)
        old, new = (_field_in_words(field) for field in sides)
        if old != new:
            if any(field and masked(field) for field in sides):
                old, new = (_field_in_words(field, words=WORDS_MASKED) for field in sides)
            found.append((f"field {name}", old, new))
    return found


def _key_in_words(comparing: Comparing) -> str:
    return ", ".join(left if left == right else f"{left} = {right}" for left, right in comparing.key)


def _fold_in_words(comparing: Comparing) -> str:
    return "set aside" if comparing.key_fold else "told apart"


def _field_in_words(field: ComparedField | None, words: str = "") -> str:
    if field is None:
        return ""
    how = COMPARISON_WORDS[field.compare] + (f" ({field.argument})" if field.argument else "")
    words = words or ", ".join(f"{left} is {right}" for left, right in field.mapping)
    words = words if field.compare == "mapped" else ""
    owner = f"; the {field.owner} side owns it" if field.owner else ""
    return f"{field.left} with {field.right}, {how}{': ' + words if words else ''}{owner}"
