"""Cells of a sheet that the table has no column for: how one system stores a field, and whether it is sensitive."""

from __future__ import annotations

from dataclasses import replace

from ownership.definitions import Definition, Use
from ownership.models.fields import COLUMN_CHARACTERS
from ownership.naming import NOBODY, Names, bare, clean, one_line, split, system, team, unclear
from ownership.wording import number
from reconcile.configuration.sheet.targets import SENSITIVE, system_part

LONGEST_MEANING = 5_000
YES = frozenset({"yes", "y", "true", "x", "1", "sensitive", "confidential", "restricted", "pii", "\N{CHECK MARK}"})
NO = frozenset({"no", "n", "false", "0", "public", "internal", "none", "-", "not sensitive"})


def text_of_use(definition: Definition, key: str) -> str:
    """Return what a cell under ``key`` (a target) says."""
    placed = system_part(key)
    if key == SENSITIVE or placed is None:
        return "yes" if definition.sensitive else "no"
    use = definition.use_in(placed[1])
    if use is None:
        return ""
    if placed[0] == "editors":
        return ", ".join(bare(name, ",;") for name in use.editors)
    return str(getattr(use, placed[0]))


def with_use(definition: Definition, key: str, text: str, names: Names) -> Definition:
    """Return ``definition`` with what ``text`` says under ``key``. Raises Unclear."""
    placed = system_part(key)
    said = clean(text)
    if key == SENSITIVE or placed is None:
        return replace(definition, sensitive=_truth(said))
    part, name = placed[0], system(placed[1], names)
    use = definition.use_in(name) or Use(name)
    if part == "editors":
        return definition.with_use(replace(use, editors=_teams(said, names)))
    longest = COLUMN_CHARACTERS if part == "column" else LONGEST_MEANING
    if len(said) > longest:
        unclear(f"At most {number(longest)} characters; here are {number(len(said))}.")
    return definition.with_use(replace(use, column=said) if part == "column" else replace(use, means=said))


def _truth(said: str) -> bool:
    word = one_line(said).casefold()
    if word not in YES | NO:
        unclear("Write yes or no: whether its values are masked for those who have no right to see them.")
    return word in YES


def _teams(said: str, names: Names) -> tuple[str, ...]:
    parts = [one for one in split(said, ",;\n") if one and one.casefold() not in NOBODY]
    return tuple(sorted({team(one.strip('"').replace('""', '"'), names) for one in parts}))
