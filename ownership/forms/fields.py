"""What people write on the page of a field: what it is and who answers for it, how each system stores it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from ownership import cells, naming
from ownership.definitions import Definition, Use
from ownership.models.fields import COLUMN_CHARACTERS
from ownership.services.defining import Known
from ownership.wording import number

LONGEST_REASON = 2_000
MOST_USES = 50
# What a box takes. How long a new text may be, the columns of the table say; one that is there already stays.
LONGEST_TEXT = 100_000
NOT_WHOLE = "This page was not whole. Open it again."

# The columns of the table that the page edits in one form, in this order.
ABOUT = ("name", "subject", "means", "first_appears_in", "owner", "approver", "deputy")
LISTS = {
    "subject": "subjects",
    "first_appears_in": "record-types",
    "owner": "teams",
    "approver": "people",
    "deputy": "people",
}


def text(label: str, longest: int, *, hint: str = "", lines: int = 0, offered: str = "") -> forms.CharField:
    """Return a field for one line of text, or ``lines`` of them; ``offered``: the id of the list to choose from."""
    attributes = {"list": offered, "autocomplete": "off"} if offered else {"autocomplete": "off"}
    widget = forms.Textarea(attrs={"rows": lines}) if lines else forms.TextInput(attrs=attributes)
    return forms.CharField(
        label=label,
        required=False,
        max_length=longest,
        strip=False,
        help_text=hint,
        widget=widget,
        error_messages={
            "max_length": f"{label}: at most {number(longest)} characters.",
            "null_characters_not_allowed": f"{label}: one character cannot be kept. Write it anew.",
        },
    )


class KeptForm(forms.Form):
    """What every edit of a field carries: the version that the page showed, and why it is changed."""

    version = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NOT_WHOLE),
    )
    reason = text("Why it changes", LONGEST_REASON, lines=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: Known | None = None

    @property
    def seen(self) -> int:
        """The version the page showed, 0 if it does not say."""
        return self.cleaned_data.get("version") or 0

    @property
    def why(self) -> str:
        """Why it is changed, nothing if nobody said."""
        return str(self.cleaned_data.get("reason") or "").strip()

    def names(self) -> Known:
        """What there is by name, read once."""
        self.known = self.known or Known.now(reason=self.why)
        return self.known


class AboutForm(KeptForm):
    """What a field is, where it first appears, and who answers for it."""

    name = text(cells.BY_KEY["name"].label, cells.BY_KEY["name"].longest, hint=cells.BY_KEY["name"].hint)
    subject = text("Subject", 100, hint=cells.BY_KEY["subject"].hint, offered="subjects")
    means = text("What it means", LONGEST_TEXT, hint=cells.BY_KEY["means"].hint, lines=3)
    first_appears_in = text("First appears in", 500, hint="Such as CRM: deal", offered="record-types")
    owner = text("Owner team", 500, hint=cells.BY_KEY["owner"].hint, offered="teams")
    approver = text("Approver", 500, hint=cells.BY_KEY["approver"].hint, offered="people")
    deputy = text("Deputy", 500, hint=cells.BY_KEY["deputy"].hint, offered="people")
    sensitive = forms.BooleanField(
        label="Sensitive: mask its values for everybody who has no right to see them", required=False
    )

    def __init__(self, *args: Any, definition: Definition, people: Mapping[str, str], **kwargs: Any) -> None:
        said = {column: cells.text_of(definition, column, people) for column in ABOUT}
        kwargs["initial"] = said | {"sensitive": definition.sensitive} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.definition, self.people = definition, people

    def clean(self) -> dict[str, Any]:
        for column in ABOUT:
            if column not in self.errors:
                try:
                    self._with(self.definition, column)
                except naming.Unclear as unclear:
                    self.add_error(column, unclear.sentence)
        return self.cleaned_data

    def change(self, definition: Definition) -> Definition:
        """Return ``definition`` with what the form says. Raises naming.Unclear."""
        for column in ABOUT:
            definition = self._with(definition, column)
        return replace(definition, sensitive=self.cleaned_data["sensitive"])

    def _with(self, definition: Definition, column: str) -> Definition:
        said = self.cleaned_data[column]
        if _same(said, cells.text_of(definition, column, self.people)):
            return definition
        return cells.with_text(definition, column, said, self.names())


class UseForm(forms.Form):
    """How one system stores a field; one row of several, so its names are not numbered."""

    system = text("System", 100, offered="systems")
    column = text("Column in its export", COLUMN_CHARACTERS)
    means = text("What it means there", LONGEST_TEXT, lines=3)
    editors = text("Who may change it there", 2_000, hint="Teams, with commas between", offered="teams")
    removed = forms.CharField(required=False)

    @property
    def is_new(self) -> bool:
        """Whether the row is for a system that does not store the field yet."""
        return not self.initial.get("system")

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything into a row for a further system."""
        return not any(self.data.get(name, "").strip() for name in ("system", "column", "means", "editors"))


class UsesForm(KeptForm):
    """How every system stores a field: rows of four, and one more for a system that is not there yet."""

    def __init__(self, data: QueryDict | None = None, *, definition: Definition, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        there = [_row(use) for use in definition.uses]
        self.rows = [UseForm(initial=row) for row in (*there, {})] if data is None else _posted(data, there)

    def clean(self) -> dict[str, Any]:
        said = [one for one in self.rows if not one.is_empty]
        if len(self.rows) > MOST_USES:
            self.add_error(None, f"A field is stored in at most {MOST_USES} systems.")
        for one in said:
            if one.is_valid():
                _check(one, self.names())
        systems = [one.cleaned_data.get("system", "").casefold() for one in said]
        for one in said:
            if one.is_new and systems.count(one.cleaned_data.get("system", "").casefold()) > 1 and not one.errors:
                one.add_error("system", f"{one.cleaned_data['system']} is there already. Change it above.")
        if any(one.errors for one in said):
            self.add_error(None, "Some of it cannot be taken as it is written. It is marked below.")
        return self.cleaned_data

    def change(self, definition: Definition) -> Definition:
        """Return ``definition`` with the uses that the form says; a system the form does not name stays as it is."""
        said = {one.cleaned_data["system"].casefold(): one for one in self.rows if not one.is_empty}
        there = [_use(said.pop(use.system.casefold(), None), use) for use in definition.uses]
        added = [_use(one, None) for one in said.values()]
        return replace(definition, uses=tuple(use for use in (*there, *added) if use is not None))


def _use(row: UseForm | None, was: Use | None) -> Use | None:
    """One system's use as its row says; what was not touched stays to the letter."""
    if row is None or row.cleaned_data["removed"]:
        return was if row is None else None
    said = row.cleaned_data
    now = Use(said["system"], naming.clean(said["column"]), naming.clean(said["means"]), said["editors"])
    if was is None:
        return now
    column = was.column if _same(said["column"], was.column) else now.column
    means = was.means if _same(said["means"], was.means) else now.means
    return replace(now, column=column, means=means)


def _row(use: Use) -> dict[str, str]:
    editors = ", ".join(naming.bare(team, ",;:") for team in use.editors)
    return {"system": use.system, "column": use.column, "means": use.means, "editors": editors}


def _posted(data: QueryDict, there: list[dict[str, str]]) -> list[UseForm]:
    """The rows of a posted form: its lists are as long as each other, or the page was not whole."""
    lists = {name: data.getlist(f"use_{name}") for name in ("system", "column", "means", "editors")}
    known = {row["system"].casefold() for row in there}
    removed = {name.casefold() for name in data.getlist("use_removed")}
    rows = []
    for texts in zip(*lists.values(), strict=False):
        said = dict(zip(lists, texts, strict=True))
        system = said["system"].strip().casefold()
        initial = {"system": said["system"]} if system in known else {}
        known.discard(system)
        rows.append(UseForm(said | {"removed": "1" if system in removed and initial else ""}, initial=initial))
    return rows


def _check(row: UseForm, names: Known) -> None:
    """Put the names of a row as they are spelled in place of what was typed."""
    said = row.cleaned_data
    if said["removed"]:
        return
    for name, read in (("system", _system), ("editors", _editors)):
        try:
            said[name] = read(naming.clean(said[name]), names)
        except naming.Unclear as unclear:
            row.add_error(name, unclear.sentence)


def _system(said: str, names: Known) -> str:
    if not said:
        naming.unclear("Say which system stores it.")
    return naming.system(naming.unquoted(said), names)


def _editors(said: str, names: Known) -> tuple[str, ...]:
    wanted: Iterable[str] = (naming.unquoted(one) for one in naming.split(said, ",;\n"))
    return tuple(sorted({naming.team(one, names) for one in wanted if one and one.casefold() not in naming.NOBODY}))


def _same(said: str, was: str) -> bool:
    return naming.clean(said) == naming.clean(was)
