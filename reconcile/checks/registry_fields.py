"""A field of the registry as one of the fields a check compares: which columns, and whose side is the owner's."""

from __future__ import annotations

from ownership.definitions import Definition, Use
from reconcile.checks.comparing import ComparedField


def from_registry(definition: Definition, left: str, right: str) -> ComparedField | str:
    """Return how a check between the systems ``left`` and ``right`` compares a field, or one sentence why it cannot.

    Names of systems are matched whatever their case. How the values compare is left to the columns (``auto``);
    ``owner`` is as ``owner_side`` says.
    """
    uses = []
    for system in (left, right):
        use = definition.use_in(system)
        if use is None:
            return f"{definition.name} is not stored in {system}."
        if not use.column:
            return f"{definition.name} has no column in {system}: write it down in the registry first."
        uses.append(use)
    return ComparedField(definition.name, uses[0].column, uses[1].column, owner=owner_side(definition, left, right))


def owner_side(definition: Definition, left: str, right: str) -> str:
    """Return on which side a value is put right: ``left``, ``right``, or empty where the registry does not say.

    It is the only side on which the owner team edits the field; else the side whose record settles a dispute; else the
    side where the value first appears.
    """
    rule = definition.rule
    edited = [side for side, use in _uses(definition, left, right) if _edits(rule.owner, use)]
    if len(edited) == 1:
        return edited[0]
    sides = {left.casefold(): "left", right.casefold(): "right"}
    for record in (rule.settled_by, rule.first_appears_in):
        if record is not None and record.system.casefold() in sides:
            return sides[record.system.casefold()]
    return ""


def _uses(definition: Definition, left: str, right: str) -> list[tuple[str, Use | None]]:
    return [("left", definition.use_in(left)), ("right", definition.use_in(right))]


def _edits(team: str, use: Use | None) -> bool:
    return bool(team) and use is not None and team.casefold() in (editor.casefold() for editor in use.editors)
