"""What people say about a check and about how two exports compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ownership.models import Person, Role, System, Team
from reconcile.checks.comparing import NAME_CHARACTERS, ComparedField, Comparing
from reconcile.checks.models import Cadence, Check
from reconcile.checks.queries.columns import column_of

COMPARISONS = (
    ("auto", "as both columns look"),
    ("exact", "exactly"),
    ("text", "as text"),
    ("number", "as numbers"),
    ("date", "as dates"),
    ("boolean", "as yes or no"),
    ("mapped", "by a table of words"),
)
IGNORED = (("case", "case"), ("space", "repeated and outer space"), ("accents", "accents"))
PERCENT, ABSOLUTE = "percent", "absolute"
DATE_FORMATS = (
    ("%Y-%m-%d", "2026-11-20"),
    ("%Y%m%d", "20261120"),
    ("%Y/%m/%d", "2026/11/20"),
    ("%d.%m.%Y", "20.11.2026"),
    ("%d/%m/%Y", "20/11/2026 (day first)"),
    ("%m/%d/%Y", "11/20/2026 (month first)"),
    ("%d-%m-%Y", "20-11-2026 (day first)"),
    ("%m-%d-%Y", "11-20-2026 (month first)"),
    ("%d %b %Y", "20 Nov 2026"),
    ("%d-%b-%Y", "20-Nov-2026"),
    ("%b %d, %Y", "Nov 20, 2026"),
    ("%d.%m.%y", "20.11.26"),
    ("%d/%m/%y", "20/11/26 (day first)"),
    ("%m/%d/%y", "11/20/26 (month first)"),
    ("%Y-%m-%d %H:%M:%S", "2026-11-20 14:05:00"),
    ("%Y-%m-%dT%H:%M:%SZ", "2026-11-20T14:05:00Z"),
    ("%d.%m.%Y %H:%M", "20.11.2026 14:05"),
    ("%d/%m/%Y %H:%M", "20/11/2026 14:05 (day first)"),
    ("%m/%d/%Y %H:%M", "11/20/2026 14:05 (month first)"),
)
MOST_WORDS = 5_000
MOST_LAG_DAYS = 9_999


class AboutForm(forms.Form):
    """What a check is called, what it compares, whose it is and how often it runs."""

    name = forms.CharField(label="Name of the check", max_length=200)
    left_system = forms.CharField(label="Left system", max_length=100)
    right_system = forms.CharField(label="Right system", max_length=100)
    records = forms.CharField(
        label="What the records are called", max_length=60, help_text="The plural: customers, invoices, order lines."
    )
    owner = forms.ModelChoiceField(
        Team.objects.none(), label="Team", required=False, empty_label="no team: every team lead may run it"
    )
    cadence = forms.ChoiceField(label="How often it is run", choices=Cadence.choices)
    expected_lag_days = forms.FloatField(
        label="Expected lag in days",
        required=False,
        min_value=0,
        max_value=MOST_LAG_DAYS,
        help_text="How long a change may take to the other system, where no map says so. Empty: nobody knows.",
    )

    def __init__(self, *args: Any, person: Person, check: Check | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._check = check
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)  # noqa: S101 - for the types
        owner.queryset = teams_of(person, check)
        for name in ("left_system", "right_system"):
            self.fields[name].widget.attrs.update(list="systems", autocomplete="off")
            self.fields[name].error_messages["required"] = "Name the system this export comes from."
        self.fields["name"].error_messages["required"] = "Give the check a name."
        wrong = f"The expected lag is a number of days from 0 to {MOST_LAG_DAYS:,}, or nothing."
        self.fields["expected_lag_days"].error_messages.update(
            dict.fromkeys(("invalid", "min_value", "max_value"), wrong)
        )
        self.fields["records"].error_messages["required"] = "Say what the records are called, or write: records."

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        others = Check.objects.filter(name=name)
        if self._check is not None:
            others = others.exclude(pk=self._check.pk)
        if others.exists():
            message = "There is a check of this name. Name this one otherwise."
            raise ValidationError(message)
        return name

    def clean_left_system(self) -> str:
        return spelled(self.cleaned_data["left_system"])

    def clean_right_system(self) -> str:
        return spelled(self.cleaned_data["right_system"])


def spelled(name: str) -> str:
    """The name of a system as it is spelled already where there is one, in any case."""
    plain = " ".join(name.split())
    known = System.objects.filter(name__iexact=plain).order_by("name").first()
    return known.name if known else plain


def teams_of(person: Person, check: Check | None = None) -> Any:
    """The teams that ``person`` may give a check to: those led, and the one that has it."""
    led = Team.objects.filter(lead=person)
    if person.role == Role.LEAD and person.team_id:
        led |= Team.objects.filter(pk=person.team_id)
    return led | Team.objects.filter(pk=check.owner_id) if check and check.owner_id else led


class ColumnField(forms.CharField):
    """A column of an export, chosen by its label or its name."""

    def __init__(self, columns: Sequence[str], side: str, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self._columns, self._side = columns, side

    def clean(self, value: Any) -> str:
        label = super().clean(value)
        found = column_of(label, self._columns)
        if found is None and label:
            message = f"The {self._side} export has no such column. Choose one from the list."
            raise ValidationError(message)
        return found or ""


class PairForm(forms.Form):
    """A left and a right column to compare, neither of them taken."""

    def __init__(
        self, *args: Any, columns: tuple[Sequence[str], Sequence[str]], comparing: Comparing, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._comparing = comparing
        for side, names in zip(("left", "right"), columns, strict=True):
            self.fields[side] = ColumnField(names, side, label=f"{side.capitalize()} column")
            self.fields[side].error_messages["required"] = f"Choose a column of the {side} export."

    def clean_left(self) -> str:
        return self._free("left", 0)

    def clean_right(self) -> str:
        return self._free("right", 1)

    def others(self) -> tuple[ComparedField, ...]:
        """The fields that this pair must not meet."""
        return self._comparing.fields

    def _free(self, side: str, place: int) -> str:
        column = str(self.cleaned_data[side])
        if any(column == pair[place] for pair in self._comparing.key):
            message = "This column is part of the key; it is not compared beside it."
            raise ValidationError(message)
        for field in self.others():
            if column == getattr(field, side):
                message = f"This column is compared already, as {field.name[:60]}."
                raise ValidationError(message)
        return column


class ColumnsForm(PairForm):
    """What a compared field is called, and its columns."""

    name = forms.CharField(label="Name of the field", max_length=NAME_CHARACTERS)

    def __init__(self, *args: Any, field: ComparedField, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._field = field

    def others(self) -> tuple[ComparedField, ...]:
        return tuple(other for other in self._comparing.fields if other.left != self._field.left)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if any(other.name == name for other in self.others()):
            message = "Another field has this name. Give each its own."
            raise ValidationError(message)
        return name


class ComparisonForm(forms.Form):
    """How a field compares, in plain controls; ``argument`` is what the engine takes."""

    compare = forms.ChoiceField(choices=COMPARISONS)
    tolerance = forms.CharField(required=False, max_length=40)
    tolerance_in = forms.ChoiceField(
        required=False, choices=((ABSOLUTE, "of each other"), (PERCENT, "% of each other"))
    )
    days = forms.IntegerField(required=False, min_value=0, max_value=9_999)
    formats = forms.MultipleChoiceField(required=False, choices=DATE_FORMATS)
    ignore = forms.MultipleChoiceField(required=False, choices=(*IGNORED, ("outer", "outer space")))

    def __init__(self, *args: Any, kept: Sequence[str] = (), **kwargs: Any) -> None:
        """``kept``: formats in force that the list does not have."""
        super().__init__(*args, **kwargs)
        formats = self.fields["formats"]
        assert isinstance(formats, forms.MultipleChoiceField)  # noqa: S101 - for the types
        formats.choices = [*DATE_FORMATS, *((form, form) for form in kept if form not in dict(DATE_FORMATS))]
        self.fields["days"].error_messages.update(
            dict.fromkeys(("invalid", "min_value", "max_value"), "Days are a whole number from 0 to 9,999.")
        )

    def clean_tolerance(self) -> str:
        text = re.sub(r"\s", "", str(self.cleaned_data["tolerance"])).replace(",", ".")
        if text and not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?|\.[0-9]{1,12}", text):
            message = "The tolerance is a number such as 0.01 or 5."
            raise ValidationError(message)
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("compare") == "text" and self.data.get("asked") == "text" and not cleaned.get("ignore"):
            self.add_error("ignore", "Tick at least one, or compare exactly.")
        tolerance = cleaned.get("tolerance")
        if tolerance and cleaned.get("tolerance_in") == PERCENT:
            whole, _, decimals = tolerance.partition(".")
            if int(whole or 0) > 1000 or len(decimals) > 3:
                self.add_error("tolerance", "A tolerance in percent is at most 1,000, with up to three decimals.")
        return cleaned

    @property
    def argument(self) -> str:
        """The argument of the comparison chosen."""
        made = {"number": self._number, "date": self._date, "text": self._text}.get(self.cleaned_data["compare"])
        return made() if made else ""

    def _number(self) -> str:
        tolerance = self.cleaned_data["tolerance"]
        return f"{tolerance}%" if tolerance and self.cleaned_data["tolerance_in"] == PERCENT else tolerance

    def _date(self) -> str:
        days, formats = self.cleaned_data["days"] or 0, "|".join(self.cleaned_data["formats"])
        return f"{days},{formats}" if days and formats else str(days or formats or "")

    def _text(self) -> str:
        return "+".join(self.cleaned_data["ignore"])

    @staticmethod
    def initial_of(field: ComparedField) -> dict[str, Any]:
        """The controls as ``field`` sets them."""
        started: dict[str, Any] = {"compare": field.compare, "tolerance_in": ABSOLUTE}
        if field.compare == "number":
            started |= {
                "tolerance": field.argument.rstrip("% "),
                "tolerance_in": PERCENT if field.argument.rstrip().endswith("%") else ABSOLUTE,
            }
        if field.compare == "date":
            days, formats = date_parts(field.argument)
            started |= {"days": days or None, "formats": formats}
        if field.compare == "text":
            started["ignore"] = field.argument.split("+") if field.argument else [name for name, _ in IGNORED]
        return started


def date_parts(argument: str) -> tuple[int, list[str]]:
    """Tolerance in days and formats of a date's argument."""
    days, _, formats = argument.partition(",") if re.match(r"\s*\d+\s*(,|$)", argument) else ("", "", argument)
    return int(days or 0), [form.strip() for form in formats.split("|") if form.strip()]


class WordsForm(forms.Form):
    """A table of words: two columns as typed, and two columns as pasted from a spreadsheet."""

    pasted = forms.CharField(required=False, strip=False, max_length=1_000_000, widget=forms.Textarea)

    def clean_pasted(self) -> list[tuple[str, str]]:
        pairs = []
        for number, line in enumerate(str(self.cleaned_data["pasted"]).splitlines(), start=1):
            if not line.strip():
                continue
            words = re.split(r"\t|;|=", line, maxsplit=1) if "\t" not in line else line.split("\t")
            if len(words) != 2:
                message = (
                    f"Line {number:,} of what was pasted does not have two columns. Copy two columns, paste again."
                )
                raise ValidationError(message)
            pairs.append((words[0].strip(), words[1].strip()))
        return pairs

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = zip(self._list("word_left"), self._list("word_right"), strict=False)
        pairs = [pair for pair in (*typed, *cleaned.get("pasted", ())) if any(pair)]
        seen: dict[str, str] = {}
        for left, right in pairs:
            if seen.setdefault(left, right) != right:
                message = f"“{left[:60]}” stands against two words, “{seen[left][:60]}” and “{right[:60]}”. Keep one."
                raise ValidationError(message)
        if len(seen) > MOST_WORDS:
            message = f"A table of words holds at most {MOST_WORDS:,} lines; this one has {len(seen):,}."
            raise ValidationError(message)
        cleaned["mapping"] = tuple(seen.items())
        return cleaned

    def _list(self, name: str) -> list[str]:
        data: Any = self.data
        return [word.replace("\0", "")[:10_000] for word in data.getlist(name)] if hasattr(data, "getlist") else []
