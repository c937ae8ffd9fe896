"""What people suggest for cells that others edit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ownership.models import Suggestion


@dataclass(frozen=True, slots=True)
class Suggested:
    """What somebody would write into a cell, and what stood there then."""

    id: int
    column: str
    text: str
    was: str
    why: str
    who: str
    at: datetime

    def to_json(self) -> dict[str, Any]:
        """Return it as the editable table takes it."""
        return {
            "id": self.id,
            "column": self.column,
            "text": self.text,
            "was": self.was,
            "why": self.why,
            "who": self.who,
            "when": self.at.isoformat(),
        }


def open_by_field(field_ids: Sequence[int]) -> dict[int, tuple[Suggested, ...]]:
    """Return the open suggestions by field, oldest first. One query."""
    found: dict[int, tuple[Suggested, ...]] = {}
    for one in Suggestion.objects.filter(state=Suggestion.OPEN, field__in=field_ids).select_related("person"):
        who = one.person.name if one.person else "somebody who has left"
        suggested = Suggested(one.pk, one.column, one.text, one.was, one.why, who, one.at)
        found[one.field_id] = (*found.get(one.field_id, ()), suggested)
    return found
