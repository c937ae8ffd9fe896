"""What a check compares: plain frozen data, kept as JSON with the check and, frozen, with every run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from reconcile import engine

NAME_CHARACTERS = 200
WORDS_MASKED = "(masked)"
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
    ``owner`` is ``left``, ``right`` or empty while nobody has said.
    """

    name: str
    left: str
    right: str
    compare: str = "auto"
    argument: str = ""
    mapping: tuple[tuple[str, str], ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Comparing:
    """Key pairs of (left, right) columns and the compared fields. ``key_fold``: case and outer space set aside."""

    key: tuple[tuple[str, str], ...] = ()
    key_fold: bool = False
    fields: tuple[ComparedField, ...] = ()

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
        )

    @property
    def fingerprint(self) -> str:
        """A hash of what decides the result: two runs of the same files under the same one find the same."""
        asked = self.to_json()
        for field in asked["fields"]:
            del field["owner"]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()

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
