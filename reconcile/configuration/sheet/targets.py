"""What a column of somebody's sheet can be here, and the words by which people call it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ownership.cells import COLUMNS

LEFT_OUT = ""
SENSITIVE = "sensitive"
USE_PARTS = {"column": "Column in {}", "means": "Meaning in {}", "editors": "Editors in {}"}

# As people head such columns, most usual first; lower case, without punctuation.
WORDS: dict[str, tuple[str, ...]] = {
    "subject": (
        "subject", "entity", "object", "business object", "data object", "domain", "area", "topic", "record", "group",
    ),
    "name": (
        "field", "field name", "data element", "element", "data element name", "attribute", "attribute name",
        "data field", "data item", "data point", "item", "fact", "business term", "term", "name", "property",
    ),
    "means": (
        "what it means", "meaning", "means", "definition", "description", "business definition", "explanation",
        "what is it", "what does it mean",
    ),
    "first_appears_in": (
        "first appears in", "first appears", "appears first in", "origin", "originates in", "starts in", "created in",
        "where it starts", "first entered in", "entered in", "system of entry", "system of origin", "point of entry",
        "source", "source system", "born in",
    ),
    "owner": (
        "owner team", "owner", "owning team", "data owner", "business owner", "owned by", "who owns it", "who owns",
        "accountable", "accountable team", "responsible", "responsible team", "steward", "data steward", "team",
        "department",
    ),
    "editors": (
        "editors by system", "editors", "edited by", "who may edit", "who may edit it", "who edits", "who edits it",
        "who can edit", "who can change it", "who changes it", "who may change it", "edit rights", "maintained by",
        "updated by", "editing teams",
    ),
    "settled_by": (
        "settled by", "wins", "winner", "which wins", "which record wins", "which system wins", "who wins",
        "source of truth", "system of record", "sor", "golden source", "golden record", "gold source", "master",
        "master system", "leading system", "authoritative source", "authoritative system", "trusted source", "truth",
        "system of truth", "final say",
    ),
    "because": ("because", "why", "reason", "rationale", "justification", "why it wins", "why this wins"),
    "conditions": (
        "it depends", "conditions", "condition", "exceptions", "exception", "special cases", "edge cases", "depends on",
        "unless", "except when", "when not",
    ),
    "approver": (
        "approver", "approves", "approved by", "who approves", "approver of exceptions", "exception approver",
        "approves exceptions", "who approves exceptions", "sign off", "signs off", "signed off by", "who signs off",
        "decision maker", "decider", "escalation", "escalate to", "final approver",
    ),
    "deputy": (
        "deputy", "deputy approver", "backup", "backup approver", "stand in", "substitute", "alternate",
        "alternate approver", "second approver",
    ),
    SENSITIVE: ("sensitive", "confidential", "pii", "personal data", "is sensitive"),
}  # fmt: skip
# Of a system: "CRM column", "Column in CRM", "Editors in CRM".
PART_WORDS = {
    "column": ("column", "column name", "field", "field name", "export column", "attribute", "api name", "header"),
    "means": ("meaning", "means", "definition", "description"),
    "editors": (
        "editors",
        "editor",
        "edits",
        "edited by",
        "who edits",
        "who may edit",
        "editing team",
        "team",
        "teams",
    ),
}
# Nothing here comes from these, however well they would fit.
NEVER = frozenset({"state", "status", "what is unclear", "last changed", "changed", "date", "id", "no", "nr", "number"})


@dataclass(frozen=True, slots=True)
class Target:
    """One of our columns: its key, and what people call it."""

    key: str
    label: str


def of_system(part: str, system: str) -> str:
    """Return the key of a part ("column", "means", "editors") of how ``system`` stores a field."""
    return f"{part} {system}"


def system_part(key: str) -> tuple[str, str] | None:
    """Return part and system of such a key, None for another key."""
    part, space, system = key.partition(" ")
    return (part, system) if space and part in USE_PARTS else None


def label_of(key: str) -> str:
    """Return what people call a target."""
    placed = system_part(key)
    if placed:
        return USE_PARTS[placed[0]].format(placed[1])
    return "Sensitive" if key == SENSITIVE else next((one.label for one in COLUMNS if one.key == key), key)


def targets(systems: Iterable[str]) -> list[Target]:
    """Return everything a column can be: ours, then those of each system."""
    keys = [one.key for one in COLUMNS if one.editable] + [SENSITIVE]
    keys += [of_system(part, system) for system in systems for part in USE_PARTS]
    return [Target(key, label_of(key)) for key in keys]
