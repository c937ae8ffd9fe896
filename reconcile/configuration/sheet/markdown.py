"""The table of fields as a document in Markdown: one table a subject, for a wiki or a repository."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ownership.cells import COLUMNS, text_of, words_of_state
from ownership.models import Field
from ownership.queries import registry
from ownership.wording import plural

_SPECIAL = re.compile(r"[\\`*_\[\]{}|~#!^$]")
SHOWN = tuple(column for column in COLUMNS if column.key != "subject")


def document(fields: Sequence[Field], people: Mapping[str, str], *, title: str = "Who owns what") -> str:
    """Return ``fields`` (out of ``registry.whole``) as Markdown. ``people``: what each address is called in cells."""
    by_subject: dict[str, list[Field]] = {}
    for field in fields:
        by_subject.setdefault(field.subject, []).append(field)
    agreed = sum(field.in_force is not None and field.working is None for field in fields)
    parts = [f"# {escaped(title)}", f"{plural(len(fields), 'field', 'fields')}, {agreed:,} of them agreed."]
    for subject, group in by_subject.items():
        parts += [f"## {escaped(subject) or 'No subject'}", _table(group, people)]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Return ``text`` so that it reads in a cell as it is written, and is no markup there."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<br>".join(_SPECIAL.sub(r"\\\g<0>", line) for line in plain.splitlines())


def _table(fields: Sequence[Field], people: Mapping[str, str]) -> str:
    lines = [_line([column.label for column in SHOWN]), _line(["---"] * len(SHOWN))]
    for field in fields:
        definition = registry.definition(field)
        texts = {column.key: text_of(definition, column.key, people) for column in SHOWN}
        texts["state"] = words_of_state(field)
        lines.append(_line([escaped(texts[column.key]) for column in SHOWN]))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
