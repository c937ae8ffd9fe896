"""What people say about a sheet they bring."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from ownership.models import SheetImport
from reconcile.configuration.sheet.targets import LEFT_OUT, Target, label_of

RECORD_CHARACTERS = 100


class BringForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label="Your sheet",
        help_text="CSV or XLSX, one row a field, up to 5,000 rows, 100 columns and 10 MB.",
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty. Save the sheet again and check that it has rows.",
            "missing": "Choose a file first.",
            "max_length": "The name of this file is too long. Rename it, and bring it again.",
        },
        allow_empty_file=False,
    )


class PairingForm(forms.Form):
    """Which of ours each column of a sheet is; what a record is called where only a system is named; what to add."""

    record = forms.CharField(
        max_length=RECORD_CHARACTERS,
        required=False,
        label="Where only a system is named, its record is called",
        help_text="Such as record. Left empty, those rows stay unclear.",
    )

    def __init__(self, said: QueryDict | None, *, sheet: SheetImport, choices: Sequence[Target]) -> None:
        columns = list(sheet.pairing.get("columns", ()))
        super().__init__(said, initial={"record": sheet.pairing.get("record", "")})
        known = {one.key: one.label for one in choices}
        # A column that names a system nobody has added yet stays to be chosen.
        known |= {key: label_of(key) for key in columns if key and key not in known}
        options = [(LEFT_OUT, "leave out"), *known.items()]
        self.columns = [f"column-{place}" for place in range(len(sheet.header))]
        for name, head, chosen in zip(self.columns, sheet.header, columns, strict=True):
            self.fields[name] = forms.ChoiceField(choices=options, required=False, label=head, initial=chosen)

    def chosen(self) -> list[str]:
        """The key of the target of each column. Only of a form that is valid."""
        return [str(self.cleaned_data[name]) for name in self.columns]
